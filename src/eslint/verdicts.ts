import { applyBaseline } from '../check/baseline.ts';
import type { Finding } from '../check/finding.ts';
import type { ResolvedConfig, RuleSetting } from '../config/config.ts';
import { answerTo } from '../fix/collect.ts';
import { overlay } from '../discovery/overlay.ts';
import { isRefusal } from '../fix/model.ts';
import { reread } from '../fix/world.ts';
import { parse } from '../hosts/typescript/parse.ts';
import { lint, scriptsOf } from '../pipeline.ts';
import type { Files } from '../read.ts';
import type { Ahead } from '../reading/ahead.ts';
import { readAhead } from '../reading/ahead.ts';
import type { FoundAt } from '../replay/history.ts';
import type { Memory } from '../replay/memory.ts';
import { createMemory } from '../replay/memory.ts';
import type { Patterns } from '../remedy/step.ts';
import { rules } from '../../rules/index.ts';
import type { Change } from './changes.ts';
import { applied, changeOf, provenChanges } from './changes.ts';
import type { Project } from './project.ts';
import { learn } from './project.ts';
import { SMALL, withFlags } from '../reading/v8-flags.ts';
import { spared } from './spared.ts';

/** A finding as an editor wants it. */
export interface Verdict {
  readonly finding: Finding;
  /** What puts it right within its own file. */
  readonly change?: Change;
  /** The command that does it otherwise. */
  readonly command?: 'fix' | 'plan';
}

export interface VerdictOptions {
  readonly patterns: ReadonlyMap<string, Patterns>;
  /** Options that ESLint's configuration gives to single rules. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Trees that ESLint has made of files, by path. */
  readonly trees?: ReadonlyMap<string, object>;
}

/** What is known of a project as it stands, and of its text beside what is on the disk. */
interface Known {
  readonly asked: Map<string, readonly Verdict[]>;
  all: ReadonlyMap<string, readonly Verdict[]> | undefined;
}

const known = new WeakMap<Project, Map<string, Known>>();

/** Whoever asks about more files of a project than this will ask about all of them. */
const FEW = 3;

/** What there is to say about a file: worked out once per project as it stands, for all files at once. An editor asks about few. */
export function verdictsOf(project: Project, path: string, options: VerdictOptions): readonly Verdict[] {
  const key = JSON.stringify(options.rules);
  let byRules = known.get(project);
  if (byRules === undefined) known.set(project, (byRules = new Map()));
  let own = byRules.get(key);
  if (own === undefined) byRules.set(key, (own = { asked: new Map(), all: undefined }));
  if (own.all === undefined && own.asked.size < FEW && !own.asked.has(path)) own.asked.set(path, verdictsOn(project, path, options));
  return own.asked.get(path) ?? (own.all ??= judge(project, undefined, options)).get(path) ?? [];
}

/** The same for one file, which may be other than it is on the disk. */
export const verdictsOn = (project: Project, path: string, options: VerdictOptions): readonly Verdict[] => judge(project, path, options).get(path) ?? [];

/** Memories by project and configuration; what is typed in an editor changes one file at a time. */
const memories = new Map<string, { readonly memory: Memory; uses: number }>();
const MEMORIES = 4;

/** Runs after which a memory is begun anew: it has kept what each text was read into that somebody has typed. */
const USES = 100;

/** Whether anything has been read and judged. */
export const hasJudged = (): boolean => memories.size > 0;

function memoryOf(key: string): Memory {
  const known = memories.get(key);
  const own = known === undefined || known.uses >= USES ? { memory: createMemory(), uses: 0 } : known;
  own.uses++;
  memories.delete(key);
  memories.set(key, own);
  for (const [oldest] of memories) if (memories.size > MEMORIES) memories.delete(oldest);
  return own.memory;
}

/** What can be done about a finding that was made, which may be recalled later. */
interface Way {
  readonly command: Verdict['command'];
  readonly change: Change | undefined;
}

const ways = new WeakMap<Finding, Way>();

/** Parsers are loaded before: what is loaded with other flags of V8 than the program has cannot come from its code cache. */
function judge(project: Project, only: string | undefined, options: VerdictOptions): ReadonlyMap<string, readonly Verdict[]> {
  if (project.histories.some(({ history }) => history.migrations.some(({ up }) => up.program !== undefined))) parse('', 'empty.js');
  return spared(() => withFlags(SMALL, () => judged(project, only, options)));
}

