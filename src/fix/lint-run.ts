import type { Baseline } from '../check/baseline.ts';
import { applyBaseline } from '../check/baseline.ts';
import type { Finding } from '../check/finding.ts';
import type { Snapshot } from '../catalog/compare/snapshot.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { FileTree, History, MigrationSource } from '../frameworks/framework.ts';
import type { LintHistory } from '../replay/history.ts';
import type { Batch } from '../pipeline.ts';
import { lint } from '../pipeline.ts';
import type { Patterns, PatternInput } from '../remedy/step.ts';
import type { Report } from '../report/model.ts';
import type { Rule } from '../rule.ts';
import type { Memory } from '../replay/memory.ts';
import type { CollectOptions } from './collect.ts';
import { answerTo } from './collect.ts';
import type { Answer } from './model.ts';
import { isPutRight, isRefusal } from './model.ts';

/** Everything that stays the same while a project is linted again and again with changed files. */
export interface Workshop {
  /** The disk. */
  readonly tree: FileTree;
  readonly config: ResolvedConfig;
  readonly rules: readonly Rule[];
  /** The histories of the project as they are found in a tree. */
  readonly discover: (tree: FileTree) => Promise<readonly LintHistory[]>;
  readonly patterns: ReadonlyMap<string, Patterns>;
  readonly sync: PatternInput['sync'];
  readonly batchSize: number;
  readonly back?: PatternInput['back'];
  readonly value?: PatternInput['value'];
  /** Findings that are known and to be left alone. */
  readonly baseline?: Baseline;
  /** Migrations that are deployed together, and with them the new ones that take something over from them; absent: each on its own. */
  readonly together?: Batch;
  readonly memory: Memory;
}

/** One look at a whole project. */
export interface Look {
  readonly tree: FileTree;
  readonly histories: readonly LintHistory[];
  readonly report: Report;
  readonly answers: ReadonlyMap<Finding, Answer>;
  /** The schema that each history ends in. */
  readonly ends: ReadonlyMap<string, () => Snapshot>;
}

export const keyOf = ({ history: { framework, folder } }: LintHistory): string => `${framework}\0${folder}`;

export interface LookOptions {
  /** Replays the steps of remedies to say what they do. */
  readonly preview?: boolean;
  /** Files with findings to look for a way out of; absent: all. */
  readonly wanted?: (path: string) => boolean;
  /** Files that may change: nothing before the first of them, or of what is not on the disk yet, in its history is judged, only replayed. */
  readonly mayChange: (path: string) => boolean;
  /** Asked when the last of these files has been judged, with what has been found up to there: whether anybody wants to know the rest. */
  readonly glance?: { readonly paths: ReadonlySet<string>; readonly isEnough: (findings: readonly Finding[]) => boolean };
}

/** Undefined where a glance has been enough. */
export async function look(workshop: Workshop, tree: FileTree, options: LookOptions & { readonly glance?: never }): Promise<Look>;
export async function look(workshop: Workshop, tree: FileTree, options: LookOptions): Promise<Look | undefined>;
export async function look(workshop: Workshop, tree: FileTree, { preview = false, wanted, mayChange, glance }: LookOptions): Promise<Look | undefined> {
  const histories = await workshop.discover(tree);
  const { config, memory, rules } = workshop;
  const options: CollectOptions = { ...workshop, preview, read: (path) => tree.read(path) };
  const isOpen = (path: string): boolean => mayChange(path) || workshop.tree.read(path) === undefined;
  const isWanted = (finding: Finding): boolean => isPutRight(finding) && wanted?.(finding.path) !== false;
  const answers = new Map<Finding, Answer>();
  const ends = new Map<string, () => Snapshot>();
  const at = histories.flatMap(({ history: { migrations } }) => migrations).findLast(({ up, down }) => glance?.paths.has(up.path) === true || (down !== undefined && glance?.paths.has(down.path) === true));
  let isEnough = false;
  const batch = workshop.together === undefined ? undefined : batchOf(histories, workshop.together, workshop.tree);
  const judgedAll = lint({
    histories,
    ...(batch !== undefined && { batch }),
    config,
    rules,
    selected: new Set(histories.flatMap(({ history }) => judged(history, isOpen))),
    read: (path) => tree.read(path),
    ...(at !== undefined && { glance: { at, isEnough: (findings) => (isEnough = glance?.isEnough(findings) === true) } }),
    propose(found, at) {
      const answer = isWanted(found.finding) ? answerTo(found, at, options) : undefined;
      if (answer !== undefined) ANSWERS.set(found.finding, answer);
    },
    remembering: {
      memory,
      asks: (path) => (wanted?.(path) === false ? '' : preview ? 'preview' : 'answer'),
      recalled(first, now, at) {
        const answer = isWanted(now) ? ANSWERS.get(first) : undefined;
        if (answer !== undefined) answers.set(now, isRefusal(answer) ? { ...answer, finding: now } : { ...answer, finding: now, at });
      },
    },
    replayed: (entry, end) => ends.set(keyOf(entry), () => end.snapshot()),
  });
  if (isEnough) return undefined;
  const report = workshop.baseline === undefined ? judgedAll : applyBaseline(judgedAll, workshop.baseline, () => false).report;
  return { tree, histories, report, answers, ends };
}

/** As they were when the finding was made; it may be recalled in other places. */
const ANSWERS = new WeakMap<Finding, Answer>();

/** What has been made since the first look belongs to the same deploy. */
function batchOf(histories: readonly LintHistory[], together: Batch, tree: FileTree): Batch {
  const added = new Set<MigrationSource>();
  for (const { history: { migrations } } of histories) {
    const first = migrations.findIndex((source) => together(source) !== undefined);
    if (first >= 0) for (const source of migrations.slice(first)) if (tree.read(source.up.path) === undefined) added.add(source);
  }
  return (source) => (added.has(source) ? 'new' : together(source));
}

function judged({ migrations, problems }: History, isOpen: (path: string) => boolean): readonly string[] {
  const first = migrations.findIndex(({ up, down }) => isOpen(up.path) || (down !== undefined && isOpen(down.path)));
  if (first < 0) return [];
  return [...migrations.slice(first).flatMap(({ up, down }) => (down === undefined ? [up.path] : [up.path, down.path])), ...problems.map(({ path }) => path)];
}
