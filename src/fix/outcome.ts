import type { Finding } from '../check/finding.ts';
import { baseName } from '../frameworks/shared/paths.ts';
import { lineIndex } from '../source/text.ts';
import { counted } from '../source/words.ts';
import type { FixResult } from './engine.ts';
import type { ChangeSet, Proposal, Refused } from './model.ts';

/** What has come of a run of `fix`. */
export interface Outcome extends FixResult {
  readonly dryRun: boolean;
  /** Change sets that could not be written. */
  readonly failed: readonly { readonly set: ChangeSet; readonly problem: string }[];
  readonly shownPath: (path: string) => string;
}

interface Painter {
  readonly color: { readonly green: Paint; readonly red: Paint; readonly yellow: Paint; readonly dim: Paint; readonly cyan: Paint; readonly bold: Paint };
}
type Paint = (text: string) => string;

/** For people: what was done about each finding, what was not and why, and what is left. */
export function fixText(outcome: Outcome, { color }: Painter): string {
  const { dryRun, sets, failed, refused, offered, kept, files, shownPath } = outcome;
  const lines: string[] = [];
  const where = (finding: Finding): string => color.dim(`${shownPath(finding.path)}:${String(lineOf(finding, outcome))}`);
  for (const set of sets) {
    const problem = failed.find((one) => one.set === set)?.problem;
    for (const { finding, plan } of set.proposals) {
      lines.push(`${problem === undefined ? color.green('✔') : color.red('✖')} ${color.bold(plan.title)}  ${color.cyan(finding.rule)}  ${where(finding)}`);
    }
    if (problem !== undefined) lines.push(`    nothing written: ${problem}`);
    for (const { path, before } of set.files) lines.push(`    ${before === null ? color.green('+') : color.yellow('~')} ${shownPath(path)}`);
    lines.push('');
  }
  const renamed = files.flatMap(({ path, from }) => (from === undefined ? [] : [`    ${color.yellow('→')} ${shownPath(from)}  →  ${baseName(path)}`]));
  if (renamed.length > 0) lines.push(`Renumbered, to make room for new ones:`, ...renamed.sort(), '');
  for (const { finding, refused: why } of refused) lines.push(`${color.yellow('–')} not fixed: ${color.cyan(finding.rule)}  ${where(finding)}`, `    ${why}`, '');
  if (offered.length > 0) {
    lines.push(`${counted(offered.length, 'remedy', 'remedies')} that ${offered.length === 1 ? 'needs' : 'need'} a look: lockkeeper plan shows ${offered.length === 1 ? 'it' : 'them'}, --suggestions applies what can be applied.`);
    for (const { finding, plan } of offered) lines.push(`    ${plan.title}  ${color.cyan(finding.rule)}  ${where(finding)}`);
    lines.push('');
  }
  if (kept.length > 0) lines.push(`${counted(kept.length, 'finding')} with a remedy left alone in files that are not to be edited.`, '');
  for (const note of notesOf(outcome)) lines.push(`${color.yellow('!')} ${note}`, '');
  lines.push(summary(outcome, dryRun), '');
  return lines.join('\n');
}

function summary({ sets, failed, files, after }: Outcome, dryRun: boolean): string {
  const done = sets.filter((set) => !failed.some((one) => one.set === set));
  const fixed = done.reduce((sum, set) => sum + set.proposals.length, 0);
  const added = files.filter(({ before }) => before === null).length;
  const edited = files.filter(({ before, text }) => before !== null && before !== text).length;
  const renamed = files.filter(({ from }) => from !== undefined).length;
  const what = fixed === 0 ? 'Nothing to fix.' : `${dryRun ? 'Would fix' : 'Fixed'} ${counted(fixed, 'finding')}: ${counted(edited, 'file')} edited, ${String(added)} new${renamed === 0 ? '' : `, ${String(renamed)} renumbered`}.`;
  const { errors, warnings } = after.report.summary;
  return `${what}${errors + warnings === 0 ? '' : ` Left: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}.`}`;
}

/** For programs. */
export function fixJson(outcome: Outcome, diff: string): string {
  const { dryRun, sets, failed, refused, offered, kept, files, after } = outcome;
  const at = (finding: Finding): object => ({ rule: finding.rule, path: finding.path, line: lineOf(finding, outcome), message: finding.message, fingerprint: finding.fingerprint });
  const remedy = ({ finding, pattern, plan }: Proposal): object => ({ ...at(finding), title: plan.title, pattern, safety: plan.safety });
  const document = {
    schemaVersion: 1,
    dryRun,
    fixed: sets.filter((set) => !failed.some((one) => one.set === set)).flatMap((set) => set.proposals.map((proposal) => ({ ...remedy(proposal), files: set.files.map(({ path, before }) => ({ path, new: before === null })) }))),
    failed: failed.flatMap(({ set, problem }) => set.proposals.map((proposal) => ({ ...remedy(proposal), problem }))),
    refused: refused.map((one: Refused) => ({ ...at(one.finding), pattern: one.pattern, refused: one.refused })),
    offered: offered.map(remedy),
    kept: kept.map(remedy),
    files: files.map(({ path, before, from }) => ({ path, new: before === null, ...(from !== undefined && { from }) })),
    notes: notesOf(outcome),
    patch: diff,
    left: { errors: after.report.summary.errors, warnings: after.report.summary.warnings, infos: after.report.summary.infos },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const notesOf = ({ sets, files, roomBehind }: FixResult): readonly string[] => [
  ...new Set([...sets.flatMap((set) => set.notes), ...(files.some(({ from }) => from !== undefined) ? [RENUMBERED] : []), ...(roomBehind === undefined ? [] : [roomFor(roomBehind)])]),
];

const roomFor = (behind: string | null): string =>
  `Those behind get higher numbers by themselves where they may be edited, too: as long as nobody has applied them, lockkeeper fix ${behind === null ? '--all' : `--start-after ${behind}`}.`;

const RENUMBERED = 'A database that has a renumbered migration already, as on a laptop, has to take it back under its old number first. --no-renumber leaves all numbers as they are.';

/** A finding is of the text that it was found in, which later changes may have moved. */
function lineOf({ path, span }: Finding, { before, after }: FixResult): number {
  const text = before.report.sources.get(path) ?? after.report.sources.get(path) ?? '';
  return lineIndex(text).position(Math.min(span.start, text.length)).line;
}
