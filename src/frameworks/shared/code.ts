import type { Program } from '../../hosts/program.ts';
import type { FrameworkAdvice, TransactionPolicy } from '../../ir/migration.ts';
import { byText } from '../../source/by-text.ts';
import type { FileTree, History, ProgramFile, ScriptSource } from '../framework.ts';
import type { Downs } from './history.ts';
import { history } from './history.ts';
import { lexicalCompare } from './order.ts';
import { codeFiles, join } from './paths.ts';

/** A folder of migrations that are programs, one file each with both directions. */
export interface CodeFolder {
  readonly framework: string;
  /** Whole names of files that the tool takes; group `version` is what it tells them apart by, `name` the rest. */
  readonly pattern: RegExp;
  readonly compare?: (a: string, b: string) => number;
  /** Or by the text of the file. */
  readonly transaction: TransactionPolicy | ((text: string) => TransactionPolicy);
  readonly advice?: FrameworkAdvice;
  readonly downs: Downs;
  readonly program: (file: ProgramFile, direction: 'up' | 'down') => Program | undefined;
  readonly sameVersion?: null;
  /** Whether it takes a file of that text for a migration; absent: each. */
  readonly takes?: (text: string) => boolean;
  /** Folders whose migrations are one history; absent: the folder alone. */
  readonly folders?: readonly string[];
  /** One folder after the other, instead of by the names of all files. */
  readonly separately?: boolean;
}

export function codeHistory(folder: string, tree: FileTree, tool: CodeFolder): History {
  const compare = tool.compare ?? lexicalCompare;
  const files = (tool.folders ?? [folder]).flatMap((at) => {
    const names = codeFiles(tree, at).filter((name) => tool.pattern.test(name) && tool.takes?.(tree.read(join(at, name)) ?? '') !== false);
    return [...names].sort(compare).map((name) => ({ at, name }));
  });
  const drafts = (tool.separately === true ? files : files.sort((a, b) => compare(a.name, b.name))).map(({ at, name }) => codeDraft(join(at, name), name, tree, tool));
  return history({ framework: tool.framework, folder, drafts, downs: tool.downs, ...(tool.sameVersion === undefined ? {} : { sameVersion: null }) });
}

/** Names of what a folder holds, for programs that read files beside them. */
export const namesIn = (tree: FileTree) => (folder: string): readonly string[] => tree.list(folder).map(({ name }) => name);

/** The migration is made elsewhere, or by a function: its text need not name its directions. */
const HANDED_ON = /\bmodule\.exports\s*=\s*(?![{=]|class\b|(?:async\s+)?function\b)|\bexport\s+(?:\*|default\s+(?!\{|(?:abstract\s+)?class\b|(?:async\s+)?function\b))/;

const downIn = byText((text) => (/\bdown\b/.test(text) ? 'named' : HANDED_ON.test(text) ? 'elsewhere' : 'none'));

export function codeDraft(path: string, file: string, tree: FileTree, tool: CodeFolder): CodeDraft {
  const text = tree.read(path) ?? '';
  const { version, name } = namesOf(file, tool.pattern);
  const down = downIn(text);
  const transaction = typeof tool.transaction === 'function' ? tool.transaction(text) : tool.transaction;
  const draft: CodeDraft = { name, up: script(path, 'up', transaction, tree, tool) };
  if (version !== undefined) draft.version = version;
  // Whether there is such a function is only known when it is read.
  if (down !== 'none') draft.down = script(path, 'down', transaction, tree, tool);
  if (down === 'elsewhere') draft.unsure = true;
  return draft;
}

interface CodeDraft {
  version?: string;
  name: string;
  up: ScriptSource;
  down?: ScriptSource;
  unsure?: true;
}

function script(path: string, direction: 'up' | 'down', transaction: TransactionPolicy, tree: FileTree, { advice, program }: CodeFolder): ScriptSource {
  const run = (given: ProgramFile): Program | undefined => program({ ...given, list: namesIn(tree) }, direction);
  return advice === undefined ? { path, direction, transaction, program: run } : { path, direction, transaction, advice, program: run };
}

interface Names {
  readonly version: string | undefined;
  readonly name: string;
}

const known = new Map<string, Map<string, Names>>();

/** What the name of a file says to a tool; of each name once. */
function namesOf(file: string, pattern: RegExp): Names {
  let names = known.get(pattern.source);
  if (names === undefined || names.size >= MOST_NAMES) known.set(pattern.source, (names = new Map()));
  let found = names.get(file);
  if (found === undefined) {
    const { version, name = '' } = pattern.exec(file)?.groups ?? {};
    names.set(file, (found = { version: version === '' ? undefined : version, name: name === '' ? file.replace(/\.[cm]?[jt]s$/, '') : name.replace(/[_-]+/g, ' ').trim() }));
  }
  return found;
}

/** Names that are remembered at a time. */
const MOST_NAMES = 4_000;
