import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Rule } from '../src/rule.ts';
import { defineRule } from '../src/rule.ts';
import type { ResolvedConfig } from '../src/config/config.ts';
import { DEFAULT_CONFIG, isIgnored, ruleSettings, scopeFor, tableFacts } from '../src/config/config.ts';
import { findConfig, loadConfig } from '../src/config/load.ts';
import { resolveConfig, withCommandLine } from '../src/config/resolve.ts';
import { checkConfig } from '../src/config/schema.ts';
import type { UserConfig } from '../src/config/user-config.ts';

const rule = (name: string, more: Partial<Rule> = {}): Rule => ({
  ...defineRule({
    name,
    summary: 'something is wrong',
    severity: 'error',
    category: 'lock',
    on: ['createIndex'],
    why: 'Because.',
    references: [],
    recommended: true,
    check: () => undefined,
    message: () => 'Wrong.',
    advice: () => 'Right it.',
  }),
  ...more,
});

const lock = rule('no-lock');
const taste = rule('prefer-taste', { category: 'hygiene', severity: 'info', recommended: false });
const rare = rule('no-rare', { recommended: false });
const limited = rule('no-limit', { options: { max: { type: 'number', default: 3, description: 'How many.' } } });
const names = { rules: [lock, taste, rare, limited], dialects: ['postgres'], frameworks: ['goose', 'prisma'] };

const resolved = (config: UserConfig, base = ''): ResolvedConfig => resolveConfig([{ file: 'lockkeeper.config.json', config }], base);
const level = (config: ResolvedConfig, subject: Rule, path = 'db/1.sql'): string => ruleSettings(config, path, subject).severity;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockkeeper-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const write = (path: string, text: string): string => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const load = async (file: string): Promise<ResolvedConfig> => resolveConfig(await loadConfig(file, names), '');

describe('what applies to a file', () => {
  test('without a configuration the recommended rules are on, at their own severity', () => {
    expect([lock, taste, rare].map((each) => level(DEFAULT_CONFIG, each))).toEqual(['error', 'off', 'off']);
  });

  test('presets add up, and rules beat them', () => {
    expect([lock, taste, rare].map((each) => level(resolved({ extends: 'hygiene' }), each))).toEqual(['error', 'info', 'off']);
    expect([lock, taste, rare].map((each) => level(resolved({ extends: ['strict'], rules: { 'no-rare': 'warning', 'no-lock': 'off' } }), each))).toEqual(['off', 'info', 'warning']);
  });

  test('a severity chosen by the user is marked as such', () => {
    expect(ruleSettings(DEFAULT_CONFIG, 'a.sql', lock).explicit).toBe(false);
    expect(ruleSettings(resolved({ rules: { 'no-lock': 'info' } }), 'a.sql', lock)).toMatchObject({ severity: 'info', explicit: true });
  });

  test('options have defaults, and a severity alone keeps the options set before', () => {
    expect(ruleSettings(DEFAULT_CONFIG, 'a.sql', limited).options).toEqual({ max: 3 });
    const config = resolved({ rules: { 'no-limit': ['warning', { max: 7 }] }, overrides: [{ files: '*.sql', rules: { 'no-limit': 'info' } }] });
    expect(ruleSettings(config, 'a.sql', limited)).toMatchObject({ severity: 'info', options: { max: 7 } });
  });

  test('overrides hold for their files only, relative to the configuration, the last one winning', () => {
    const config = resolved(
      { overrides: [{ files: ['old/**'], rules: { 'no-lock': 'off' }, dialect: 'postgres@11' }, { files: ['old/hot.sql'], rules: { 'no-lock': 'warning' } }] },
      'packages/api',
    );
    expect(level(config, lock, 'packages/api/old/1.sql')).toBe('off');
    expect(level(config, lock, 'packages/api/old/hot.sql')).toBe('warning');
    expect(level(config, lock, 'packages/api/new/1.sql')).toBe('error');
    expect(level(config, lock, 'old/1.sql')).toBe('error');
    expect(scopeFor(config, 'packages/api/old/1.sql').dialect).toEqual({ name: 'postgres', version: 11 });
    expect(scopeFor(config, 'packages/api/new/1.sql').dialect).toBeUndefined();
  });

  test('the command line beats the file, its overrides included', () => {
    const config = withCommandLine(resolved({ dialect: 'postgres@12', overrides: [{ files: '**', rules: { 'no-lock': 'off' }, dialect: 'postgres@13' }] }), {
      rules: { 'no-lock': { severity: 'warning', options: {} } },
      dialect: 'postgres@17.2',
      failOn: 'never',
    });
    expect(level(config, lock)).toBe('warning');
    expect(scopeFor(config, 'db/1.sql').dialect).toEqual({ name: 'postgres', version: 17 });
    expect(config.failOn).toBe('never');
  });

  test.each([
    ['*.sql', 'a.sql', true],
    ['*.sql', 'deep/down/a.sql', true],
    ['db/*.sql', 'db/a.sql', true],
    ['db/*.sql', 'db/sub/a.sql', false],
    ['db/**/*.sql', 'db/a.sql', true],
    ['db/**/*.sql', 'db/x/y/a.sql', true],
    ['db', 'db/x/y/a.sql', true],
    ['/db', 'other/db/a.sql', false],
    ['db/', 'db/a.sql', true],
    ['**/seed_?.{sql,psql}', 'x/seed_1.psql', true],
    ['V[0-9]_*.sql', 'V1_x.sql', true],
    ['V[!0-9]_*.sql', 'V1_x.sql', false],
    ['[z-a', '[z-a', true],
    ['a+b(c).sql', 'a+b(c).sql', true],
  ])('glob %s on %s: %s', (glob, path, expected) => {
    expect(isIgnored(resolved({ ignore: [glob] }), path)).toBe(expected);
  });

  test('a glob with ! takes back', () => {
    const config = resolved({ ignore: ['seed/**', '!seed/keep.sql'] });
    expect([isIgnored(config, 'seed/a.sql'), isIgnored(config, 'seed/keep.sql')]).toEqual([true, false]);
  });

  test('facts about tables by bare or full name, the full one first', () => {
    const config = resolved({ tables: { orders: { rows: 5 }, 'audit.orders': { rows: 9, hot: true } } });
    expect(tableFacts(config, { schema: 'public', name: 'orders' })).toEqual({ rows: 5, hot: undefined });
    expect(tableFacts(config, { schema: 'audit', name: 'orders' })).toEqual({ rows: 9, hot: true });
    expect(tableFacts(config, { schema: 'public', name: 'constructor' })).toBeUndefined();
  });
});

