import type { Finding } from '../check/finding.ts';
import type { ResolvedConfig, RuleSetting } from '../config/config.ts';
import { collector } from '../fix/collect.ts';
import type { Answer, Proposal } from '../fix/model.ts';
import { isRefusal } from '../fix/model.ts';
import { reread } from '../fix/world.ts';
import type { FileTree } from '../frameworks/framework.ts';
import { lint } from '../pipeline.ts';
import type { Patterns } from '../remedy/step.ts';
import { rules } from '../../rules/index.ts';
import type { Change } from './changes.ts';
import { provenChanges } from './changes.ts';
import type { Project } from './project.ts';

/** A finding as an editor wants it. */
export interface Verdict {
  readonly finding: Finding;
  /** What puts it right within its own file. */
  readonly change?: Change;
  /** What does it otherwise, as a command. */
  readonly command?: string;
}

export interface VerdictOptions {
  readonly patterns: ReadonlyMap<string, Patterns>;
  /** Options that ESLint's configuration gives to single rules. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Trees that ESLint has made of files, by path. */
  readonly trees?: ReadonlyMap<string, object>;
}

const runs = new WeakMap<Project, Map<string, ReadonlyMap<string, readonly Verdict[]>>>();

/** What there is to say about every file of a project: worked out once per project as it stands. */
export function verdictsOf(project: Project, options: VerdictOptions): ReadonlyMap<string, readonly Verdict[]> {
  const key = JSON.stringify(options.rules);
  let known = runs.get(project);
  if (known === undefined) runs.set(project, (known = new Map()));
  let verdicts = known.get(key);
  if (verdicts === undefined) known.set(key, (verdicts = judge(project, undefined, options)));
  return verdicts;
}

/** The same for one file that is not as it is on the disk. */
export const verdictsOn = (project: Project, path: string, options: VerdictOptions): readonly Verdict[] => judge(project, path, options).get(path) ?? [];

function judge(project: Project, only: string | undefined, options: VerdictOptions): ReadonlyMap<string, readonly Verdict[]> {
  const config = withRules(project.config, options.rules);
  const { answers, propose } = collector({ patterns: options.patterns, sync: 'application', batchSize: 1000, wanted: ({ direction, severity }) => direction === 'up' && severity !== 'info' });
  const selected = only === undefined ? undefined : new Set([only]);
  const again = (tree: FileTree): readonly Finding[] =>
    lint({
      histories: project.histories.map((entry) => ({ ...entry, history: reread(entry.history, tree) })),
      config,
      rules,
      read: (path) => tree.read(path),
      ...(selected !== undefined && { selected }),
    }).findings;
  const report = lint({
    histories: project.histories,
    config,
    rules,
    read: (path) => project.tree.read(path),
    propose,
    ...(selected !== undefined && { selected }),
    ...(options.trees !== undefined && { trees: options.trees }),
  });
  const open = report.findings.filter(({ suppressed }) => suppressed === null);
  const proposals = open.flatMap((finding) => proposalOf(answers.get(finding)));
  const changes = provenChanges(proposals, open, project.tree, again);
  const byPath = new Map<string, Verdict[]>();
  for (const finding of open) {
    const list = byPath.get(finding.path) ?? [];
    byPath.set(finding.path, [...list, verdict(finding, answers.get(finding), changes)]);
  }
  return byPath;
}

const proposalOf = (answer: Answer | undefined): readonly Proposal[] => (answer === undefined || isRefusal(answer) ? [] : [answer]);

function verdict(finding: Finding, answer: Answer | undefined, changes: ReadonlyMap<Finding, Change>): Verdict {
  const change = changes.get(finding);
  if (change !== undefined) return { finding, change };
  if (answer === undefined || isRefusal(answer)) return { finding };
  return { finding, command: `lockkeeper ${answer.plan.safety === 'safe' ? 'fix' : 'plan'} ${finding.path}` };
}

function withRules(config: ResolvedConfig, said: Readonly<Record<string, RuleSetting>>): ResolvedConfig {
  return Object.keys(said).length === 0 ? config : { ...config, rules: { ...config.rules, ...said } };
}
