import { rules } from '../../rules/index.ts';
import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import type { FileTree } from '../frameworks/framework.ts';
import { loadPatterns } from '../fix/collect.ts';
import type { Workshop } from '../fix/lint-run.ts';
import type { LintHistory } from '../replay/history.ts';
import type { PatternInput } from '../remedy/step.ts';
import { createMemory } from '../replay/memory.ts';
import { wholeNumber } from './arguments.ts';
import { locate } from './histories.ts';
import type { Project } from './project.ts';

export interface WorkshopOptions {
  readonly sync?: string | undefined;
  readonly batchSize?: string | undefined;
  readonly back?: Workshop['back'];
  readonly value?: Workshop['value'];
  readonly baseline?: Workshop['baseline'];
  readonly together?: Workshop['together'];
}

const DEFAULT_BATCH = 1000;

/** What fix and plan work with; `histories` are those of the project as it is. */
export async function workshopFor(project: Project, histories: readonly LintHistory[], { sync, batchSize, back, value, baseline, together }: WorkshopOptions): Promise<Workshop> {
  const rows = batchSize === undefined ? DEFAULT_BATCH : wholeNumber(batchSize, 'batch-size');
  if (rows === 0) throw userError('--batch-size must be at least 1.');
  return {
    tree: project.tree,
    config: project.config,
    rules,
    discover: async (tree: FileTree) => (await locate({ ...project, tree })).histories,
    patterns: await loadPatterns(histories.map(({ dialect }) => dialect)),
    sync: (sync ?? 'application') as PatternInput['sync'],
    batchSize: rows,
    ...(back !== undefined && { back }),
    ...(value !== undefined && { value }),
    ...(baseline !== undefined && { baseline }),
    ...(together !== undefined && { together }),
    memory: createMemory(),
  };
}

/** The rules that the command line names. */
export function namedRules(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (names === undefined) return undefined;
  const known = new Set(rules.map((rule) => rule.name));
  for (const name of names) if (!known.has(name)) throw userError(`--rule: there is no rule "${name}".${didYouMean(name, known) || ' "lockkeeper rules" lists them.'}`);
  return new Set(names);
}
