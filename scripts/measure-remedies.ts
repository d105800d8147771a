/**
 * How much of what is found in real histories has a way out, and whether what would be written runs:
 *
 *     npx tsx scripts/measure-remedies.ts [--server 17] [--fix] [--framework goose] [--render '{{ .Schema }}=app'] [--only 0042] [--verbose] folder…
 *
 * Counts the errors and warnings about locks and rewrites. Each migration is judged as the newest of its history, as it was when
 * somebody could still change it. With --server the migrations that would be written run on a copy of the database that the
 * history up to there has made, with rows in the tables concerned: nothing may be refused that was not before, and
 * safe plans have to end in the same schema. `--render` says what the tool puts in for a template before it sends a script. `--fix` carries out what `fix --suggestions` would write instead of what `plan` would.
 * `--only` measures migrations with such a path, and prints what would be written.
 */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rules } from '../rules/index.ts';
import type { Finding } from '../src/check/finding.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { diskTree } from '../src/discovery/disk.ts';
import { loadPatterns } from '../src/fix/collect.ts';
import { patch } from '../src/fix/diff.ts';
import { fix } from '../src/fix/engine.ts';
import type { Look, Workshop } from '../src/fix/lint-run.ts';
import { look } from '../src/fix/lint-run.ts';
import type { Proposal } from '../src/fix/model.ts';
import { isRefusal } from '../src/fix/model.ts';
import { planFor } from '../src/fix/planner.ts';
import type { FileChange, FileTree, MigrationSource } from '../src/frameworks/framework.ts';
import type { LintHistory } from '../src/replay/history.ts';
import { readScript } from '../src/read.ts';
import { createMemory } from '../src/replay/memory.ts';
import { startServer } from '../src/servers/embedded.ts';
import { lineIndex } from '../src/source/text.ts';
import { testBed } from './test-bed.ts';
import { treeUpTo } from './tree-up-to.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string' },
    fix: { type: 'boolean', default: false },
    framework: { type: 'string' },
    render: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

async function measureFolder(root: string): Promise<void> {
  const tree = diskTree(root);
  const workshop = workshopOn(tree);
  for (const entry of await workshop.discover(tree)) {
    if ((entry.history.dialect ?? 'postgres') === 'postgres') await measureHistory(`${basename(root)}/${entry.history.folder} (${entry.history.framework})`, workshop, entry);
  }
}

function workshopOn(tree: FileTree, memory = createMemory(), framework = values.framework): Workshop {
  return {
    tree,
    config: DEFAULT_CONFIG,
    rules,
    patterns,
    sync: 'trigger',
    batchSize: 1000,
    memory,
    discover: (now) =>
      Promise.resolve(
        discover('', now, framework === undefined ? {} : { framework }).histories.map((history) => ({
          history,
          dialect: postgres,
          version: values.server === undefined ? postgres.defaultVersion : Number(values.server),
          versionAssumed: values.server === undefined,
        })),
      ),
  };
}

function counts({ category, severity, suppressed, direction }: Finding): boolean {
  return (category === 'lock' || category === 'rewrite') && severity !== 'info' && suppressed === null && direction === 'up';
}

async function measureHistory(title: string, workshop: Workshop, entry: LintHistory): Promise<void> {
  const started = performance.now();
  const everything = await look(workshop, workshop.tree, { mayChange: () => true });
  const own = { findings: 0, written: 0, shown: 0, ran: 0, differ: 0, partly: 0, failed: 0 };
  const reasons = new Map<string, string[]>();
  const bed = embedded === undefined ? undefined : await testBed(embedded, rendered);
  try {
    for (const [index, source] of entry.history.migrations.entries()) {
      const found = everything.report.findings.filter((finding) => counts(finding) && finding.path === source.up.path && finding.path.includes(values.only));
      if (found.length > 0) {
        // With fewer files it could look like another tool's.
        const then = workshopOn(treeUpTo(workshop.tree, entry.history.migrations, index), workshop.memory, entry.history.framework);
        const { files, safe, left } = values.fix ? await fixed(then, source) : await planned(then, source, found);
        own.findings += found.length;
        for (const finding of found) {
          const why = left(finding);
          if (why === undefined) own.written++;
          else {
            if (why.shown) own.shown++;
            const line = lineIndex(workshop.tree.read(finding.path) ?? '').position(finding.span.start).line;
            const reason = `${finding.rule}: ${generalised(why.reason)}`;
            reasons.set(reason, [...(reasons.get(reason) ?? []), `${finding.path}:${String(line)}`]);
          }
        }
        if (values.only !== '') console.log(patch(files));
        if (bed !== undefined && files.length > 0) {
          const { refused, differences, partly } = await bed.carryOut(then, entry, index, files);
          const problems = [...refused, ...differences];
          if (refused.length > 0 || (safe && differences.length > 0)) own.failed++;
          else if (partly) own.partly++;
          else if (differences.length > 0) own.differ++;
          else own.ran++;
          for (const problem of problems) console.log(`${source.up.path}\n  ${problem}`);
          if (problems.length > 0 && values.verbose) console.log(patch(files));
        }
      }
      await bed?.advance(readScript(source.up, entry, workshop.tree));
    }
  } finally {
    await bed?.close();
  }
  report(`${title}, ${((performance.now() - started) / 1000).toFixed(0)} s`, own, reasons);
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += own[key];
}

