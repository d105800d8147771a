import type { Dialect, ParsedText, ParseOptions } from './dialects/dialect.ts';
import type { MigrationSource, ScriptSource } from './frameworks/framework.ts';
import { isDialect } from './frameworks/shared/dialects.ts';
import type { Program } from './hosts/program.ts';
import { scriptOf } from './hosts/script.ts';
import type { Comment, Script, Statement } from './ir/migration.ts';

/** What a script is read for. */
export interface Reader {
  readonly dialect: Dialect;
  readonly version: number;
}

/** Contents of the files of the project. */
export interface Files {
  readonly read: (path: string) => string | undefined;
  /** Trees of programs that somebody has parsed already, by path. */
  readonly trees?: ReadonlyMap<string, object>;
  /** A script that somebody has read already. */
  readonly ahead?: (source: ScriptSource) => ReadText | ArrivingText | undefined;
  /** A program that somebody has run already, where nothing that it read is otherwise here. */
  readonly ran?: (source: ScriptSource, read: Files['read']) => { readonly program: Program | undefined } | undefined;
}

/** The text of a script, and what was read in its parts, in their order. */
export interface ReadText {
  readonly text: string;
  readonly parts: readonly ParsedText[];
}

/** A text whose parts are still being read. */
export interface ArrivingText {
  readonly text: string;
  /** What was read in the next part; undefined behind the last. */
  next(): ParsedText | undefined;
}

/** Reads one direction of a migration; sections of a file become one script, offsets kept; a program becomes what it sends. */
export function readScript(source: ScriptSource, reader: Reader, files: Files): Script {
  return readDirection(source, reader, files) ?? nothing(source);
}

/** The way back of a migration; undefined where it has none. */
export function readWayBack({ down }: MigrationSource, reader: Reader, files: Files): Script | undefined {
  return down === undefined ? undefined : readDirection(down, reader, files);
}

/** Undefined: a program that has no such direction. */
export const readDirection = (source: ScriptSource, reader: Reader, files: Files): Script | undefined =>
  source.program === undefined ? readText(source, reader, files) : readProgram(source, source.program, reader, files);

/** What is sent where a program has no such direction. */
export const nothing = ({ path, direction }: ScriptSource): Script => ({ path, direction, text: '', statements: [], comments: [], transaction: { wrap: 'none' } });

function readProgram(source: ScriptSource, program: NonNullable<ScriptSource['program']>, { dialect, version }: Reader, { read, trees, ran }: Files): Script | undefined {
  const { path, direction, transaction, placeholders } = source;
  const tree = trees?.get(path);
  const text = read(path) ?? '';
  const known = ran?.(source, read);
  const run = known !== undefined ? known.program : program({ path, text, dialect: dialect.name, version, read, setting: (name) => isDialect(dialect.name, name), ...(tree !== undefined && { tree }) });
  return run === undefined ? undefined : { ...scriptOf(run, { path, text, direction, transaction }, dialect.parse, placeholders), ...around(source) };
}

function readText(source: ScriptSource, { dialect }: Reader, { read, ahead }: Files): Script {
  const found = ahead?.(source) ?? partsOf(source, read(source.path) ?? '', dialect);
  const script = { path: source.path, direction: source.direction, text: found.text, transaction: source.transaction, ...around(source) };
  if ('next' in found) return arrivingScript(script, found.next);
  const { parts } = found;
  return {
    ...script,
    statements: parts.length === 1 ? (parts[0]?.statements ?? []) : parts.flatMap((part) => part.statements),
    comments: parts.length === 1 ? (parts[0]?.comments ?? []) : parts.flatMap((part) => part.comments),
  };
}

/** A script whose parts come one by one. */
function arrivingScript(script: Omit<Script, 'statements' | 'comments'>, next: ArrivingText['next']): Script {
  const soFar: Statement[] = [];
  const comments: Comment[] = [];
  const more = (): boolean => {
    const part = next();
    for (const statement of part?.statements ?? []) soFar.push(statement);
    for (const comment of part?.comments ?? []) comments.push(comment);
    return part !== undefined;
  };
  const all = <List>(list: List): List => {
    while (more());
    return list;
  };
  const at = (index: number): Statement | undefined => {
    while (index >= soFar.length && more());
    return soFar[index];
  };
  return {
    ...script,
    arriving: { soFar, at },
    get statements() {
      return all(soFar);
    },
    get comments() {
      return all(comments);
    },
  };
}

/** What a framework knows besides what is sent. */
export const around = ({ advice, model, record }: ScriptSource): Pick<Script, 'advice' | 'model' | 'record'> => ({ ...(advice !== undefined && { advice }), ...(model !== undefined && { model }), ...(record !== undefined && { record }) });

export const partsOf = (source: Cut, text: string, { parse }: Pick<Dialect, 'parse'>): ReadText => ({ text, parts: textsOf(source, text).map(({ text: part, options }) => parse(part, options)) });

/** What says how the text of a script is taken apart. */
export interface Cut extends Pick<ScriptSource, 'sections' | 'joined' | 'placeholders'> {
  /** Where in its file the text begins that is read, should it be a part. */
  readonly offset?: number;
}

/** The texts of a script that are parsed one by one, and how. */
function textsOf(source: Cut, text: string): readonly { readonly text: string; readonly options: ParseOptions }[] {
  const options = source.placeholders === undefined ? {} : { placeholders: source.placeholders };
  return pieces(source, text).map(({ start, text: piece }) => ({ text: piece, options: start === 0 ? options : { ...options, offset: start } }));
}

/** Each with its offset in the file. */
function pieces({ sections, joined, offset = 0 }: Cut, text: string): readonly { readonly start: number; readonly text: string }[] {
  if (sections === undefined) return [{ start: offset, text }];
  const cut = sections.map(({ start, end }) => ({ start, text: text.slice(start - offset, end - offset) }));
  const first = cut[0];
  if (joined !== true || first === undefined) return cut;
  let whole = '';
  for (const piece of cut) whole += text.slice(first.start - offset + whole.length, piece.start - offset).replace(/[^\n]/g, ' ') + piece.text;
  return [{ start: first.start, text: whole }];
}
