import { FORMATS } from '../report/formats.ts';
import type { OptionSpecs } from './arguments.ts';
import type { CommandSpec } from './common-options.ts';
import { CONFIG, GENERAL, READING } from './common-options.ts';
import { PLAN } from './plan-specs.ts';
import { BASELINE, COMPLETION, DOCTOR, INIT, REPORT } from './team-specs.ts';

export const LINT = {
  summary: 'Say what the migrations will do to everyone else (the default command)',
  operands: '[path…]',
  about:
    'Reads the migrations of a project, replays their history and reports what each statement locks, scans, rewrites, loses or breaks. A path is a file, a folder, a glob or - for standard input, and limits what is reported: the history before it is always replayed. Without a path the migrations of this project are found.',
  options: {
    format: { type: 'values', short: 'f', value: 'name[=file]', help: `How to report: ${FORMATS.join(', ')}. May be given several times; with =file into a file.` },
    'output-file': { type: 'value', short: 'o', value: 'file', help: 'Write the report into a file.' },
    'fail-on': { type: 'value', value: 'severity', choices: ['error', 'warning', 'info', 'never'], help: 'Exit with 1 for findings of this severity or worse. Default: warning.' },
    'max-warnings': { type: 'value', value: 'number', help: 'Exit with 1 when there are more warnings than this.' },
    rule: { type: 'values', short: 'r', value: 'name=severity', help: 'Set a rule to off, info, warning or error. May be given several times.' },
    'start-after': { type: 'value', value: 'version', help: 'Replay the migrations up to this version or file, and report only those after it.' },
    since: { type: 'value', value: 'git ref', help: 'Report only files that are new or changed since the branch left this commit, as in --since origin/main.' },
    staged: { type: 'flag', help: 'Report only what is staged for the next commit, and read all files as git has them staged.' },
    changed: { type: 'flag', help: 'Report only what differs from the last commit, staged or not, new files included.' },
    index: { type: 'flag', help: 'For hooks: read all files as they are staged, and pass over named files that are no migrations of this project.' },
    batch: { type: 'flag', negatable: true, help: 'The reported migrations are deployed together: what an earlier one creates is not in use yet, and a step that needs a deploy before it must not be among them. On by itself with --since; --no-batch: each is deployed alone.' },
    baseline: { type: 'value', value: 'file', negatable: true, help: 'Findings that are known already. Default: lockkeeper.baseline.json beside the configuration or at the root of the project; --no-baseline: report them too.' },
    stats: { type: 'value', value: 'file', help: 'Sizes of tables, as lockkeeper stats writes them. Default: lockkeeper.stats.json beside the configuration or at the root of the project.' },
    ...READING,
    ...CONFIG,
    watch: { type: 'flag', short: 'w', help: 'Stay, and lint again whenever a migration or the configuration changes.' },
    cache: { type: 'flag', negatable: true, help: 'Large projects: keep the result until a file, the configuration or the program changes (in node_modules/.cache or the user’s cache folder). --no-cache: judge anew.' },
    quiet: { type: 'flag', short: 'q', help: 'Report only errors and warnings.' },
    ...GENERAL,
  },
  examples: [
    ['lockkeeper', 'all migrations of this project'],
    ['lockkeeper lint db/migrations/0042_add_index.sql', 'one file, against the schema that the files before it build'],
    ["lockkeeper lint 'db/**/*.up.sql' --dialect postgres@14", 'a glob, for a server of version 14'],
    ['lockkeeper lint --since origin/main', 'what this branch has added or changed'],
    ['git show HEAD:db/1.sql | lockkeeper lint - --stdin-path db/1.sql', 'standard input'],
    ['lockkeeper lint --format github --format sarif=lockkeeper.sarif', 'annotations, and a file for code scanning'],
    ['lockkeeper lint --fail-on error --rule no-drop-column=warning', 'fail only for errors, and be milder about one rule'],
  ],
} as const satisfies CommandSpec;

export const RULES = {
  summary: 'List all rules',
  operands: '',
  about: 'Lists every rule with its category, its severity in this project and what it reports.',
  options: {
    format: { type: 'value', short: 'f', value: 'name', choices: ['text', 'json'], help: 'text (default) or json.' },
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper rules', 'a table'],
    ['lockkeeper rules --format json', 'with explanations, options and references, for tools'],
  ],
} as const satisfies CommandSpec;

