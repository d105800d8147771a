import type { MigrationSource, ScriptSource } from '../frameworks/framework.ts';
import type { Script } from '../ir/migration.ts';
import type { Files, Reader } from '../read.ts';
import { readDirection } from '../read.ts';

/** Scripts that have been read, and a number for everything that tells migrations apart. */
export interface Sources {
  /** Undefined: a program that has no such direction. */
  read(source: ScriptSource, reader: Reader, files: Files): Script | undefined;
  /** The same for migrations that come out the same, wherever they stand. */
  numberOf(source: MigrationSource, reader: Reader, files: Files): number;
  /** The same for equal texts. */
  number(text: string): number;
  /** Whether what a migration sends has one of these names in it, in lower case, or what names like them are made of. */
  mentions(source: MigrationSource, reader: Reader, files: Files, names: ReadonlySet<string>): boolean;
  /** Characters of all the texts that have been read. */
  size(): number;
}

interface Reading {
  readonly script: Script | undefined;
  readonly number: number;
  /** The other files that a program has read. */
  readonly others: ReadonlyMap<string, string | undefined>;
  /** All words of the script; made when somebody asks. */
  words: ReadonlySet<string> | undefined;
}

/** What a script came from the last time, and the number of all of it. */
interface Keyed {
  readonly parts: readonly unknown[];
  readonly key: number;
}

/** Characters of all the texts of which the scripts are kept at a time. */
const MOST = 64 * 1024 * 1024;

export function rememberSources(): Sources {
  const numbers = new Map<string, number>();
  const readings = new Map<number, Reading[]>();
  /** By place: each reading of a folder makes the same sources anew. */
  const keys = new Map<string, Keyed>();
  let kept = 0;

  return {
    number,
    size: () => kept,
    mentions({ up, down, unread = [] }, reader, files, names) {
      const words = [up, ...unread, ...(down === undefined ? [] : [down])].map((source) => {
        const own = reading(source, reader, files);
        return (own.words ??= wordsOf(own.script?.text ?? ''));
      });
      return words.some((own) => WHOLE.some((word) => own.has(word)) || [...names].some((name) => isMentioned(name, own)));
    },
    read: (source, reader, files) => reading(source, reader, files).script,
    numberOf({ version, name, downExpected, irreversible, up, down, unread = [] }, reader, files) {
      const own = (source: ScriptSource): number => (source.program === undefined ? plain(source, reader, files) : reading(source, reader, files).number);
      return number(JSON.stringify([version, name, downExpected, irreversible, own(up), down === undefined ? 0 : own(down), ...unread.map(own)]));
    },
  };

  function number(text: string): number {
    let known = numbers.get(text);
    if (known === undefined) numbers.set(text, (known = numbers.size + 1));
    return known;
  }

  /** All that a script comes from, other files that a program reads aside. */
  function plain(source: ScriptSource, { dialect, version }: Reader, { read }: Files): number {
    const text = read(source.path);
    const { path, direction, part, sections, joined, transaction, advice, placeholders, program, model, record } = source;
    // What a framework records for a file may have changed beside it.
    if (record !== undefined) return keyOf(source, { dialect, version }, text);
    const place = `${direction}\0${path}\0${part ?? ''}`;
    const parts = [text, dialect, version, sections, joined, transaction, advice, placeholders, program === undefined, model === undefined];
    const known = keys.get(place);
    if (known !== undefined && parts.every((one, index) => one === known.parts[index])) return known.key;
    const key = keyOf(source, { dialect, version }, text);
    keys.set(place, { parts, key });
    return key;
  }

  function keyOf(source: ScriptSource, { dialect, version }: Reader, text: string | undefined): number {
    const { path, direction, sections, joined, transaction, advice, placeholders, program, part, model, record } = source;
    return number(JSON.stringify([path, direction, sections, joined, transaction, advice, placeholders?.map(String), program !== undefined, part, model !== undefined, record?.(), dialect.name, version, number(text ?? '')]));
  }

  function reading(source: ScriptSource, reader: Reader, files: Files): Reading {
    const key = plain(source, reader, files);
    const known = readings.get(key)?.find(({ others }) => [...others].every(([path, was]) => files.read(path) === was));
    if (known !== undefined) return known;
    const { length } = files.read(source.path) ?? '';
    kept += length;
    if (kept > MOST) {
      readings.clear();
      kept = length;
    }
    const others = new Map<string, string | undefined>();
    const read = (path: string): string | undefined => {
      const found = files.read(path);
      if (path !== source.path) others.set(path, found);
      return found;
    };
    const script = readDirection(source, reader, { ...files, read });
    const fresh: Reading = { script, others, words: undefined, number: others.size === 0 ? key : number(JSON.stringify([key, ...[...others].map(([path, was]) => [path, number(was ?? '')])])) };
    readings.set(key, [...(readings.get(key) ?? []), fresh]);
    return fresh;
  }
}

/** Statements with them may be about everything that there is. */
const WHOLE = ['schema', 'schemas', 'owned', 'database', 'system', 'extension', 'search_path', 'do', 'call', 'information_schema'];

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu));

/** The server makes names of others: `users_email_idx` of `users`. */
function isMentioned(name: string, words: ReadonlySet<string>): boolean {
  if (words.has(name)) return true;
  for (let at = name.indexOf('_'); at > 0; at = name.indexOf('_', at + 1)) if (words.has(name.slice(0, at))) return true;
  return /[^\p{L}\p{N}_$]/u.test(name) && [...wordsOf(name)].every((word) => words.has(word));
}
