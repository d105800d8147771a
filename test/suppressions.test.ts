import { describe, expect, test } from 'vitest';
import type { Finding } from '../src/check/finding.ts';
import { fingerprinter } from '../src/check/fingerprint.ts';
import { ruleTables } from '../src/check/rule-table.ts';
import { applySuppressions, suppressionRules } from '../src/check/suppressions.ts';
import type { ResolvedConfig } from '../src/config/config.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import type { Script, Statement } from '../src/ir/migration.ts';
import type { Category, Rule } from '../src/rule.ts';
import { defineRule } from '../src/rule.ts';
import { lineIndex } from '../src/source/text.ts';
import { growth, LINEAR } from './support/growth.ts';
import { lintFiles } from './support/lint.ts';

const rule = (name: string, category: Category): Rule =>
  defineRule({
    name,
    category,
    summary: 'something',
    severity: 'error',
    on: ['opaque'],
    recommended: true,
    why: 'Because.',
    references: [],
    down: 'same',
    check: () => undefined,
    message: () => 'Wrong.',
    advice: () => 'Right it.',
  });
const rules = [rule('no-lock', 'lock'), rule('no-loss', 'data-loss'), ...suppressionRules];

/**
 * A toy language: every line block up to a semicolon is a statement, `@rule` in it is a finding there (`@@rule`: spanning the statement).
 */
function check(text: string, config: Partial<ResolvedConfig> = {}): { silent: string[]; loud: string[]; findings: readonly Finding[] } {
  const lines = lineIndex(text);
  const comment = /--.*|\/\*.*?\*\/|#.*|\/\/.*/g;
  const comments = [...text.matchAll(comment)].map((match) => ({ span: { start: match.index, end: match.index + match[0].length } }));
  const code = text.replace(comment, (all) => ' '.repeat(all.length));
  const statements: Statement[] = [...code.matchAll(/[^\s;][^;]*/g)].map((match) => {
    const end = match.index + match[0].trimEnd().length;
    const operations = [...match[0].matchAll(/[^,]+/g)].map((clause) => {
      const start = match.index + clause.index + (clause[0].length - clause[0].trimStart().length);
      return { kind: 'opaque', span: { start, end: match.index + clause.index + clause[0].trimEnd().length } } as Statement['operations'][number];
    });
    return { span: { start: match.index, end }, operations };
  });
  const script: Script = { path: 'a.sql', direction: 'up', text, statements, comments, transaction: { wrap: 'none' } };
  const findings = [...code.matchAll(/(@@?)(no-\w+)/g)].map((match): Finding => {
    const whole = match[1] === '@@' ? statements.find(({ span }) => span.start <= match.index && span.end > match.index)?.span : undefined;
    const span = whole ?? { start: match.index, end: match.index + match[0].length };
    const category = rules.find(({ name }) => name === match[2])?.category ?? 'lock';
    return { rule: match[2] ?? '', severity: 'error', category, message: '', why: '', advice: '', path: 'a.sql', direction: 'up', span, relation: null, fingerprint: '', suppressed: null };
  });
  const resolved = { ...DEFAULT_CONFIG, ...config };
  const result = applySuppressions(findings, new Map([['a.sql', [script]]]), { rules, config: resolved, tables: ruleTables(rules, resolved), fingerprint: fingerprinter() });
  const shown = (finding: Finding): string => `${String(lines.position(finding.span.start).line)} ${finding.rule}`;
  return {
    silent: result.filter((finding) => finding.suppressed !== null).map(shown),
    loud: result.filter((finding) => finding.suppressed === null).map(shown),
    findings: result,
  };
}

