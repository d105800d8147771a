import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Report } from '../../src/report/model.ts';
import type { Category, Rule } from '../../src/rule.ts';
import { downMode } from '../../src/check/rule-table.ts';
import { lineIndex } from '../../src/source/text.ts';
import { lintFiles, readFixture, testOptions } from './lint.ts';

export const CATEGORIES: readonly { readonly category: Category; readonly title: string }[] = [
  { category: 'lock', title: 'Locks: what makes everybody wait' },
  { category: 'rewrite', title: 'Rewrites: what copies a whole table' },
  { category: 'data-loss', title: 'Data loss' },
  { category: 'compatibility', title: 'Compatibility: what breaks code that is still running' },
  { category: 'fails', title: 'Failures: what the server will refuse' },
  { category: 'reversibility', title: 'Reversibility: the way back' },
  { category: 'history', title: 'History: the files and their order' },
  { category: 'security', title: 'Security' },
  { category: 'reading', title: 'Reading: what could not be understood' },
  { category: 'hygiene', title: 'Hygiene: good habits, reported apart, never failing by default' },
];

/** A rule's page, from its metadata and from what its first fixtures really give. */
export async function rulePage(rule: Rule): Promise<string> {
  const unsafe = example(rule, 'unsafe');
  const safe = example(rule, 'safe');
  const parts = [
    `# ${rule.name}`,
    '',
    '<!-- Generated from the rule and its fixtures; edit those. -->',
    '',
    `${capital(rule.summary)}.`,
    '',
    `*Category* ${rule.category} · *severity* ${rule.severity}${rule.recommended ? '' : ' · off by default (preset `strict`' + (rule.category === 'hygiene' ? ' or `hygiene`' : '') + ')'} · *down scripts* ${DOWN[downMode(rule)]}`,
    '',
    '## Why',
    '',
    rule.why,
    '',
  ];
  if (unsafe !== undefined) {
    const { config, ...options } = testOptions(Object.values(unsafe.files));
    const report = await lintFiles(unsafe.files, { ...options, config: { ...config, presets: ['recommended', 'strict'] } });
    parts.push('## What it reports', '', ...show(unsafe.files), 'Lockkeeper says:', '', ...said(report, rule), '');
  }
  if (safe !== undefined) parts.push('## The safe way', '', ...show(safe.files));
  const options = Object.entries(rule.options ?? {});
  if (options.length > 0) {
    parts.push('## Options', '', '| option | type | default | meaning |', '|---|---|---|---|');
    for (const [name, option] of options) parts.push(`| \`${name}\` | ${option.type} | \`${JSON.stringify(option.default)}\` | ${option.description} |`);
    parts.push('');
  }
  const [fence, comment] = isCode(unsafe?.files ?? {}) ? ['js', '//'] : ['sql', '--'];
  parts.push('## Turning it off', '', 'For one statement, with the reason:', '', `\`\`\`${fence}`, `${comment} lockkeeper-disable-next-line ${rule.name} -- why this one is fine`, '```', '');
  const links = [...measured(rule), ...rule.references.map(({ title, url }) => `- [${title}](${url})`)];
  if (links.length > 0) parts.push('## See also', '', ...links, '');
  return parts.join('\n');
}

/** The catalogue: every rule by category. */
export function catalogue(rules: readonly Rule[]): string {
  const parts = ['# Rules', '', '<!-- Generated from the rules; edit those. -->', ''];
  for (const { category, title } of CATEGORIES) {
    const members = rules.filter((rule) => rule.category === category);
    if (members.length === 0) continue;
    parts.push(`## ${title}`, '', '| rule | reports that | severity |', '|---|---|---|');
    for (const rule of members) parts.push(`| [\`${rule.name}\`](${rule.name}.md) | ${rule.summary} | ${rule.severity}${rule.recommended ? '' : ', off by default'} |`);
    parts.push('');
  }
  return parts.join('\n');
}

const TABLE = '../docs/effects/postgres.md';

/** Where the table of measured effects has the statements that the rule is about. */
function measured({ on }: Rule): readonly string[] {
  const families = [...new Set(on.flatMap((kind) => FAMILIES[kind] ?? []))];
  const links = families.slice(0, 3).map(([anchor, title]) => `[${title}](${TABLE}#${anchor})`);
  return links.length === 0 ? [] : [`- Measured on PostgreSQL 13 to 18: ${links.join(', ')}${families.length > 3 ? `, [and more](${TABLE})` : ''}`];
}

type Family = readonly [anchor: string, title: string];
const COLUMNS: Family = ['alter-table-columns', 'ALTER TABLE on columns'];
const TYPES: Family = ['alter-table-types', 'the type of a column'];
const CONSTRAINTS: Family = ['alter-table-constraints', 'constraints'];
const FOREIGN_KEYS: Family = ['alter-table-foreign-keys', 'foreign keys'];
const SETTINGS: Family = ['alter-table-settings', 'ALTER TABLE on the table as a whole'];
const INDEXES: Family = ['indexes', 'indexes'];
const OUTSIDE: Family = ['concurrently', 'outside a transaction'];
const PARTITIONS: Family = ['partitions', 'partitioned tables'];
const TABLES: Family = ['tables', 'tables and schemas'];
const VIEWS: Family = ['views', 'views and materialized views'];
const OBJECTS: Family = ['types', 'domains, enums, composite types'];
const HANGING: Family = ['triggers-rules-policies', 'triggers, rules, policies'];
const SEQUENCES: Family = ['sequences', 'sequences'];
const QUERIES: Family = ['queries', 'queries and sessions'];
const GRANTS: Family = ['comments-grants', 'comments, grants, publications'];
const ROUTINES: Family = ['routines', 'functions and procedures'];

