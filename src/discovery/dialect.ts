import type { FileTree, History, ScriptSource } from '../frameworks/framework.ts';
import { ancestors, join } from '../frameworks/shared/paths.ts';
import { dialectNamed } from '../frameworks/shared/dialects.ts';
import { spread } from '../frameworks/shared/sample.ts';

const FILES = 16;
const LENGTH = 16 * 1024;
/** As many files with marks of PostgreSQL and of nobody else settle it. */
const ENOUGH = 4;

/** Marks that the language of one engine alone has. */
const MARKS: readonly { readonly dialect: string; readonly mark: RegExp }[] = [
  {
    dialect: 'postgres',
mark: /\$\$|\bplpgsql\b|\btimestamptz\b|\b(?:big|small)?serial\b|\bbytea\b|\bCONCURRENTLY\b|\bCREATE\s+EXTENSION\b|[\w)'\"]::\s*\"?[a-z]|\bUSING\s+(?:gin|gist|brin)\b|\bCREATE\s+TYPE\s+\S+\s+AS\s+ENUM\b|\btext\[\]|\bALTER\s+COLUMN\s+\S+\s+(?:SET|DROP)\s+NOT\s+NULL\b|\bgen_random_uuid\b|\bROW\s+LEVEL\s+SECURITY\b/i,
  },
  { dialect: 'mysql', mark: /\bENGINE\s*=\s*(?:InnoDB|MyISAM|MEMORY)\b|\bAUTO_INCREMENT\b|\bCHARSET\s*=|\b(?:TABLE|INTO|UPDATE|FROM|COLUMN|INDEX|KEY|EXISTS)\s+`|^[ \t]*`\w+`\s+(?:\w+)|\b(?:INT|BIGINT|TINYINT)(?:\s*\(\d+\))?\s+UNSIGNED\b|^[ \t]*DELIMITER\s+\S+\s*$|\bALTER\s+TABLE\s+\S+\s+(?:MODIFY|CHANGE)\s|\bADD\s+(?:UNIQUE\s+)?(?:INDEX|KEY)\s|\bADD\s+(?:COLUMN\s+)?\w+\s[^;]{1,150}?\sAFTER\s+\w+\s*[;,]|\bDROP\s+INDEX\s+\w+\s+ON\s/im },
  { dialect: 'sqlite', mark: /\bAUTOINCREMENT\b|^[ \t]*PRAGMA\s+\w+|\bWITHOUT\s+ROWID\b|\bsqlite_(?:master|sequence|schema)\b|\bdatetime\s*\(\s*'now'|\bstrftime\s*\(|\bunixepoch\s*\(|\bjulianday\s*\(/im },
  { dialect: 'clickhouse', mark: /\bENGINE\s*=?\s*(?:Shared|Replicated)?\w*(?:MergeTree|Distributed)\b|\b(?:LowCardinality|Nullable|DateTime64|FixedString)\s*\(|\bON\s+CLUSTER\b|^[ \t]*SETTINGS\s+\w+\s*=|\b(?:FROM|JOIN)\s+[\w.]+\s+FINAL\b/m },
  { dialect: 'sqlserver', mark: /\[dbo\]\.|^[ \t]*GO\s*$|\bN?VARCHAR\s*\(\s*MAX\s*\)|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)|\bNONCLUSTERED\b|\bUNIQUEIDENTIFIER\b|\bDATETIME2\b|\b(?:INTO|FROM|JOIN)\s+##?\w|\bCOUNT_BIG\s*\(/im },
  { dialect: 'oracle', mark: /\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d|\bSYSTIMESTAMP\b/i },
];

/** `feature`: of a Rust library that talks to several engines. */
const DRIVERS: readonly { readonly dialect: string; readonly driver: RegExp; readonly feature: RegExp }[] = [
  { dialect: 'postgres', feature: /"postgres(?:_backend)?"/, driver: /\blib\/pq\b|\bjackc\/pgx\b|"(?:pg|postgres|@neondatabase\/serverless|@vercel\/postgres)"\s*:/ },
  { dialect: 'mysql', feature: /"mysql(?:_backend)?"/, driver: /\bgo-sql-driver\/mysql\b|"(?:mysql2?|@planetscale\/database)"\s*:/ },
  { dialect: 'sqlite', feature: /"sqlite(?:-\w+)?"/, driver: /\bmattn\/go-sqlite3\b|\bmodernc\.org\/sqlite\b|\bncruces\/go-sqlite3\b|"(?:better-sqlite3|sqlite3|@libsql\/client)"\s*:/ },
];

/**
 * The engine that a history is meant for: said by the framework's own files, by a folder that bears an engine's name, or by
 * what the files contain, where one engine's marks outweigh PostgreSQL's; for programs, by the drivers of the project first. Undefined where nothing tells.
 */
export function guessDialect(history: History, tree: FileTree): string | undefined {
  const isCode = history.migrations.some(({ up }) => up.program !== undefined);
  const rest = isCode ? (fromManifest(history.folder, tree) ?? fromFiles(history, tree, drivers(history.folder, tree))) : (fromFiles(history, tree) ?? fromManifest(history.folder, tree));
  const guess = history.dialect ?? fromPath(history.folder) ?? rest;
  return guess === 'postgres' && isCockroach(history, tree) ? 'cockroachdb' : guess;
}

/** What CockroachDB alone has in the language that it shares with PostgreSQL. */
const COCKROACH = /\bunique_rowid\s*\(|\bcurrent_timestamp\(\)|\bINDEX\s+(?:IF\s+EXISTS\s+)?["\w.]+\s*@\s*["\w]|\bcrdb_internal\b|\bUSING\s+HASH\s+WITH\s+(?:\(\s*)?BUCKET_COUNT\b|\bINTERLEAVE\s+IN\s+PARENT\b|^[ \t]*FAMILY\s+"?\w+"?\s*\(/im;

/** One file may be wrong; PostgreSQL would refuse them all. */
const isCockroach = ({ migrations }: History, tree: FileTree): boolean => spread(migrations, FILES).filter(({ up }) => COCKROACH.test(textOf(up, tree))).length > 1;

export function fromPath(folder: string): string | undefined {
  for (const segment of folder.split('/').reverse()) {
    const exact = dialectNamed(segment);
    if (exact !== undefined) return exact;
    for (const word of segment.split(/[-_.]/)) {
      const named = word.length > 2 ? dialectNamed(word) : undefined;
      if (named !== undefined) return named;
    }
  }
  return undefined;
}

function fromFiles({ migrations }: History, tree: FileTree, installed: readonly string[] = []): string | undefined {
  const step = Math.max(1, migrations.length / FILES);
  const counts = new Map<string, number>();
  let branches = false;
  for (let i = 0; i < migrations.length; i += step) {
    const up = migrations[Math.floor(i)]?.up;
    const text = textOf(up, tree);
    branches ||= up?.program !== undefined && BRANCH.test(text);
    for (const { dialect, mark } of MARKS) if (up?.program === undefined ? mark.test(text) : mark.test(inCode(text)) || (dialect === 'postgres' && NAMED.test(text))) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
    if (counts.size === 1 && counts.get('postgres') === ENOUGH) break;
  }
  const postgres = counts.get('postgres') ?? 0;
  // What the one engine gets there stands in a branch beside what the other gets.
  if (branches && installed.includes('postgres')) return 'postgres';
  const [best] = [...counts].filter(([dialect]) => dialect !== 'postgres').sort((a, b) => b[1] - a[1]);
  if (best !== undefined && best[1] > postgres) return best[0];
  return postgres > 0 ? 'postgres' : undefined;
}

/** A program for several engines says which one a part is for. */
const NAMED = /\bpostgres(?:ql)?\b/i;

/** A program for several engines asks which one it is. */
const BRANCH = /(?:[!=]==?\s*|\bcase\s+|\bincludes\(\s*)['"](?:mysql2?|mariadb|sqlite3?|better-sqlite3|mssql|oracledb|pg|postgres(?:ql)?)['"]/i;

/** Words of the host that look like those of an engine. */
const inCode = (text: string): string => text.replaceAll('`', '"').replace(/\bautoIncrement\w*/gi, '');

/** The engine of the database drivers that the project depends on, where they are all of one; those of its tests count only where there are no others. */
function fromManifest(folder: string, tree: FileTree): string | undefined {
  const all = drivers(folder, tree);
  const found = all.length > 1 ? drivers(folder, tree, (text) => text.replace(/"devDependencies"\s*:\s*\{[^{}]*\}/, '')) : all;
  return found.length === 1 ? found[0] : undefined;
}

/** Engines whose drivers the nearest manifest names that names any. */
function drivers(folder: string, tree: FileTree, part: (manifest: string) => string = (text) => text): readonly string[] {
  for (const at of ancestors(folder)) {
    const text = ['go.mod', 'package.json'].map((name) => tree.read(join(at, name)) ?? '').join('\n');
    const features = [...(tree.read(join(at, 'Cargo.toml')) ?? '').matchAll(RUST)].flat().join('\n');
    const found = DRIVERS.filter(({ driver, feature }) => driver.test(part(text)) || feature.test(features));
    if (found.length > 0) return found.map(({ dialect }) => dialect);
  }
  return [];
}

const RUST = /^[ \t]*(?:sqlx|diesel)[ \t]*=[ \t]*\{[^}]*\}|^[ \t]*\[[\w.-]*dependencies\.(?:sqlx|diesel)\][^[]*\[[^\]]*\]/gm;

/** What runs of a script, comment lines left out. */
function textOf(script: ScriptSource | undefined, tree: FileTree): string {
  const text = script === undefined ? '' : (tree.read(script.path) ?? '');
  const run = script?.sections === undefined ? text : script.sections.map(({ start, end }) => text.slice(start, end)).join('\n');
  const start = run.slice(0, LENGTH).replace(/^[ \t]*--[^\n]*$/gm, '');
  const comments = start.lastIndexOf('*/') + 2;
  return comments < 2 ? start : start.slice(0, comments).replace(/\/\*[^]*?\*\//g, '') + start.slice(comments);
}