describe('the next statement', () => {
  test('is silenced for the rules named, and says why', () => {
    const { silent, loud, findings } = check('-- lockkeeper-disable-next-line no-lock -- small table\nDO @no-lock @no-loss;\nDO @no-lock;');
    expect(silent).toEqual(['2 no-lock']);
    expect(loud).toEqual(['2 no-loss', '3 no-lock']);
    expect(findings[0]?.suppressed).toEqual({ by: 'comment', reason: 'small table' });
  });

  test('with all its clauses, over blank lines and other comments', () => {
    expect(check('-- lockkeeper-disable-next-line no-lock\n\n-- what follows is fine\nALTER x\n  ADD @no-lock,\n  ADD @no-lock;\nDO @no-lock;')).toMatchObject({
      silent: ['5 no-lock', '6 no-lock'],
      loud: ['7 no-lock'],
    });
  });

  test('means all statements of that line', () => {
    expect(check('-- lockkeeper-disable-next-line\nDO @no-lock; DO @no-loss;\nDO @no-lock;')).toMatchObject({ silent: ['2 no-lock', '2 no-loss'], loud: ['3 no-lock'] });
  });

  test('inside a statement means the next clause only', () => {
    expect(check('ALTER x\n  ADD @no-lock,\n  -- lockkeeper-disable-next-line no-lock\n  -- it is small\n  ADD y\n    @no-lock,\n  ADD @no-lock;')).toMatchObject({
      silent: ['6 no-lock'],
      loud: ['2 no-lock', '7 no-lock'],
    });
  });

  test('several comments add up', () => {
    expect(check('-- lockkeeper-disable-next-line no-lock\n-- lockkeeper-disable-next-line no-loss\nDO @no-lock @no-loss;').loud).toEqual([]);
  });

  test.each(['-- lockkeeper-disable-next-line no-lock, no-loss', '# lockkeeper-disable-next-line no-lock no-loss', '/* lockkeeper-disable-next-line: no-lock,no-loss */', '// lockkeeper-disable-next-line'])(
    'in any comment: %s',
    (comment) => {
      expect(check(`${comment}\r\nDO @no-lock @no-loss;`)).toMatchObject({ silent: ['2 no-lock', '2 no-loss'], loud: [] });
    },
  );
});

describe('other reaches', () => {
  test('the same line', () => {
    expect(check('DO @no-lock; -- lockkeeper-disable-line no-lock -- fine\nDO @no-lock;')).toMatchObject({ silent: ['1 no-lock'], loud: ['2 no-lock'] });
  });

  test('the same line, for a finding about a statement that began above', () => {
    expect(check('ALTER x @@no-lock\n  ADD @no-loss,\n  ADD z; -- lockkeeper-disable-line')).toMatchObject({ silent: ['1 no-lock'], loud: ['2 no-loss'] });
  });

  test('a block, for its rules, nested and left open', () => {
    expect(
      check(
        'DO @no-lock;\n-- lockkeeper-disable no-lock\nDO @no-lock;\n-- lockkeeper-disable\nDO @no-loss;\n-- lockkeeper-enable\nDO @no-lock;\n-- lockkeeper-disable no-loss\nDO @no-loss;',
      ),
    ).toMatchObject({ silent: ['3 no-lock', '5 no-loss', '9 no-loss'], loud: ['1 no-lock', '7 no-lock'] });
  });

  test('a block can be ended for one rule', () => {
    expect(check('-- lockkeeper-disable no-lock no-loss\nDO @no-lock @no-loss;\n-- lockkeeper-enable no-loss\nDO @no-lock @no-loss;')).toMatchObject({
      silent: ['2 no-lock', '2 no-loss', '4 no-lock'],
      loud: ['4 no-loss'],
    });
  });

  test('the file, wherever the comment stands', () => {
    expect(check('DO @no-lock;\nDO @no-loss;\n-- lockkeeper-disable-file no-lock -- before launch')).toMatchObject({ silent: ['1 no-lock'], loud: ['2 no-loss'] });
  });

  test('comments that the parser of a section or a body does not hand out count as well', () => {
    const text = '-- lockkeeper-disable-file no-loss -- header\nDO @no-loss;';
    const script: Script = { path: 'a.sql', direction: 'up', text, statements: [{ span: { start: 45, end: 56 }, operations: [] }], comments: [], transaction: { wrap: 'none' } };
    const finding = { ...(check(text).findings[0] as Finding), suppressed: null };
    const [first] = applySuppressions([finding], new Map([['a.sql', [script]]]), { rules, config: DEFAULT_CONFIG, tables: ruleTables(rules, DEFAULT_CONFIG), fingerprint: fingerprinter() });
    expect(first?.suppressed).toEqual({ by: 'comment', reason: 'header' });
  });
});

