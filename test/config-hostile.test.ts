import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUserError } from '../src/config/errors.ts';
import { loadConfig } from '../src/config/load.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import { checkConfig, configSchema } from '../src/config/schema.ts';
import { configNames } from '../src/names.ts';
import { cases } from './support/cases.ts';
import { lintFiles } from './support/lint.ts';

// Whatever a configuration says at whichever key: it is accepted and can be worked with, or it is refused and the key is named.

const schema = configSchema(configNames) as unknown as { readonly properties: Readonly<Record<string, unknown>> };
const KEYS = Object.keys(schema.properties);

const odd = fc.constantFrom<unknown>('', 'recommended', 'strict', './nowhere.json', 'postgres', 'postgres@15', 'postgres@', 'mysql@8', 'goose', '**', '!a', '../x', '[', '{a,b}', 'error', 'off', 'never', 0, 1, -1, 0.5, 1e300, -0, true, false, null, [], {}, [[]], '__proto__', 'constructor', 'toString', '\u0000', '💥');
const ruleName = fc.constantFrom('no-drop-column', 'no-many-hot-tables-in-one-transaction', 'require-naming-convention', 'no-such-rule', '__proto__', 'constructor', '');
const value = fc.oneof(
  odd,
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(odd, { maxLength: 3 }),
  fc.dictionary(fc.oneof(ruleName, fc.constantFrom('files', 'rules', 'rows', 'hot', 'bytes', 'orders', 'public.orders', 'lock_timeout', 'tables')), fc.oneof(odd, fc.tuple(odd, fc.dictionary(fc.constantFrom('tables', 'max', 'x'), odd, { maxKeys: 2 })), fc.dictionary(fc.constantFrom('rows', 'hot', 'bytes', 'rules', 'files'), odd, { maxKeys: 3 })), { maxKeys: 3 }),
);
const config = fc.dictionary(fc.oneof({ arbitrary: fc.constantFrom(...KEYS), weight: 9 }, { arbitrary: fc.string({ maxLength: 6 }), weight: 1 }), value, { maxKeys: 3 });
const FILES = { 'db/1_a.sql': 'CREATE TABLE orders (id int PRIMARY KEY, n int);\n', 'db/2_b.sql': 'CREATE INDEX orders_n ON orders (n);\nALTER TABLE orders DROP COLUMN n;\n' };

describe('hostile configurations', () => {
  it('are accepted with the consent of the published schema, or refused by the name of a key', () => {
    const allowed = new Ajv({ strict: false }).compile(schema);
    fc.assert(
      fc.property(config, (said) => {
        const answer = checkConfig(said, configNames);
        if ('config' in answer) {
          expect(allowed(said), JSON.stringify(allowed.errors)).toBe(true);
          return;
        }
        expect(answer.problems.length).toBeGreaterThan(0);
        for (const { path, message } of answer.problems) {
          expect(Object.keys(said).some((key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`) || path.startsWith(`[${JSON.stringify(key)}]`))).toBe(true);
          expect(message).toMatch(/^(?:must|is|names) .*[.?]$/s);
        }
      }),
      cases(600),
    );
  });

  it('that are accepted are linted with', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...KEYS.filter((key) => key !== 'extends')), value, async (key, said) => {
        const answer = checkConfig({ [key]: said }, configNames);
        if ('problems' in answer) return;
        const resolved = resolveConfig([{ file: 'lockkeeper.config.json', config: answer.config }], '');
        const report = await lintFiles(FILES, { config: resolved });
        expect(report.migrations).toHaveLength(2);
      }),
      cases(120),
    );
  });
});

describe('hostile configuration files', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockkeeper-hostile-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['json', 'yaml'])('in %s are read, or refused in a sentence that names the file', async (extension) => {
    const file = join(folder, `lockkeeper.config.${extension}`);
    const text = fc.oneof(
      config.map((said) => JSON.stringify(said)),
      fc.tuple(config, fc.nat()).map(([said, at]) => JSON.stringify(said).slice(0, at % 60)),
      fc.string({ unit: fc.constantFrom('rules', 'tables', ': ', '\n', '  ', '- ', '*a', '&a ', '<<: ', '{', '}', '[', ']', '"', "'", '!!js/function ', '? ', '|', '>', '#', '\t', '\u0000', '\uFEFF', '1', 'null', '%YAML 9\n', '---\n', '...'), maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        writeFileSync(file, said);
        try {
          resolveConfig(await loadConfig(file, configNames), '');
        } catch (error) {
          expect(isUserError(error), String(error)).toBe(true);
          expect(String(error)).toContain('lockkeeper');
        }
      }),
      cases(250),
    );
  });
});
