import { createMemory } from '../../src/replay/memory.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import type { ResolvedConfig } from '../../src/config/config.ts';
import { postgres } from '../../src/dialects/postgres/index.ts';
import { discover } from '../../src/discovery/discover.ts';
import { loadPatterns } from '../../src/fix/collect.ts';
import type { FixOptions, FixResult } from '../../src/fix/engine.ts';
import { fix } from '../../src/fix/engine.ts';
import type { Workshop } from '../../src/fix/lint-run.ts';
import type { FileTree } from '../../src/frameworks/framework.ts';
import type { Patterns, PatternInput } from '../../src/remedy/step.ts';
import type { Rule } from '../../src/rule.ts';
import { rules as allRules } from '../../rules/index.ts';
import { memoryTree } from './lint.ts';

export type Files = Readonly<Record<string, string>>;

export interface FixFilesOptions extends Partial<FixOptions> {
  readonly version?: number;
  readonly framework?: string;
  readonly sync?: PatternInput['sync'];
  readonly batchSize?: number;
  readonly back?: NonNullable<PatternInput['back']>;
  readonly value?: string;
  readonly config?: Partial<ResolvedConfig>;
  /** Instead of the dialect's own. */
  readonly patterns?: Patterns;
  readonly ruleSet?: readonly Rule[];
}

/** What the commands work with, on files in memory. */
export async function workshopOf(files: Files, options: FixFilesOptions = {}): Promise<Workshop> {
  await postgres.load();
  return {
    tree: memoryTree(files),
    config: { ...DEFAULT_CONFIG, ...options.config },
    rules: options.ruleSet ?? allRules,
    patterns: options.patterns === undefined ? await loadPatterns([postgres]) : new Map([['postgres', options.patterns]]),
    sync: options.sync ?? 'application',
    batchSize: options.batchSize ?? 1000,
    ...(options.back !== undefined && { back: options.back }),
    ...(options.value !== undefined && { value: options.value }),
    memory: createMemory(),
    discover: (tree: FileTree) =>
      Promise.resolve(
        discover('', tree, options.framework === undefined ? {} : { framework: options.framework }).histories.map((history) => ({
          history,
          dialect: postgres,
          version: options.version ?? postgres.defaultVersion,
          versionAssumed: options.version === undefined,
        })),
      ),
  };
}

export const fixFiles = async (files: Files, options: FixFilesOptions = {}): Promise<FixResult> =>
  fix(await workshopOf(files, options), { suggestions: false, rules: undefined, mayEdit: () => true, ...options });

/** The files as they are after a fix. */
export const fixedFiles = (files: Files, { files: changes }: Pick<FixResult, 'files'>): Files =>
  Object.fromEntries([...Object.entries(files), ...changes.map(({ path, text }) => [path, text] as const)].sort(([a], [b]) => (a < b ? -1 : 1)));