describe('what is wrong with a comment is a finding', () => {
  const complaint = (text: string, config: Partial<ResolvedConfig> = {}): (Finding | undefined)[] => check(text, config).findings.filter((finding) => suppressionRules.some(({ name }) => name === finding.rule));

  test('unused, per rule', () => {
    expect(complaint('-- lockkeeper-disable-next-line no-lock, no-loss -- x\nDO @no-lock;')).toEqual([
      expect.objectContaining({ rule: 'no-unused-suppression', severity: 'info', category: 'hygiene', message: 'This comment silences no finding of no-loss.', span: { start: 0, end: 53 } }),
    ]);
  });

  test('not unused when the rule is switched off here', () => {
    expect(complaint('-- lockkeeper-disable-next-line no-lock -- x\nDO y;', { rules: { 'no-lock': { severity: 'off', options: {} } } })).toEqual([]);
  });

  test('an unknown rule, with the one that was meant', () => {
    expect(complaint('-- lockkeeper-disable-next-line no-lcok -- x\nDO @no-lock;')).toEqual([
      expect.objectContaining({ rule: 'no-unknown-suppression', severity: 'warning', message: 'There is no rule named no-lcok.', advice: 'Write no-lock.' }),
    ]);
  });

  test('a reason without its dashes, once', () => {
    expect(complaint('-- lockkeeper-disable-next-line no-lock: it is gone\nDO @no-lock;')).toEqual([
      expect.objectContaining({ rule: 'no-unknown-suppression', message: '"it is gone" stands where only names of rules can.', advice: 'A reason comes after two dashes: -- it is gone' }),
    ]);
  });

  test('a misspelt comment, with the one that was meant; other words of ours are let be', () => {
    expect(complaint('-- lockkeeper-disable-nextline no-lock -- x\nDO @no-lock;\n-- lockkeeper-test: dialect=postgres@14')).toEqual([
      expect.objectContaining({ rule: 'no-unknown-suppression', advice: 'Write lockkeeper-disable-next-line.' }),
    ]);
  });

  test('a missing reason, where reasons are required', () => {
    const text = '-- lockkeeper-disable-next-line no-lock\nDO @no-lock;';
    expect(complaint(text)).toEqual([]);
    expect(complaint(text, { requireReason: true })).toEqual([expect.objectContaining({ rule: 'require-suppression-reason', severity: 'warning' })]);
  });

  test('can itself be silenced for the file', () => {
    expect(check('-- lockkeeper-disable-file no-unused-suppression -- old file\n-- lockkeeper-disable-next-line no-lock -- x\nDO y;').loud).toEqual([]);
  });
});