describe('what is wrong in a configuration is said at its key', () => {
  const problems = (value: unknown): readonly string[] => {
    const checked = checkConfig(value, names);
    return 'problems' in checked ? checked.problems.map(({ path, message }) => `${path} ${message}`) : [];
  };

  test.each([
    [{ failon: 'error' }, /^failon is not a setting\. Did you mean "failOn"\?$/],
    [{ nonsense: 1 }, /^nonsense is not a setting\. Known are ".*" and ".*"\.$/],
    [{ failOn: 'warn' }, /^failOn must be "error", "warning", "info" or "never", not "warn"\. Did you mean "warning"\?$/],
    [{ rules: { 'no-loc': 'error' } }, /^rules\.no-loc is not a rule\. Did you mean "no-lock"\?$/],
    [{ rules: { 'no-lock': 2 } }, /^rules\.no-lock must be .*, not 2\.$/],
    [{ rules: { 'no-limit': ['error', { maximum: 1 }] } }, /^rules\.no-limit\[1\]\.maximum is not a setting\. .*"max"/],
    [{ rules: { 'no-limit': ['error', { max: 'x' }] } }, /^rules\.no-limit\[1\]\.max must be a number, not "x"\.$/],
    [{ rules: { 'no-lock': ['error', { max: 1 }] } }, /^rules\.no-lock\[1\] .* no options/],
    [{ overrides: [{ rules: {} }] }, /^overrides\[0\]\.files is missing\.$/],
    [{ overrides: {} }, /^overrides must be a list, not \{\}\.$/],
    [{ tables: { 'public.orders': { rows: -1 } } }, /^tables\["public\.orders"\]\.rows must be a whole number/],
    [{ dialect: 'postgrse@15' }, /^dialect names an unknown engine "postgrse"\. Did you mean "postgres"\?$/],
    [{ dialect: 'postgres 15' }, /^dialect must be .*postgres@15/],
    [{ framework: 'gose' }, /Did you mean "goose"\?/],
    [{ ignore: '../x' }, /cannot leave its folder/],
    [[], / must be an object, not \[\]/],
    ['x', / must be an object, not "x"/],
  ])('%j', (value, expected) => {
    expect(problems(value)).toEqual([expect.stringMatching(expected)]);
  });

  test('all problems at once', () => {
    expect(problems({ failOn: 1, smallTable: 'x', rules: { a: 'b' } })).toHaveLength(3);
  });

  test('a good one passes', () => {
    const config: UserConfig = {
      $schema: './schema.json',
      extends: ['strict', './x.json'],
      rules: { 'no-lock': 'off', 'no-limit': ['error', { max: 2 }] },
      overrides: [{ files: ['a/*.sql'], settings: { lock_timeout: 5 } }],
      tables: { orders: { rows: 1, hot: true } },
      paths: 'db',
      settings: { Lock_Timeout: '5s' },
      maxWarnings: 0,
    };
    expect(problems(config)).toEqual([]);
    expect(resolved(config).scope.settings).toEqual({ lock_timeout: '5s' });
  });
});