const FAMILIES: { readonly [K in Rule['on'][number]]?: readonly Family[] } = {
  addColumn: [COLUMNS], dropColumn: [COLUMNS], renameColumn: [COLUMNS], setNotNull: [COLUMNS], dropNotNull: [COLUMNS], setDefault: [COLUMNS], dropDefault: [COLUMNS],
  changeColumnType: [TYPES],
  addConstraint: [CONSTRAINTS, FOREIGN_KEYS], validateConstraint: [CONSTRAINTS, FOREIGN_KEYS], dropConstraint: [CONSTRAINTS, FOREIGN_KEYS],
  alterTable: [SETTINGS], renameTable: [SETTINGS], renameObject: [SETTINGS], setSchema: [SETTINGS], setOwner: [SETTINGS],
  alterIndex: [INDEXES],
  createIndex: [INDEXES, OUTSIDE], dropIndex: [INDEXES, OUTSIDE], reindex: [INDEXES, OUTSIDE],
  maintenance: [OUTSIDE, INDEXES],
  attachPartition: [PARTITIONS], detachPartition: [PARTITIONS, OUTSIDE],
  createTable: [TABLES], dropTable: [TABLES], truncate: [TABLES], dropSchema: [TABLES],
  createView: [VIEWS], dropView: [VIEWS], alterView: [VIEWS], createMaterializedView: [VIEWS], dropMaterializedView: [VIEWS], refreshMaterializedView: [VIEWS],
  createTrigger: [HANGING], dropTrigger: [HANGING], createPolicy: [HANGING], alterPolicy: [HANGING], dropPolicy: [HANGING], createRule: [HANGING], dropRule: [HANGING],
  createSequence: [SEQUENCES], alterSequence: [SEQUENCES], dropSequence: [SEQUENCES],
  insert: [QUERIES], update: [QUERIES], delete: [QUERIES], merge: [QUERIES], lockTable: [QUERIES],
  grant: [GRANTS],
  createRoutine: [ROUTINES], alterRoutine: [ROUTINES], dropRoutine: [ROUTINES],
  alterDomain: [OBJECTS], alterCompositeType: [OBJECTS], addEnumValue: [OBJECTS], renameEnumValue: [OBJECTS], createEnum: [OBJECTS], createCompositeType: [OBJECTS], dropType: [OBJECTS],
};

const DOWN = { same: 'judged alike', info: 'reported as info', off: 'not judged' } as const;

function example(rule: Rule, kind: 'unsafe' | 'safe'): { files: Record<string, string> } | undefined {
  const folder = join('fixtures/rules', rule.name);
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => name.startsWith(kind)).sort();
  const plain = names.find((name) => name === `${kind}.sql` || name === kind) ?? names.find((name) => name.endsWith('.sql')) ?? names[0];
  return plain === undefined ? undefined : { files: readFixture(join(folder, plain)) };
}

const isCode = (files: Readonly<Record<string, string>>): boolean => Object.keys(files).some((name) => /\.[cm]?[jt]s$/.test(name));

function* show(files: Readonly<Record<string, string>>): Generator<string> {
  const names = Object.keys(files).sort();
  for (const name of names) {
    const dialect = /^-- lockkeeper-test:.*\bdialect=(\S+)/m.exec(files[name] ?? '')?.[1];
    if (dialect !== undefined) yield* [`For ${dialect}:`, ''];
    const text = (files[name] ?? '').replace(/[ \t]*(?:--|\/\/) expect(?:-next-line)?:.*$/gm, '').replace(/^-- lockkeeper-test:.*\n/m, '').trim();
    if (names.length > 1) yield `\`${name.split('/').slice(1).join('/')}\``;
    if (names.length > 1) yield '';
    yield `\`\`\`${extname(name).slice(1)}`;
    yield text;
    yield '```';
    yield '';
  }
}

/** The line of a fixture that pages leave out. */
const OPTIONS = '-- lockkeeper-test:';

function* said(report: Report, rule: Rule): Generator<string> {
  const shown = new Set<string>();
  for (const finding of report.findings) {
    if (finding.rule !== rule.name || shown.has(finding.message)) continue;
    shown.add(finding.message);
    const text = report.sources.get(finding.path) ?? '';
    const { line } = lineIndex(text).position(finding.span.start);
    yield `> line ${String(text.startsWith(OPTIONS) ? line - 1 : line)}: ${finding.message}`;
    yield '>';
    for (const part of finding.advice.split('\n')) yield `> ${part}`.trimEnd();
    yield '';
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where the pages live. */
export const pagePath = (rule: Rule): string => `rules/${rule.name}.md`;

export const existingPages = (): string[] => readdirSync('rules').filter((name) => name.endsWith('.md') && name !== 'README.md').map((name) => readFileSync(join('rules', name), 'utf8').split('\n')[0]?.slice(2) ?? '');
