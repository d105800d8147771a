import type { Direction, FrameworkAdvice, Script, Statement, TransactionPolicy } from '../ir/migration.ts';
import type { Program } from '../hosts/program.ts';
import type { Span } from '../source/text.ts';

/** Read-only access to a file tree, so that discovery can be tested without a disk. Paths use `/` and are relative to the root. */
export interface FileTree {
  /** Names of the entries of a folder, sorted; empty when it does not exist. */
  list(folder: string): readonly Entry[];
  /** Undefined when it does not exist or is not a regular file. UTF-16, byte order mark kept out. */
  read(path: string): string | undefined;
  /** Where on the disk somebody else can read the file in its place; undefined: nowhere, or it has been read already. */
  place?(path: string): string | undefined;
  /** Takes over what somebody else has read there. */
  learn?(path: string, text: string): void;
}

export interface Entry {
  readonly name: string;
  readonly type: 'file' | 'folder';
}

/** One direction of one migration, located but not yet parsed. */
export interface ScriptSource {
  readonly path: string;
  readonly direction: Direction;
  /** Sections of the file that belong to this direction, in order; absent: the whole file. */
  readonly sections?: readonly Span[];
  /** Statements run on from one section into the next: read them as one text, with blanks for all that lies between. */
  readonly joined?: boolean;
  readonly transaction: TransactionPolicy;
  readonly advice?: FrameworkAdvice;
  /** See `Script`. */
  readonly model?: Script['model'];
  readonly record?: Script['record'];
  /** Placeholder syntaxes of this framework. */
  readonly placeholders?: readonly RegExp[];
  /** For migrations in code: what the tool sends when this direction runs. Pure; never throws. Undefined: the file has no such direction. */
  readonly program?: (file: ProgramFile) => Program | undefined;
  /** Which of the programs of its file it is, where there may be several of one direction. */
  readonly part?: string;
}

export interface ProgramFile {
  readonly path: string;
  readonly text: string;
  /** Name and major version of the dialect. */
  readonly dialect: string;
  readonly version: number;
  /** The tree of the file where the caller has it, in the host's common form (TS-ESTree for JavaScript and TypeScript). */
  readonly tree?: object;
  /** Other files of the project, as in the constants that a migration imports. */
  readonly read: (path: string) => string | undefined;
  readonly list?: (folder: string) => readonly string[];
  /** Whether a text that code compares with a setting names the engine; undefined: it names none. */
  readonly setting?: (text: string) => boolean | undefined;
}

export interface MigrationSource {
  /** As the framework records it; absent where it has none. */
  readonly version?: string;
  readonly name: string;
  readonly up: ScriptSource;
  readonly down?: ScriptSource;
  /** Whether a way back is expected of this migration. */
  readonly downExpected: boolean;
  readonly irreversible?: boolean;
  /** Migrations that run right before it and are not read: of what they name, nobody knows afterwards how it is. */
  readonly unread?: readonly ScriptSource[];
}

/** A problem of the history as a whole that only the framework can see (duplicate version, a file that will be ignored, …). */
export interface HistoryProblem {
  readonly problem: 'duplicate-version' | 'out-of-order' | 'ignored-file' | 'missing-file' | 'bad-annotation' | 'missing-up' | 'checksum' | 'edited' | 'broken-record' | 'endless-wait';
  readonly path: string;
  readonly span?: Span;
  /** One sentence with the facts, no advice. */
  readonly detail: string;
  /** Nobody knows the tool that runs these files, or how it is set up: it may not mind. */
  readonly guessed?: true;
}

export interface History {
  readonly framework: string;
  /** Folder that identifies it, relative to the root. */
  readonly folder: string;
  /** In the order in which they run. */
  readonly migrations: readonly MigrationSource[];
  readonly problems: readonly HistoryProblem[];
  /** Dialect named by the framework's own files, as in Prisma's migration_lock.toml, or plain from its folder and files. */
  readonly dialect?: string;
  /** Migrations of this history that run but are not SQL (Go, Java, Python, …) and so are not read. */
  readonly unread?: readonly string[];
}

