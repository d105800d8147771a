import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Format, ReportOptions } from '../src/report/formats.ts';
import { FORMATS, REPORTERS } from '../src/report/formats.ts';
import { lineHashes } from '../src/report/line-hash.ts';
import type { Report } from '../src/report/model.ts';
import { contracts } from './support/contracts.ts';
import { growth, LINEAR } from './support/growth.ts';
import { finding, migration, report, sampleReport, someRule, spanOf, statement } from './support/report.ts';

const PLAIN: ReportOptions = { color: false, width: 100, shownPath: (path) => path, root: '.' };
const render = async (format: Format, subject: Report = sampleReport(), options: Partial<ReportOptions> = {}): Promise<string> =>
  [...(await REPORTERS[format]())(subject, { ...PLAIN, ...options })].join('');

const nasty = 'DROP TABLE "a\u001B[31m";\n--\u202E %0A ::error:: <script> ``` | ]]> &amp; \u0000\n';
const nastyReport = (): Report =>
  report({
    sources: { 'a b/ä,:%.sql': nasty },
    findings: [finding({ path: 'a b/ä,:%.sql', span: spanOf(nasty, 'DROP TABLE "a\u001B[31m"'), message: `Table a\u001B[31m is <gone> ::set-output::, 100%\r\n& @everyone "q" | \`\`\` \u0000`, relation: 'public.a\u001B[31m' })],
  });