describe('comments of other linters', () => {
  test('mean nothing unless asked for', () => {
    expect(check('-- squawk-ignore ban-drop-table\nDO @no-loss;').silent).toEqual([]);
  });

  test.each([
    ['-- squawk-ignore ban-drop-table, renaming-table -- gone', ['no-loss'], 'gone'],
    ['-- squawk-ignore', ['no-lock', 'no-loss'], null],
    ['-- squawk-ignore some-new-rule', ['no-lock', 'no-loss'], null],
    ['-- squawk-ignore-file require-concurrent-index-creation', ['no-lock'], null],
    ['-- pgsafe:ignore drop-table nobody reads it', ['no-loss'], 'nobody reads it'],
    ['-- eugene: ignore E6, E1', ['no-lock'], null],
    ['-- atlas:nolint destructive', ['no-loss'], null],
    ['-- atlas:nolint PG303', ['no-lock'], null],
    ['-- atlas:nolint', ['no-lock', 'no-loss'], null],
  ])('%s', (comment, rulesSilenced, reason) => {
    const { findings } = check(`${comment}\nDO @no-lock @no-loss;`, { foreignSuppressions: true });
    const silent = findings.filter((finding) => finding.suppressed !== null);
    expect(silent.map((finding) => finding.rule)).toEqual(rulesSilenced);
    expect(silent[0]?.suppressed).toEqual({ by: 'foreign', reason });
  });

  test('beside code they mean that code; unused ones are no finding of ours', () => {
    expect(check('DO @no-loss; -- squawk-ignore ban-drop-table\nDO @no-loss;\n-- squawk-ignore\n', { foreignSuppressions: true })).toMatchObject({ silent: ['1 no-loss'], loud: ['2 no-loss'] });
  });

  test('a header of Atlas means the file', () => {
    expect(check('-- atlas:nolint destructive\n\nDO @no-loss;\nDO @no-loss;', { foreignSuppressions: true }).silent).toHaveLength(2);
  });
});

test('ten thousand comments and findings are linear work', async () => {
  const line = '-- lockkeeper-disable no-lock -- x\n-- lockkeeper-disable-next-line no-loss -- x\nDO @no-lock @no-loss;\n';
  expect(await growth((times) => { expect(check(line.repeat(625 * times)).silent.length).toBeGreaterThanOrEqual(1250 * times); })).toBeLessThan(LINEAR);
});

describe('in PostgreSQL', () => {
  const loud = async (sql: string): Promise<readonly string[]> =>
    (await lintFiles({ 'a.sql': sql })).findings.filter(({ severity, suppressed }) => severity === 'error' && suppressed === null).map((finding) => finding.rule);

  test('a string is no comment, whatever it says', async () => {
    expect(await loud("SELECT '-- lockkeeper-disable-next-line no-drop-table -- x';\nDROP TABLE a;\n")).toEqual(['no-drop-table']);
    expect(await loud("SELECT '\n-- lockkeeper-disable-file';\nDROP TABLE a;\n")).toEqual(['no-drop-table']);
    expect(await loud("DO $$ BEGIN\nRAISE NOTICE '-- lockkeeper-disable-next-line no-drop-table';\nDROP TABLE a;\nEND $$;")).toEqual(['no-drop-table']);
  });

  test('nor is one in a program, whose SQL has comments of its own', async () => {
    const up = (body: string): Readonly<Record<string, string>> => ({ 'knexfile.js': "module.exports = { client: 'pg' };\n", 'migrations/20240101000000_a.js': `exports.up = async (knex) => {\n${body}\n};\nexports.down = async () => {};\n` });
    const rulesOf = async (body: string): Promise<readonly string[]> => (await lintFiles(up(body))).findings.filter(({ severity, suppressed }) => severity !== 'info' && suppressed === null).map((finding) => finding.rule);
    expect(await rulesOf("const said = '// lockkeeper-disable-file';\nawait knex.raw('DROP TABLE a');")).toContain('no-drop-table');
    expect(await rulesOf('await knex.raw(`\n-- lockkeeper-disable-next-line no-drop-table -- gone\nDROP TABLE a`);')).not.toContain('no-drop-table');
    expect(await rulesOf('// lockkeeper-disable-next-line no-drop-table -- gone\nawait knex.raw(`DROP TABLE a`);')).not.toContain('no-drop-table');
  });

  test('a comment in the body of a block counts', async () => {
    expect(await loud("DO $$ BEGIN\nRAISE NOTICE 'it''s';\n-- lockkeeper-disable-next-line no-drop-table -- gone\nDROP TABLE a;\nEND $$;")).toEqual([]);
  });
});
