import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { settingsFiles } from '../shared/settings-files.ts';
import type { Naming } from './entities/names.ts';

export type Mode = 'all' | 'each' | 'none';

export interface Settings {
  /** Undefined: no file says it, so that it is `all`. */
  readonly mode: Mode | undefined;
  readonly dialect: string | undefined;
  readonly naming: Naming;
}

/** Files in which a data source is set up. */
const SETTINGS = /^package\.json$|^(?:orm(?:-?config)?|data-?source|typeorm|database|db|app-?data-?source|migrations?\.config)\b.*\.(?:[cm]?[jt]s|json)$/i;

/** What the data source of a project says, found in the folders around its migrations. */
export function settings(folder: string, tree: FileTree): Settings {
  let mode: Mode | undefined;
  let dialect: string | undefined;
  let naming: Naming | undefined;
  for (const { name, text } of settingsFiles(folder, tree, SETTINGS)) {
    mode ??= modeIn(text, name);
    if (name === 'package.json' || !/\b(?:DataSource|type|synchronize|entities)\b/.test(text)) continue;
    dialect ??= dialectIn(text);
    naming ??= namingIn(text);
  }
  return { mode, dialect, naming: naming ?? {} };
}

/** What a data source is of, where the file sets up none of another engine. */
function dialectIn(text: string): string | undefined {
  const found = new Set([...text.matchAll(/["']?\btype["']?\s*:\s*["'](\w+)["']/g)].flatMap(([, name]) => dialectNamed(name) ?? []));
  return found.size === 1 ? [...found][0] : undefined;
}

/** Undefined for a file that sets up no data source. */
function namingIn(text: string): Naming | undefined {
  if (!/\b(?:DataSource|createConnection|ConnectionOptions|forRoot|entities)\b/.test(text)) return undefined;
  const made = /\bnamingStrategy["']?\s*:\s*new\s+(\w+)/.exec(text)?.[1] ?? (/\bnamingStrategy\b/.test(text) ? 'the naming strategy' : undefined);
  // Projects have classes of that name of their own.
  const strategy = made === 'SnakeNamingStrategy' && !/["']typeorm-naming-strategies(?:\/[^"']*)?["']/.test(text) ? `${made} of the project` : made;
  const told = (name: string): string | undefined => new RegExp(`(?:^|[{,\\s])["']?${name}["']?\\s*:\\s*["'\`]([\\w-]+)["'\`]`).exec(text)?.[1];
  const [entityPrefix, schema] = [told('entityPrefix'), told('schema')];
  return { ...(strategy === undefined ? {} : { strategy }), ...(entityPrefix === undefined ? {} : { entityPrefix }), ...(schema === undefined ? {} : { schema }) };
}

/** Of the options of the data source, or of the scripts that run the migrations. */
function modeIn(text: string, name: string): Mode | undefined {
  const found = name === 'package.json' ? /migration:(?:run|revert)[^"\n]*?(?:-t|--transaction)[= ]+(all|each|none)\b/.exec(text)?.[1] : /\bmigrationsTransactionMode["']?\s*:\s*["'](all|each|none)["']/.exec(text)?.[1];
  return found as Mode | undefined;
}

const LEAVE = 'Set `migrationsTransactionMode` to `each` in the data source, and `transaction = false` in the class.';

/** How a class runs. Reverting looks at the mode alone. */
export function policies({ mode = 'all' }: Settings, transaction: boolean | undefined, others: boolean): { readonly up: TransactionPolicy; readonly down: TransactionPolicy } {
  const optOut = mode === 'all' && !others ? LEAVE : 'Put `transaction = false` into the class.';
  const back: TransactionPolicy = mode === 'none' ? { wrap: 'none' } : { wrap: 'script', optOut: 'Revert with `--transaction none`: `transaction` of the class is for the way forward only.' };
  if (transaction !== undefined) return { up: transaction ? { wrap: 'script', optOut } : { wrap: 'none' }, down: back };
  return { up: mode === 'none' ? { wrap: 'none' } : { wrap: mode === 'each' || others ? 'script' : 'batch', optOut }, down: back };
}