describe('finding and reading files', () => {
  test('the nearest one above, not beyond the repository', () => {
    const top = write('lockkeeper.config.json', '{}');
    mkdirSync(join(folder, 'repo/.git'), { recursive: true });
    mkdirSync(join(folder, 'other/deep'), { recursive: true });
    expect(findConfig(join(folder, 'other/deep'))).toBe(top);
    expect(findConfig(join(folder, 'repo'))).toBeUndefined();
  });

  test('a package.json counts only with the key', () => {
    write('package.json', '{ "lockkeeper": { "failOn": "error" } }');
    write('inner/package.json', '{ "devDependencies": { "lockkeeper": "1" } }');
    expect(findConfig(join(folder, 'inner'))).toBe(join(folder, 'package.json'));
  });

  test('two in one folder are refused', () => {
    write('lockkeeper.config.json', '{}');
    write('lockkeeper.config.yaml', '');
    expect(() => findConfig(folder)).toThrow(/lockkeeper\.config\.json and lockkeeper\.config\.yaml/);
  });

  test.each([
    ['lockkeeper.config.json', '{ "failOn": "error" }'],
    ['lockkeeper.config.yaml', 'failOn: error\n'],
    ['lockkeeper.config.yml', 'failOn: error\n'],
    ['lockkeeper.config.mjs', 'export default { failOn: "error" };'],
    ['lockkeeper.config.cjs', 'module.exports = { failOn: "error" };'],
    ['lockkeeper.config.js', 'module.exports = { failOn: "error" };'],
    ['package.json', '{ "lockkeeper": { "failOn": "error" } }'],
  ])('%s', async (name, text) => {
    expect((await load(write(name, text))).failOn).toBe('error');
  });

  test.each([
    ['a list that holds itself', 'lockkeeper.config.yaml', 'ignore: &a\n  - *a\n', /lockkeeper\.config\.yaml: ignore\[0\] holds itself/],
    ['aliases that stand for more than any configuration has', 'lockkeeper.config.yaml', `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefgh'.charAt(index)}`).join(',')}]`).join('\n')}\n`, /Write out what the aliases stand for/],
    ['five million bytes', 'lockkeeper.config.json', `{ "ignore": ["${'x'.repeat(5_000_000)}"] }`, /has 50000\d\d bytes: no configuration has more than 1048576/],
    ['a getter that throws', 'lockkeeper.config.ts', 'export default { get rules() { throw new Error("not now"); } };', /cannot be read: not now/],
    ['a proxy that throws', 'lockkeeper.config.mjs', 'export default new Proxy({}, { ownKeys() { throw new Error("not now"); } });', /cannot be read: not now/],
    ['what JSON cannot say', 'lockkeeper.config.mjs', 'export default { smallTable: 10n, rules: Symbol("x") };', /rules must be an object of rule names, not a symbol/],
    ['an object that holds itself', 'lockkeeper.config.ts', 'const a: { rules?: unknown } = {}; a.rules = { "no-lock": a }; export default a;', /holds itself/],
  ])('%s is refused with a sentence', async (_, name, text, message) => {
    await expect(load(write(name, text))).rejects.toThrow(message);
  });

  test.runIf(process.platform !== 'win32')('a named pipe is not waited for', async () => {
    const pipe = join(folder, 'lockkeeper.config.json');
    execFileSync('mkfifo', [pipe]);
    await expect(load(pipe)).rejects.toThrow(/is not a file that can be read/);
  });

  test('TypeScript, with every Node and nothing else installed', async () => {
    write('shared.mjs', 'export const level = (name) => name;\nexport default 7;\n');
    const text = [
      "import type { UserConfig } from 'lockkeeper';",
      "import seven, { level, Level, type Other } from './shared.mjs';",
      "import Unused from 'not-installed';",
      'type Local = UserConfig & { a: Unused };',
      'interface Also { b: Other }',
      "const failOn: Level = level<string>('error'!);",
      'function rows(count?: number): number { return (count as number) * seven; }',
      'export default { failOn, tables: { a: { rows: rows(6) } } } satisfies Local & Also;',
    ];
    const config = await load(write('lockkeeper.config.ts', text.join('\n')));
    expect(config).toMatchObject({ failOn: 'error', tables: { a: { rows: 42 } } });
    await expect(load(write('enum.ts', 'enum A { b }\nexport default {};'))).rejects.toThrow(/enum/);
    await expect(load(write('wrong.ts', 'export default {'))).rejects.toThrow(/Cannot load .*wrong\.ts/);
  });

  test('an empty YAML file is an empty configuration', async () => {
    expect((await load(write('lockkeeper.config.yaml', '# nothing yet\n'))).failOn).toBe('warning');
  });

  test('extends: what is nearer wins, lists add up, circles are refused', async () => {
    write('base/base.json', '{ "extends": "strict", "failOn": "error", "ignore": "a", "rules": { "no-lock": "off", "no-limit": ["error", { "max": 9 }] } }');
    const config = await load(write('lockkeeper.config.json', '{ "extends": ["./base/base.json"], "ignore": ["b"], "rules": { "no-lock": "info", "no-limit": "warning" } }'));
    expect(config).toMatchObject({ failOn: 'error', ignore: ['a', 'b'], presets: ['recommended', 'strict'] });
    expect(level(config, lock)).toBe('info');
    expect(ruleSettings(config, 'x.sql', limited)).toMatchObject({ severity: 'warning', options: { max: 9 } });

    write('one.json', '{ "extends": "./two.json" }');
    await expect(load(write('two.json', '{ "extends": "./one.json" }'))).rejects.toThrow(/extends itself/);
    await expect(load(write('three.json', '{ "extends": "./nowhere.json" }'))).rejects.toThrow(/three\.json extends "\.\/nowhere\.json": No such configuration file/);
  });

  test.each([
    ['broken.json', '{ "failOn": \n error }', /broken\.json.* is not valid JSON: Unexpected token/],
    ['broken.yaml', 'a: [1,\nb', /broken\.yaml:\d+:\d+ is not valid YAML/],
    ['broken.mjs', 'export default {\n  failOn: missing,\n};', /Cannot load .*broken\.mjs: missing is not defined \(line 2\)/],
    ['empty.mjs', '', /empty\.mjs has no default export/],
    ['wrong.toml', '', /its name must end in/],
    ['extends.json', '{ "extends": "stirct" }', /extends names "stirct".*Did you mean "strict"\?/],
    ['keys.json', '{ "rules": { "no-loc": "off" } }', /keys\.json:1:14: rules\.no-loc is not a rule\. Did you mean/],
  ])('%s is one clear line', async (name, text, expected) => {
    await expect(load(write(name, text))).rejects.toThrow(expected);
  });

  test.each([
    ['twice.json', '{\n\t"rules": { "no-limit": "off",\r\n\t\t"no-loc": "off" },\n\t"overrides": [{ "files": "a" }, 3], "tables": { "s.\\"t": { "rows": -1 } } }', ['twice.json:3:3: rules.no-loc', 'twice.json:4:34: overrides[1]', 'twice.json:4:61: tables["s.\\"t"].rows']],
    ['odd.yaml', "# \nrules:\n  'no-loc': off\ntables: {a: {rows: x}, b: &b {rows: 1}, c: *b}\nignore:\n  - a\n  - 3\n", ['odd.yaml:3:3: rules.no-loc', 'odd.yaml:4:14: tables.a.rows', 'odd.yaml:7:5: ignore[1]']],
    ['code.ts', "const defineConfig = (x: object) => x;\nconst tables = { a: { rows: -1 } } as const;\nexport default defineConfig({\n  tables, ...{ failOn: 'no' },\n  'ignore': ['a', 3],\n} satisfies object);\n", ['code.ts:2:23: tables.a.rows', 'code.ts: failOn', 'code.ts:5:19: ignore[1]']],
    ['code.cjs', 'module.exports = { failOn: "no", ignore: [...[], 3] };\n', ['code.cjs:1:20: failOn', 'code.cjs:1:34: ignore[0]']],
    ['made.cjs', 'const made = {};\nmade.failOn = "no";\nmodule.exports = made;\n', ['made.cjs: failOn']],
    ['where/package.json', '{ "failOn": 1,\n  "lockkeeper": { "failOn": 2 } }', ['where/package.json:2:19: failOn']],
    ['lacks.json', '{ "overrides": [\n  { "rules": {} }] }', ['lacks.json:2:3: overrides[0].files is missing']],
  ])('%s: a wrong key is told with its place', async (name, text, places) => {
    const said = await load(write(name, text)).then(() => '', (error: unknown) => String(error));
    expect(said.split('\n').map((line, index) => line.includes(places[index] ?? '?'))).toEqual(places.map(() => true));
  });

  test('a file that is not there', async () => {
    await expect(load(join(folder, 'nowhere.json'))).rejects.toThrow(/No such configuration file/);
  });
});