function report(title: string, { findings, written, shown, ran, differ, partly, failed }: typeof total, reasons: ReadonlyMap<string, readonly string[]>): void {
  const share = (count: number): string => (findings === 0 ? '–' : `${((100 * count) / findings).toFixed(1)} %`);
  console.log(`${title}\n  ${String(findings)} findings: ${String(written)} written (${share(written)}), ${String(shown)} shown without files, so ${share(written + shown)} with a way out`);
  if (embedded !== undefined) console.log(`  ${String(ran)} migrations run as written, ${String(differ)} end in another schema, which their plans do not promise, ${String(partly)} run as far as the original, which does not run either, ${String(failed)} do not`);
  for (const [reason, places] of [...reasons].sort((a, b) => b[1].length - a[1].length)) {
    console.log(`  ${String(places.length).padStart(4)}  ${reason}`);
    if (values.verbose) for (const place of places) console.log(`          ${place}`);
  }
}

/** Names differ from place to place; the reason is the same. */
const generalised = (reason: string): string => reason.replace(/"[^"]*"|`[^`]*`|\b\w+(?:\.\w+)*_\w+\b|\b\S+\/\S+\b/g, '…').slice(0, 160);

interface Result {
  readonly files: readonly FileChange[];
  /** All that is written promises the same schema. */
  readonly safe: boolean;
  /** Why nothing would be written for a finding; `shown`: a plan is shown all the same. Undefined: it would be. */
  readonly left: (finding: Finding) => { readonly reason: string; readonly shown: boolean } | undefined;
}

const alike = (a: Finding, b: Finding): boolean => a.rule === b.rule && a.path === b.path && a.span.start === b.span.start;

async function planned(workshop: Workshop, source: MigrationSource, found: readonly Finding[]): Promise<Result> {
  const { sets, refused, files } = await planFor(workshop, (finding) => found.some((one) => alike(one, finding)), new Set([source.up.path]));
  return {
    files,
    safe: sets.every(({ proposals, set }) => typeof set === 'string' || isSafe(proposals)),
    left(finding) {
      const own = sets.find(({ proposals }) => proposals.some((proposal) => alike(proposal.finding, finding) || solves(proposal, finding)));
      if (own !== undefined) return typeof own.set === 'string' ? { reason: `(shown) ${own.set}`, shown: true } : undefined;
      const refusal = refused.find((one) => alike(one.finding, finding));
      return { reason: refusal?.refused ?? 'the rule names no remedy', shown: false };
    },
  };
}

const isSafe = (proposals: readonly Proposal[]): boolean => proposals.every(({ plan }) => plan.safety === 'safe');

/** Another finding's plan may do more than its own operation, or give the whole statement a transaction of its own. */
const solves = ({ finding: { path }, operation, plan, statement }: Proposal, finding: Finding): boolean =>
  path === finding.path && ([operation, ...plan.covers].some(({ span }) => covers(span, finding.span)) || (plan.steps[0]?.apart === true && covers(statement.span, finding.span)));

const covers = (outer: { start: number; end: number }, inner: { start: number; end: number }): boolean => inner.start >= outer.start && inner.end <= outer.end;

async function fixed(workshop: Workshop, { up }: MigrationSource): Promise<Result> {
  const { files, refused, sets, after } = await fix(workshop, { suggestions: true, rules: undefined, mayEdit: (path) => path === up.path });
  return {
    files,
    safe: sets.every(({ proposals }) => isSafe(proposals)),
    left(finding) {
      if (sets.some(({ proposals }) => proposals.some((one) => alike(one.finding, finding)))) return undefined;
      const refusal = refused.find((one) => alike(one.finding, finding));
      if (refusal !== undefined) return { reason: refusal.refused, shown: false };
      return isLeft(after, finding) ? { reason: 'left as it is', shown: false } : undefined;
    },
  };
}

const isLeft = ({ report: { findings }, answers }: Look, { message, rule }: Finding): boolean =>
  findings.some((one) => counts(one) && one.rule === rule && one.message === message && !(answers.has(one) && isRefusal(answers.get(one) as never) === false));

const rendered = (sql: string): string => values.render.reduce((text, one) => text.replaceAll(one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)), sql);

await postgres.load();
const patterns = await loadPatterns([postgres]);
const embedded = values.server === undefined ? undefined : await startServer(Number(values.server));
const total = { findings: 0, written: 0, shown: 0, ran: 0, differ: 0, partly: 0, failed: 0 };
try {
  for (const folder of positionals) await measureFolder(resolve(folder));
} finally {
  await embedded?.stop();
}
if (positionals.length > 1) report('Everything', total, new Map());
