import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { lexer } from 'marked';
import type { Token, Tokens } from 'marked';
import { SaxesParser } from 'saxes';
import type { Log } from 'sarif';
import { expect, test } from 'vitest';
import type { Severity } from '../src/rule.ts';
import type { Format } from '../src/report/formats.ts';
import { REPORTERS } from '../src/report/formats.ts';
import { harmless } from '../src/report/layout.ts';
import type { Report } from '../src/report/model.ts';
import { cases } from './support/cases.ts';
import { finding, migration, report, someRule } from './support/report.ts';

// Whatever files are called and say, each document is one that its readers can read, and says the same.

const unit = fc.constantFrom(...'ab.-_ "\'`|%\\<>&,:;=@[](){}#?*~!$/\n\r\t\u0000\u001B\u007F\u0085\u200B\u202E\u2028\uFEFFé日😀', '::', '``', ']]>', '-->', '%0A', '```', '\\|', '\uD800');
const name = fc.string({ unit, minLength: 1, maxLength: 12 });
const message = fc.string({ unit, minLength: 1, maxLength: 30 });
const severity = fc.constantFrom<Severity>('error', 'warning', 'info');
const subject = fc
  .uniqueArray(fc.record({ path: name, text: fc.string({ unit, minLength: 1, maxLength: 40 }), findings: fc.array(fc.record({ message, severity, start: fc.nat(), length: fc.nat(20) }), { maxLength: 3 }) }), { minLength: 1, maxLength: 3, selector: ({ path }) => path })
  .map((files): Report =>
    report({
      rules: [someRule('no-blocking-index-build')],
      sources: Object.fromEntries(files.map(({ path, text }) => [path, text])),
      migrations: files.map(({ path }) => migration({ path, risk: { level: 'high', reasons: [`blocks ${path}`] } })),
      findings: files.flatMap(({ path, text, findings }) =>
        findings.map((one, index) => {
          const start = one.start % text.length;
          return finding({ path, severity: one.severity, message: one.message, relation: one.message, advice: one.message, fingerprint: String(index), span: { start, end: Math.min(text.length, start + one.length) } });
        }),
      ),
    }),
  );

const holds = (format: Format, check: (document: string, subject: Report) => void): Promise<void> =>
  fc.assert(
    fc.asyncProperty(subject, async (one) => {
      check([...(await REPORTERS[format]())(one, { color: false, width: 80, shownPath: (path) => path, root: '.' })].join(''), one);
    }),
    cases(150),
  );

test('json keeps to its published schema', async () => {
  const valid = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync('schemas/report.v1.schema.json', 'utf8')) as object);
  await holds('json', (document, { findings }) => {
    const parsed = JSON.parse(document) as { findings: { path: string }[] };
    expect(valid(parsed), JSON.stringify(valid.errors)).toBe(true);
    expect(parsed.findings.map(({ path }) => path)).toEqual(findings.map(({ path }) => path));
  });
});

test('sarif names each file by a URI that leads back to it, and rules and regions that are there', async () => {
  await holds('sarif', (document, { findings, sources }) => {
    const log = JSON.parse(document) as Log;
    const [run] = log.runs;
    for (const [index, { locations, ruleIndex, message: { text } }] of (run?.results ?? []).entries()) {
      const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
      const uri = artifactLocation?.uri ?? '';
      const path = findings[index]?.path ?? '';
      expect(uri).toMatch(/^[\w.~!$&'()*+,;=@/-]*(?:%[\dA-F]{2}[\w.~!$&'()*+,;=@/-]*)*$/);
      expect(decodeURIComponent(uri)).toBe(path.toWellFormed());
      expect(run?.tool.driver.rules?.[ruleIndex ?? -1]?.id).toBe('no-blocking-index-build');
      expect(text).not.toBe('');
      expect(Object.values(region ?? {}).every((place) => Number.isInteger(place) && Number(place) >= 0)).toBe(true);
      expect((region?.charOffset ?? 0) + (region?.charLength ?? 0)).toBeLessThanOrEqual(sources.get(path)?.length ?? 0);
    }
    expect(run?.results).toHaveLength(findings.length);
  });
});