describe('text', () => {
  test('the whole page', async () => {
    expect(await render('text')).toBe(readFileSync('fixtures/report/sample.txt', 'utf8'));
  });

  test('colours only when asked for, and the same words with them', async () => {
    const colorful = await render('text', sampleReport(), { color: true });
    expect(colorful).toContain('\u001B[31m');
    expect(colorful.replace(/\u001B\[\d+m/g, '')).toBe(await render('text'));
  });

  test.each([60, 80, 100])('no line is wider than the terminal of %i columns, code aside', async (width) => {
    const lines = (await render('text', sampleReport(), { width })).split('\n').filter((line) => !/^ *[▸│\d]/.test(line) && !line.includes('CONCURRENTLY') && !/^(?:error|warning|──) /.test(line.trim()));
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  test('the reason is given with the first finding of a rule only', async () => {
    const text = 'CREATE INDEX a ON users (a);\nCREATE INDEX b ON users (b);\n';
    const page = await render('text', report({ sources: { 'a.sql': text }, findings: ['CREATE INDEX a', 'CREATE INDEX b'].map((part) => finding({ path: 'a.sql', span: spanOf(text, part) })) }));
    expect(page.match(/ why /g)).toHaveLength(1);
    expect(page.match(/ do /g)).toHaveLength(2);
  });

  test('notes that a rule has about a file again and again are told once, warnings each', async () => {
    const text = 'SELECT 1;\nSELECT 2;\nSELECT 3;\n';
    const all = (severity: 'info' | 'warning'): Report => report({ sources: { 'a.sql': text }, findings: ['SELECT 1', 'SELECT 2', 'SELECT 3'].map((part) => finding({ path: 'a.sql', span: spanOf(text, part), severity, message: `About ${part}.` })) });
    expect(await render('text', all('info'))).toContain('  About SELECT 1.\n  The same in lines 2, 3.\n');
    expect((await render('text', all('warning'))).match(/About SELECT/g)).toHaveLength(3);
  });

  test('nothing dangerous is said in so many words', async () => {
    const page = await render('text', report({ sources: { 'a.sql': 'SELECT 1;' } }));
    expect(page).toBe('✔ nothing dangerous\n  1 migration, 0 statements · highest risk: none\n');
  });

  test('carets stand under the span with tabs, wide and combining characters before it', async () => {
    const text = '\tSELECT \'日本e\u0301\', DROP me\n';
    const page = await render('text', report({ sources: { 'a.sql': text }, findings: [finding({ path: 'a.sql', span: spanOf(text, 'DROP me') })] }));
    expect(page).toContain("  ▸ 1 │   SELECT '日本e\u0301', DROP me\n      │                   ^^^^^^^\n");
  });

  test('a line of megabytes is cut around the place', async () => {
    const text = `${'x'.repeat(3_000_000)} DROP ${'y'.repeat(2_000_000)}`;
    const page = await render('text', report({ sources: { 'a.sql': text }, findings: [finding({ path: 'a.sql', span: spanOf(text, 'DROP') })] }));
    expect(page).toMatch(/ │ …x{9} DROP y+…\n/);
    expect(page).toMatch(/│ {12}\^\^\^\^\n/);
  });

  test('a span of hundreds of lines is shown by its beginning and end', async () => {
    const text = Array.from({ length: 300 }, (_, index) => `line ${String(index + 1)}`).join('\n');
    const page = await render('text', report({ sources: { 'a.sql': text }, findings: [finding({ path: 'a.sql', span: { start: 0, end: text.length } })] }));
    expect(page).toContain('line 1\n');
    expect(page).toContain('⋮');
    expect(page).toContain('line 300');
    expect(page.split('\n').length).toBeLessThan(40);
  });

  test('nothing of the linted files reaches the terminal as a command', async () => {
    expect(await render('text', nastyReport())).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  });

  test('locks held from before are told with the line that took them', async () => {
    const text = 'LOCK a;\nREWRITE b;\n';
    const path = 'a.sql';
    const held = { relation: { schema: 'public', name: 'a' }, relationKind: 'table', mode: 'AccessExclusiveLock', blocks: 'readsAndWrites', statement: 0 } as const;
    const statements = [statement({ path, span: spanOf(text, 'LOCK a') }), statement({ path, span: spanOf(text, 'REWRITE b'), transaction: 't', held: { taken: [held], count: 1 } })];
    const page = await render('text', report({ sources: { [path]: text }, migrations: [migration({ path, statements })], findings: [finding({ path, span: spanOf(text, 'REWRITE b') })] }));
    expect(page).toContain('lock  AccessExclusiveLock on public.a, held since line 1: reads and writes wait');
  });
});

describe('json', () => {
  const published = contracts('schemas/report.v1.schema.json');

  test.each([
    ['a full report', sampleReport()],
    ['an empty one', report({})],
    ['a nasty one', nastyReport()],
  ])('%s keeps to the published schema, and the schema names every field', async (_, subject) => {
    const document: unknown = JSON.parse(await render('json', subject));
    for (const check of published) expect(check(document), JSON.stringify(check.errors, null, 2)).toBe(true);
  });

  test('says what a program asks for', async () => {
    const document = JSON.parse(await render('json')) as { findings: object[] };
    expect(document).toMatchObject({
      schemaVersion: 1,
      tool: { name: 'lockkeeper', version: '1.2.3' },
      migrations: [
        {
          path: 'db/0002_index.up.sql',
          framework: 'plain',
          dialect: 'postgres',
          version: '0002',
          risk: 'critical',
          statements: [
            { direction: 'up', line: 3, column: 1, endLine: 5, endColumn: 37, operations: ['addColumn', 'changeColumnType'], effects: { locks: [{ relation: 'public.users', mode: 'AccessExclusiveLock' }], scans: ['public.users'], rewrites: ['public.users'], work: 'rewrite', blocks: 'readsAndWrites' }, held: [] },
            { line: 6, effects: { blocks: 'writes' }, held: [{ relation: 'public.users', mode: 'AccessExclusiveLock' }] },
          ],
        },
        { statements: [{ opaque: true, transaction: null }] },
      ],
      summary: { errors: 2, warnings: 1, infos: 1, suppressed: 1, opaque: 1 },
    });
    expect(document.findings[2]).toMatchObject({ rule: 'no-blocking-index-build', fix: null, suppressed: { by: 'comment', reason: 'tiny table' } });
  });

  test('offsets are of UTF-16 units', async () => {
    const text = '-- 😀\nDROP';
    const document = JSON.parse(await render('json', report({ sources: { 'a.sql': text }, findings: [finding({ path: 'a.sql', span: spanOf(text, 'DROP') })] }))) as { findings: object[] };
    expect(document.findings[0]).toMatchObject({ start: 6, end: 10, line: 2, column: 1, endLine: 2, endColumn: 5 });
  });
});

describe('sarif', () => {
  interface Sarif {
    readonly version: string;
    readonly $schema: string;
    readonly runs: readonly [{ tool: { driver: { name: string; rules: { id: string; help: { text: string; markdown: string } }[] } }; results: { ruleId: string; ruleIndex: number; level: string; message: { text: string }; partialFingerprints: object; locations: { physicalLocation: { artifactLocation: { uri: string; uriBaseId: string }; region: Record<string, number> } }[] }[]; originalUriBaseIds: object; columnKind: string }];
  }
  const sarif = async (subject?: Report): Promise<Sarif> => JSON.parse(await render('sarif', subject)) as Sarif;

  test('has what the standard demands', async () => {
    const { version, $schema, runs } = await sarif();
    expect([version, $schema]).toEqual(['2.1.0', expect.stringMatching(/sarif.*2\.1\.0/)]);
    const [{ tool, results, columnKind }] = runs;
    expect([tool.driver.name, columnKind]).toEqual(['Lockkeeper', 'utf16CodeUnits']);
    expect(results).toHaveLength(4);
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.partialFingerprints).toEqual({ primaryLocationLineHash: expect.stringMatching(/^[\da-f]+:\d+$/) as string, 'lockkeeper/v1': expect.any(String) as string });
    }
    for (const { help } of tool.driver.rules) expect(help).toEqual({ text: expect.any(String) as string, markdown: expect.stringContaining('[PostgreSQL: CREATE INDEX](https://') as string });
  });

  test('regions are exact', async () => {
    const [{ results }] = (await sarif()).runs;
    expect(results[1]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'db/0002_index.up.sql', uriBaseId: 'ROOT' },
      region: { startLine: 6, startColumn: 1, endLine: 6, endColumn: 42, charOffset: 110, charLength: 41 },
    });
  });

  test("lines are known again by the hash of GitHub's upload action", () => {
    const hash = lineHashes(' a\nb\n  \t\tc\n d');
    expect([1, 2, 3, 4, 5].map(hash)).toEqual(['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1', undefined]);
    const same = lineHashes(`${'x\n'.repeat(101)}\r\n`);
    expect([same(1), same(2)].map((one) => one?.split(':')[1])).toEqual(['1', '2']);
  });

  test('paths are valid URIs', async () => {
    const [{ results }] = (await sarif(nastyReport())).runs;
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('a%20b/%C3%A4%2C%3A%25.sql');
  });
});