export const EXPLAIN = {
  summary: 'Explain a rule',
  operands: '<rule>',
  about: 'Shows the page of a rule: what it reports, why that matters, an example and the safe way, its options and how to silence it.',
  options: { ...GENERAL },
  examples: [['lockkeeper explain no-blocking-index-build', 'why building an index can stop a service']],
} as const satisfies CommandSpec;

export const INSPECT = {
  summary: 'Show what was found and understood',
  operands: '[path…]',
  about: 'Shows the migrations that were discovered: which framework, in which order, inside which transactions, and the operations that each statement was read as. For finding out why something was reported, or was not.',
  options: {
    format: { type: 'value', short: 'f', value: 'name', choices: ['text', 'json'], help: 'text (default) or json.' },
    ...READING,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper inspect', 'everything in this project'],
    ['lockkeeper inspect db/migrations/0042_add_index.sql', 'one file'],
  ],
} as const satisfies CommandSpec;

const CHANGING = {
  'start-after': { type: 'value', value: 'version', help: 'Leave migrations up to this version or file as they are: they have been applied.' },
  since: { type: 'value', value: 'git ref', help: 'Edit only files that are new or changed since the branch left this commit, as in --since origin/main.' },
} as const satisfies OptionSpecs;

export const FIX = {
  summary: 'Rewrite what is dangerous into the safe form',
  operands: '[path…]',
  about:
    'Applies the safe remedies: those that end in the same schema, touch no data and need no deploy in between. Where one file suffices the statement is rewritten in place, otherwise new migrations follow it, in the form of the project’s own tool. Every change is proven before it is written: the result is read, replayed and linted again. Migrations that have been applied or merged must not be edited, so without a path say which are new: --since, --start-after or --all.',
  options: {
    'dry-run': { type: 'flag', short: 'n', help: 'Write nothing: print a patch that git apply takes.' },
    suggestions: { type: 'flag', help: 'Also apply remedies that need a look: other types, data changes, deploys in between.' },
    rule: { type: 'values', short: 'r', value: 'name', help: 'Fix only what this rule finds. May be given several times.' },
    interactive: { type: 'flag', short: 'i', help: 'Show each change and ask.' },
    all: { type: 'flag', help: 'Edit all migrations of the project.' },
    ...CHANGING,
    batch: { type: 'flag', negatable: true, help: 'The migrations are deployed together, as lint --batch has it: what an earlier one creates is not in use yet and may stay as it is. On by itself with --since.' },
    baseline: { type: 'value', value: 'file', negatable: true, help: 'Findings that are known already and left alone. Default as with lint; --no-baseline: put them right too.' },
    renumber: { type: 'flag', negatable: true, help: 'Where consecutive numbers leave no room for a new migration, give those behind it higher ones, if all of them may be edited. On by itself; not with --interactive.' },
    index: { type: 'flag', help: 'For hooks: pass over named files that are no migrations of this project, or are staged other than they are on the disk.' },
    'batch-size': { type: 'value', value: 'rows', help: 'Rows of a batch in backfills. Default: 1000.' },
    format: { type: 'value', short: 'f', value: 'name', choices: ['text', 'json'], help: 'text (default) or json.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper fix db/migrations/0042_add_index.sql', 'one migration'],
    ['lockkeeper fix --since origin/main', 'what this branch has added or changed'],
    ['lockkeeper fix --since origin/main --dry-run | git apply', 'the same by way of a patch'],
  ],
} as const satisfies CommandSpec;

const SERVER = {
  'database-url': { type: 'value', value: 'url', help: 'Work on this PostgreSQL server, in a database of its own that is dropped afterwards, instead of in PGlite.' },
  'use-env': { type: 'flag', help: 'The same with the URL from DATABASE_URL.' },
  'i-know': { type: 'flag', help: 'Go on although the server looks like production.' },
  setup: { type: 'value', value: 'file', help: 'SQL that runs before the history: roles, schemas, tables that the project expects to find.' },
} as const satisfies OptionSpecs;