test('gitlab takes issues with the fields and severities that it documents, each once', async () => {
  await holds('gitlab', (document, { findings }) => {
    const issues = JSON.parse(document) as { description: string; check_name: string; fingerprint: string; severity: string; location: { path: string; lines: { begin: number } } }[];
    expect(issues.map(({ location }) => location.path)).toEqual(findings.map(({ path }) => path));
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    for (const { description, check_name, severity: level, location } of issues) {
      expect([typeof description, check_name, ['info', 'minor', 'major', 'critical', 'blocker'].includes(level), location.lines.begin >= 1]).toEqual(['string', 'no-blocking-index-build', true, true]);
    }
  });
});

test('junit is XML that a parser takes, and its counts agree', async () => {
  await holds('junit', (document, { findings }) => {
    const counts: Record<string, number> = {};
    const said = { tests: 0, failures: 0 };
    const parser = new SaxesParser();
    parser.on('error', (problem) => {
      throw problem;
    });
    parser.on('opentag', ({ name: tag, attributes }) => {
      counts[tag] = (counts[tag] ?? 0) + 1;
      if (tag === 'testsuite') for (const key of ['tests', 'failures'] as const) said[key] += Number(attributes[key]);
    });
    parser.write(document).close();
    expect([said.tests, said.failures]).toEqual([counts['testcase'], counts['failure'] ?? 0]);
    expect(said.failures).toBe(findings.filter(({ severity: level }) => level !== 'info').length);
  });
});

test('github reads back the commands as they were meant', async () => {
  const plain = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  await holds('github', (document, { findings }) => {
    const lines = document.split(/\r\n|\n|\r/).filter((line) => line !== '');
    expect(lines).toHaveLength(findings.length);
    for (const [index, line] of lines.entries()) {
      const parts = /^::(?<command>error|warning|notice) (?<properties>.*?)::(?<data>.*)$/.exec(line)?.groups ?? {};
      const properties = Object.fromEntries((parts['properties'] ?? '').split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), plain(pair.slice(pair.indexOf('=') + 1).replaceAll('%3A', ':').replaceAll('%2C', ','))]));
      const { path = '', message: said = '' } = findings[index] ?? {};
      expect(properties['file']).toBe(shown(path));
      expect(plain(parts['data'] ?? '')).toBe(shown(`${said}\n${said}`));
    }
  });
});

/** Line ends go over the wire in disguise; what else moves a terminal does not. */
const shown = (text: string): string => text.split(/([\r\n])/).map((part) => (part === '\r' || part === '\n' ? part : harmless(part))).join('');

test('markdown has a row for each file, with its name in it, and a fence around each excerpt', async () => {
  await holds('markdown', (document, { migrations, findings }) => {
    const tokens = lexer(document);
    const table = tokens.find((token): token is Tokens.Table => token.type === 'table');
    expect(table?.rows.map(([cell]) => textOf(cell?.tokens ?? []))).toEqual(migrations.map(({ path }) => harmless(path.replace(/\s+/g, ' ')).trim()));
    expect(table?.rows.every((row) => row.length === 3)).toBe(true);
    expect(tokens.filter(({ type }) => type === 'heading')).toHaveLength(1 + findings.length);
    expect(tokens.filter(({ type }) => type === 'code')).toHaveLength(findings.length);
  });
});

/** What a reader sees of it. */
const textOf = (tokens: readonly Token[]): string =>
  tokens
    .map((token) => (token.type === 'html' ? '' : 'text' in token ? String(token.text) : token.raw))
    .join('')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .trim();

test('text moves no terminal', async () => {
  await holds('text', (document) => {
    expect(document).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/);
  });
});