describe('github', () => {
  test('one command per open finding, with columns only on one line', async () => {
    const lines = (await render('github')).trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^::error file=db\/0002_index\.up\.sql,line=3,endLine=5,title=no-rewrite::/);
    expect(lines[1]).toMatch(/^::error file=db\/0002_index\.up\.sql,line=6,endLine=6,col=1,endColumn=41,title=no-blocking-index-build::Building .*%0ABuild it/);
    expect(lines[3]).toMatch(/^::notice /);
  });

  test('nothing in a message or path can end the command or begin another', async () => {
    const output = await render('github', nastyReport());
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    expect(output).toContain('file=a b/ä%2C%3A%25.sql,');
    expect(output).toContain('100%25%0D%0A');
  });
});

describe('gitlab', () => {
  test('issues with unique fingerprints and a severity that GitLab knows', async () => {
    const issues = JSON.parse(await render('gitlab')) as { fingerprint: string; severity: string; location: object; check_name: string }[];
    expect(issues.map(({ severity }) => severity)).toEqual(['critical', 'critical', 'major', 'info']);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(4);
    expect(issues[1]).toMatchObject({ check_name: 'no-blocking-index-build', location: { path: 'db/0002_index.up.sql', lines: { begin: 6, end: 6 } } });
  });
});

describe('junit', () => {
  test('a suite per file, failures for what fails, and the counts agree', async () => {
    const xml = await render('junit');
    expect(xml).toContain('<testsuites name="lockkeeper" tests="6" failures="3" errors="0">');
    expect(xml.match(/<failure /g)).toHaveLength(3);
    expect(xml.match(/<skipped /g)).toHaveLength(1);
    expect(xml.match(/<testcase /g)).toHaveLength(6);
    expect(xml).toContain('<testcase name="no findings" classname="db/0003_drop.down.sql"/>');
  });

  test('is well-formed whatever the files hold', async () => {
    const xml = await render('junit', nastyReport());
    expect(xml).not.toMatch(/[\u0000-\u0008\u001B]/);
    expect(xml).toContain('is &lt;gone&gt;');
    expect(xml.replace(/&(?:amp|lt|gt|quot|#\d+);/g, '')).not.toContain('&');
  });
});

describe('markdown', () => {
  test('a section per finding, risks as a table, hygiene folded away', async () => {
    const page = await render('markdown');
    expect(page).toContain('## Lockkeeper: 3 findings');
    expect(page).toContain('| `db/0002_index.up.sql` | critical | blocks reads and writes of public.users');
    expect(page).toContain('### 🛑 `no-blocking-index-build` in `db/0002_index.up.sql:6`');
    expect(page).toContain('```sql\nCREATE INDEX users_email ON users (email);\n```');
    expect(page).toContain('<details><summary>Hygiene (1)');
  });

  test('names from the files are no markup and mention nobody', async () => {
    const page = await render('markdown', nastyReport());
    expect(page).toContain('is &lt;gone&gt;');
    expect(page).not.toContain('@everyone');
  });
});

test.each(FORMATS)('%s: ten thousand findings are linear work', async (format) => {
  const line = 'CREATE INDEX i ON users (email);\n';
  const reportOf = (count: number): Report => {
    const findings = Array.from({ length: count }, (_, index) => finding({ path: 'a.sql', span: { start: index * line.length, end: (index + 1) * line.length - 2 } }));
    const statements = findings.map(({ path, span }) => statement({ path, span }));
    return report({ sources: { 'a.sql': line.repeat(count) }, findings, migrations: [migration({ path: 'a.sql', statements })], rules: [someRule('no-blocking-index-build')] });
  };
  const reports = { 1: reportOf(1250), 8: reportOf(10_000) };
  expect(await growth((times) => render(format, reports[times]))).toBeLessThan(LINEAR);
});
