import { createHash } from 'node:crypto';
import type { DataModel, ModelColumn, ModelTable } from '../../ir/model.ts';
import type { FileChange, FileTree, HistoryProblem } from '../framework.ts';
import { fileNames, join } from '../shared/paths.ts';
import { newFile } from '../shared/writing.ts';
import type { JournalEntry } from './journal.ts';

/** What stands in `meta/<number>_snapshot.json` of the schema after a migration, and its place in the chain. */
interface Snapshot {
  readonly path: string;
  readonly id: string;
  readonly previous: string;
}

const NAME = /_snapshot\.json$/;
const ID = /"id"\s*:\s*"([\w-]+)"/;
const PREVIOUS = /"prevId"\s*:\s*"([\w-]+)"/;

/** `drizzle-kit generate` compares the schema in code with the latest snapshot, and refuses two with one parent. */
export function snapshotProblems(folder: string, journal: string, entries: readonly JournalEntry[], tree: FileTree): readonly HistoryProblem[] {
  const meta = join(folder, 'meta');
  const files = new Set(fileNames(tree, meta).filter((name) => NAME.test(name)));
  const snapshots = [...files].flatMap((name): Snapshot[] => {
    // All of them together are megabytes: their place in the chain is found without reading the rest.
    const text = tree.read(join(meta, name)) ?? '';
    const [id, previous] = [ID.exec(text)?.[1], PREVIOUS.exec(text)?.[1]];
    return id === undefined || previous === undefined ? [] : [{ path: join(meta, name), id, previous }];
  });
  const problems: HistoryProblem[] = [];
  const children = new Map<string, Snapshot>();
  const ids = new Set([START, ...snapshots.map(({ id }) => id)]);
  for (const snapshot of snapshots) {
    const sibling = children.get(snapshot.previous);
    if (sibling === undefined) children.set(snapshot.previous, snapshot);
    else problems.push({ problem: 'broken-record', path: snapshot.path, detail: `${fileOf(snapshot)} continues the same snapshot as ${fileOf(sibling)}, as after two branches: drizzle-kit refuses to generate the next migration` });
  }
  // Old ones may be deleted; one that follows nothing while its neighbour is there has been made on another branch.
  const [oldest] = snapshots;
  for (const snapshot of snapshots) {
    if (snapshot !== oldest && !ids.has(snapshot.previous)) problems.push({ problem: 'broken-record', path: snapshot.path, detail: `${fileOf(snapshot)} continues a snapshot that is not there` });
  }
  const last = entries.at(-1);
  if (last !== undefined && files.size > 0 && !files.has(`${numberOf(last.tag)}_snapshot.json`)) {
    problems.push({ problem: 'broken-record', path: join(folder, journal), detail: `The last migration, ${last.tag}, has no snapshot: drizzle-kit generates the next one from the state before it, and writes its changes again` });
  }
  return problems;
}

/**
 * Snapshots of migrations that come after the last one, as `drizzle-kit generate --custom` makes them: the schema in code is what it
 * was, so each is a copy that continues the one before. None where the last migration has none.
 */
export function snapshotsAfter(folder: string, last: string, tags: readonly string[], tree: FileTree): readonly FileChange[] {
  const pathOf = (tag: string): string => join(join(folder, 'meta'), `${numberOf(tag)}_snapshot.json`);
  const text = tree.read(pathOf(last)) ?? '';
  let previous = ID.exec(text)?.[1];
  return tags.flatMap((tag) => {
    if (previous === undefined) return [];
    const id = identity(`${previous} ${tag}`);
    const own = text.replace(ID, `"id": "${id}"`).replace(PREVIOUS, `"prevId": "${previous}"`);
    previous = id;
    return [newFile(pathOf(tag), own)];
  });
}

/** A UUID that is the same for the same words. */
function identity(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

/** The schema after the last migration, as drizzle-kit will compare it with the code; undefined where it has none on record for it. */
export function recordOf(folder: string, tag: string, tree: FileTree): DataModel | undefined {
  const path = join(join(folder, 'meta'), `${numberOf(tag)}_snapshot.json`);
  const tables = parsed(tree, path)?.tables;
  if (typeof tables !== 'object' || tables === null) return undefined;
  return { path, tables: new Map(Object.values(tables as Record<string, unknown>).flatMap((table) => tableIn(table))) };
}

function tableIn(value: unknown): [string, ModelTable][] {
  const { name, schema, columns } = objectOf(value);
  if (typeof name !== 'string') return [];
  const own = Object.values(objectOf(columns)).flatMap((column): [string, ModelColumn][] => {
    const { name: column_, notNull } = objectOf(column);
    return typeof column_ === 'string' ? [[column_, { name: `${name}.${column_}`, notNull: notNull === true }]] : [];
  });
  return [[typeof schema === 'string' && schema !== '' ? `${schema}.${name}` : name, { name, columns: new Map(own) }]];
}

/** Parent of the first snapshot. */
const START = '00000000-0000-0000-0000-000000000000';

const fileOf = ({ path }: Snapshot): string => path.slice(path.lastIndexOf('/') + 1);

const numberOf = (tag: string): string => /^\d+/.exec(tag)?.[0] ?? tag;

const objectOf = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

function parsed(tree: FileTree, path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(tree.read(path) ?? ''));
  } catch {
    return undefined;
  }
}