const isWanted = ({ direction, severity }: Finding): boolean => direction === 'up' && severity !== 'info';

function judged(project: Project, only: string | undefined, { patterns, rules: said, trees }: VerdictOptions): ReadonlyMap<string, readonly Verdict[]> {
  const common = { config: withRules(project.config, said), rules };
  const memory = memoryOf(`${project.key}\0${JSON.stringify(said)}`);
  const found = new Map<Finding, Way>();
  const selected = only === undefined ? project.judged : new Set([only]);
  // An editor that asks about one file wants no thread.
  const ahead = only === undefined ? readAhead(project.histories, (entry) => scriptsOf(entry, { ...common, selected }), project.tree, { known: memory.size(), root: project.root }) : undefined;
  const linted = lint({
    ...common,
    histories: project.histories,
    read: (path) => project.tree.read(path),
    ...(trees !== undefined && { trees }),
    ...(ahead !== undefined && { ahead: ahead.take, ran: ranBy(ahead) }),
    selected,
    propose(one, at) {
      const answer = isWanted(one.finding) ? answerTo(one, at, { patterns, sync: 'application', batchSize: BATCH }) : undefined;
      if (answer === undefined) return;
      // The file has just been read: what it was read into is at hand.
      const change = isRefusal(answer) ? undefined : changeOf(answer, project.tree);
      ways.set(one.finding, { command: isRefusal(answer) ? undefined : answer.plan.safety === 'safe' ? 'fix' : 'plan', change });
      if (change !== undefined) readChanged(one.finding.path, change, at);
    },
    remembering: {
      memory,
      asks: () => 'way',
      recalled(first, now) {
        const way = ways.get(first);
        if (way !== undefined) found.set(now, way);
      },
    },
  });
  ahead?.end();
  /** So has the file with the change, to see whether it holds: that is looked at later, for all files together. */
  function readChanged(path: string, change: Change, { entry, index }: FoundAt): void {
    const source = entry.history.migrations[index];
    if (source?.up.program === undefined) return;
    const files = overlay(project.tree, path, applied(project.tree.read(path) ?? '', [change]));
    memory.readScript(source.up, entry, files);
    memory.readWayBack(source, entry, files);
  }
  const report = project.baseline === undefined ? linted : applyBaseline(linted, project.baseline, () => false).report;
  const open = report.findings.filter(({ suppressed }) => suppressed === null);
  const changes = provenChanges(new Map(open.flatMap((finding) => { const change = found.get(finding)?.change; return change === undefined ? [] : [[finding, change]]; })), open, project.tree, (tree, selected) =>
    lint({
      ...common,
      histories: project.histories.map((entry) => ({ ...entry, history: reread(entry.history, tree) })),
      read: (path) => tree.read(path),
      selected,
      remembering: { memory, asks: () => '', recalled: () => undefined },
    }).findings,
  );
  const byPath = new Map<string, Verdict[]>();
  for (const finding of open) {
    const own = byPath.get(finding.path);
    const told = verdict(finding, found.get(finding)?.command, changes);
    if (own === undefined) byPath.set(finding.path, [told]);
    else own.push(told);
  }
  return byPath;
}

/** What another thread has made of programs, where they and all that they read are the same here. */
const ranBy = (ahead: Ahead): NonNullable<Files['ran']> => (source, read) => {
  const ran = ahead.ran(source);
  if (ran === undefined || read(source.path) !== ran.text) return undefined;
  let isSame = true;
  // Whoever keeps the script keeps what it depends on: each of them is asked for.
  for (const [path, text] of ran.others) isSame = read(path) === text && isSame;
  if (!isSame) return undefined;
  for (const { text, offset, parsed } of ran.parsed) learn(text, offset, parsed);
  return ran;
};

const BATCH = 1000;

function verdict(finding: Finding, command: Verdict['command'], changes: ReadonlyMap<Finding, Change>): Verdict {
  const change = changes.get(finding);
  return { finding, ...(change !== undefined ? { change } : command !== undefined && { command }) };
}

function withRules(config: ResolvedConfig, said: Readonly<Record<string, RuleSetting>>): ResolvedConfig {
  return Object.keys(said).length === 0 ? config : { ...config, rules: { ...config.rules, ...said } };
}