/** A tool that runs migrations. */
export interface Framework {
  readonly name: string;
  /** Shown by `inspect` and in the documentation. */
  readonly title: string;
  /**
   * How sure it is that this folder is a migration folder of its own, 0 (not) to 100 (a mark that nobody else makes).
   * Looks at names first and reads a file only where names cannot tell.
   */
  recognise(folder: string, tree: FileTree): number;
  /** Reads the order and the parts. Does not parse SQL. */
  read(folder: string, tree: FileTree): History;
  /** It remembers a checksum of every file that has run, and refuses one that has changed. */
  readonly checksums?: true;
  /**
   * The connection that all pending migrations go over, one after the other. `kept`: as one leaves it, the next finds it.
   * `reset`: RESET ALL comes in between, which leaves the role. Absent: each has its own, all of it is put back, or nobody knows.
   */
  readonly session?: 'kept' | 'reset';
  /** How new migrations are put down in this tool's own form; absent: it cannot be written to yet. */
  readonly writer?: Writer;
}

/** A migration to be written; the texts are plain scripts without the tool's own marks. */
export interface NewMigration {
  /** Lower-case words joined with `_`. */
  readonly slug: string;
  readonly up: string;
  /** Null: there is no way back, and the file says so where the tool allows it. */
  readonly down: string | null;
  readonly outsideTransaction: boolean;
}

/** One file as it shall be afterwards. */
export interface FileChange {
  readonly path: string;
  readonly text: string;
  /** What stood there before; null for a file that must not exist yet. */
  readonly before: string | null;
  /** What the file was called before, where it gets another name. */
  readonly from?: string;
}

/** Replaces a range of a script's text. */
export interface ScriptEdit extends Span {
  readonly text: string;
}

/** A statement that a way back lacks. */
export interface Missing {
  readonly sql: string;
  /** The call of the program that comes after it; absent: it is the last one. */
  readonly before?: Span;
}

/** How the project's dialect reads SQL, for tools that say a change in calls of their own. */
export interface SqlReader {
  readonly dialect: string;
  readonly version: number;
  readonly read: (sql: string) => readonly Statement[];
}

/** Why nothing is written. */
export interface Refused {
  readonly refused: string;
  /** New migrations for which the numbers behind the one that they follow leave no room. */
  readonly short?: number;
}

export interface Writer {
  /** New migrations that run, in order, right after `after` and before whatever follows it. */
  create(migrations: readonly NewMigration[], after: MigrationSource, history: History, tree: FileTree, reader: SqlReader): readonly FileChange[] | Refused;
  /** Makes a script that exists run outside a transaction; both directions where the tool cannot tell them apart. */
  runOutside(source: ScriptSource, text: string, tree: FileTree): readonly FileChange[] | Refused;
  /** Gives a migration the way back that it lacks; absent: the tool has none. */
  writeDown?(source: MigrationSource, down: string, tree: FileTree, reader: SqlReader, history: History): readonly FileChange[] | Refused;
  /** For programs: puts what a way back forgets between what it does. */
  completeDown?(source: MigrationSource, missing: readonly Missing[], tree: FileTree, reader: SqlReader, history: History): readonly FileChange[] | Refused;
  /** For programs: the file with what it sends changed. The edits are of the script's text and do not overlap. */
  rewrite?(script: Script, edits: readonly ScriptEdit[], tree: FileTree, reader: SqlReader): readonly FileChange[] | Refused;
  /** Nothing begins a transaction around a script: what belongs together stands between BEGIN and COMMIT. */
  readonly bare?: true;
  /** Outside a transaction a script may hold one statement only: the tool sends it as one string, and several are a transaction to the server. */
  readonly oneOutside?: true;
  /** Its marks are not seen on lines that end with CRLF: new files have line feeds. */
  readonly lineFeeds?: true;
  /** Comments around a statement that the tool would otherwise cut at the end of a line inside it. */
  readonly block?: { readonly begin: string; readonly end: string };
  /** All pending migrations run in one transaction unless one of them opts out: then `each` runs by itself, or that one does on its `own`, between two transactions. */
  readonly optOutParts?: 'each' | 'own';
  /** A changed file with what keeps the tool from cutting statements that have semicolons inside. */
  uncut?(path: string, text: string, before: string): string;
  /** Each direction of a migration opts out for itself. */
  readonly outsideByDirection?: true;
  /** What people have to know or do when files have been written, one sentence each. */
  readonly notes?: { readonly always?: string; readonly outside?: string };
}