export const TRACE = {
  summary: 'Run pending migrations on a real server and compare with what was predicted',
  operands: '[path…]',
  about:
    'Runs the pending migrations on a real PostgreSQL, after the history before them, and shows for each statement what was predicted beside what was observed: locks and who waits for them, scans, rewrites, duration. Pending are the files that are named; else what comes after --start-after or the startAfter of the configuration; else the last migration. Runs in this process (PGlite) unless a server is named.',
  options: {
    ...SERVER,
    rows: { type: 'value', value: 'number', help: 'Put about this many rows into the tables that the pending migrations touch, for durations that mean something.' },
    all: { type: 'flag', help: 'All migrations are pending.' },
    format: { type: 'value', short: 'f', value: 'name', choices: ['text', 'json', 'markdown'], help: 'text (default), json or markdown.' },
    'output-file': { type: 'value', short: 'o', value: 'file', help: 'Write the result into a file.' },
    'start-after': { type: 'value', value: 'version', help: 'Migrations up to this version or file have run; those after it are pending.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper trace', 'the last migration of this project, in PGlite'],
    ['lockkeeper trace db/migrations/0042_add_index.sql --rows 100000', 'one migration, on tables with rows in them'],
    ['lockkeeper trace --database-url postgres://postgres@localhost:5432/postgres', 'on a server of your own, in a scratch database'],
  ],
} as const satisfies CommandSpec;

export const VERIFY = {
  summary: 'Prove pending migrations on a real server, with rows in every table',
  operands: '[path…]',
  about:
    'Replays the history on a real PostgreSQL, puts rows into every table, edge cases included, and then takes each pending migration up, down and up again: does it run with rows there, is data lost, is the schema back exactly, is it re-runnable where it says so. Reports findings as lint does. Pending are the files that are named; else what comes after --start-after or the startAfter of the configuration; else the last migration. Runs in this process (PGlite) unless a server is named.',
  options: {
    ...SERVER,
    rows: { type: 'value', value: 'number', help: 'Put about this many rows into the tables that the pending migrations touch, and say how long each statement took.' },
    all: { type: 'flag', help: 'All migrations are pending.' },
    format: { type: 'value', short: 'f', value: 'name', choices: FORMATS, help: `How to report: ${FORMATS.join(', ')}.` },
    'output-file': { type: 'value', short: 'o', value: 'file', help: 'Write the report into a file.' },
    'fail-on': { type: 'value', value: 'severity', choices: ['error', 'warning', 'info', 'never'], help: 'Exit with 1 for findings of this severity or worse. Default: warning.' },
    'start-after': { type: 'value', value: 'version', help: 'Migrations up to this version or file have run; those after it are pending.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper verify', 'the last migration of this project, in PGlite'],
    ['lockkeeper verify --start-after 20240301120000', 'everything since this version'],
    ['lockkeeper verify db/migrations/0042_add_index.sql --rows 1000000 --use-env', 'with a million rows, on the server of DATABASE_URL'],
  ],
} as const satisfies CommandSpec;

export const STATS = {
  summary: 'Write down how big the tables of a database are, for lint to use',
  operands: '',
  about:
    'Asks a database, in a session that can only read, for rows, bytes and write rate of its tables, and writes lockkeeper.stats.json: no data, no credentials. Lint finds that file beside the configuration or at the root of the project and then says roughly how long a statement takes, and is quiet about small tables.',
  options: {
    'database-url': { type: 'value', value: 'url', help: 'The database to ask.' },
    'use-env': { type: 'flag', help: 'The same with the URL from DATABASE_URL.' },
    'output-file': { type: 'value', short: 'o', value: 'file', help: 'Where to write; - is standard output. Default: lockkeeper.stats.json beside the configuration.' },
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper stats --database-url postgres://reader@db.example.com/shop', 'a replica will do'],
    ['lockkeeper stats --use-env -o -', 'look at it first'],
  ],
} as const satisfies CommandSpec;

export const COMMANDS = { lint: LINT, fix: FIX, plan: PLAN, baseline: BASELINE, report: REPORT, trace: TRACE, verify: VERIFY, stats: STATS, rules: RULES, explain: EXPLAIN, inspect: INSPECT, init: INIT, doctor: DOCTOR, completion: COMPLETION } as const satisfies Readonly<Record<string, CommandSpec>>;

export type CommandName = keyof typeof COMMANDS;

export const isCommand = (word: string): word is CommandName => Object.hasOwn(COMMANDS, word);
