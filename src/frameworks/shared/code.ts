import type { Program } from '../../hosts/program.ts';
import type { FrameworkAdvice, TransactionPolicy } from '../../ir/migration.ts';
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
}

export function codeHistory(folder: string, tree: FileTree, tool: CodeFolder): History {
  const names = codeFiles(tree, folder).filter((name) => tool.pattern.test(name));
  const drafts = [...names].sort(tool.compare ?? lexicalCompare).map((file) => codeDraft(join(folder, file), file, tree, tool));
  return history({ framework: tool.framework, folder, drafts, downs: tool.downs, ...(tool.sameVersion === undefined ? {} : { sameVersion: null }) });
}

export function codeDraft(path: string, file: string, tree: FileTree, tool: CodeFolder): { version?: string; name: string; up: ScriptSource; down?: ScriptSource } {
  const { version, name } = tool.pattern.exec(file)?.groups ?? {};
  const text = tree.read(path) ?? '';
  const transaction = typeof tool.transaction === 'function' ? tool.transaction(text) : tool.transaction;
  const script = (direction: 'up' | 'down'): ScriptSource => ({ path, direction, transaction, ...(tool.advice !== undefined && { advice: tool.advice }), program: (given) => tool.program(given, direction) });
  return {
    ...(version === undefined || version === '' ? {} : { version }),
    name: (name ?? '') === '' ? file.replace(/\.[cm]?[jt]s$/, '') : (name ?? '').replace(/[_-]+/g, ' ').trim(),
    up: script('up'),
    // Whether there is such a function is only known when it is read.
    ...(/\bdown\b/.test(text) ? { down: script('down') } : {}),
  };
}
