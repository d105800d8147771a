import type { Catalog } from '../catalog/catalog.ts';
import { isRefused } from '../frameworks/shared/writing.ts';
import { frameworkNamed } from '../frameworks/registry.ts';
import type { FileTree } from '../frameworks/framework.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../replay/history.ts';
import { lint } from '../pipeline.ts';
import type { Requested, RequestedPart } from '../remedy/change.ts';
import type { Rule, SubjectKind } from '../rule.ts';
import { DEPLOY_MARK, defineRule } from '../rule.ts';
import type { Workshop } from './lint-run.ts';
import { keyOf } from './lint-run.ts';
import type { PlannedSet } from './plan-document.ts';
import type { Planned } from './planner.ts';
import { planFor } from './planner.ts';
import type { Refused } from './model.ts';
import { scriptOf } from './step-text.ts';
import { undoes } from './undo.ts';
import type { Changes } from './world.ts';
import { added, NO_CHANGES, readerOf, reread, treeWith } from './world.ts';

/**
 * Plans a change that no migration says yet: each part is written down as a migration at the end of the history, and then
 * its steps take its place. A string says why it cannot be. Changes nothing on the disk.
 */
export async function planRequested(workshop: Workshop, entry: LintHistory, { title, parts }: Requested): Promise<Planned | string> {
  let changes: Changes = NO_CHANGES;
  const sets: PlannedSet[] = [];
  const refused: Refused[] = [];
  for (const part of parts) {
    const done = await planPart(workshop, entry, changes, title, part);
    if (typeof done === 'string') return done;
    const { written, planned } = done;
    sets.push(...planned.sets);
    refused.push(...planned.refused);
    changes = added(written.changes, planned.files);
    if (planned.refused.length > 0 || planned.sets.some(({ set }) => typeof set === 'string')) return { sets, refused, files: [] };
  }
  return { sets, refused, files: [...changes.values()] };
}

/** Where nobody says what is to take its place, and the rules have nothing against it, it stays as it is. */
async function planPart(workshop: Workshop, entry: LintHistory, changes: Changes, title: string, part: RequestedPart): Promise<{ readonly written: WrittenPart; readonly planned: Planned } | string> {
  const { patterns = {} } = part;
  const hasForm = part.patterns === undefined || Object.keys(patterns).length > 0;
  const written = await writePart(workshop, entry, changes, title, part, !hasForm);
  if (typeof written === 'string') return written;
  const at = { ...workshop, tree: treeWith(workshop.tree, written.changes) };
  const paths = new Set([written.path]);
  if (part.patterns === undefined) {
    const planned = await planFor(at, ({ severity, direction }) => severity !== 'info' && direction === 'up', paths);
    return planned.sets.length + planned.refused.length > 0 ? { written, planned } : planPart(workshop, entry, changes, title, { ...part, patterns: {} });
  }
  const rule = requestedRule(title, written.path, patterns, written.kinds);
  return { written, planned: await planFor({ ...at, rules: [...workshop.rules, rule] }, (finding) => finding.rule === rule.name, paths) };
}

/** The schema that a history ends in. */
export function schemaAtEnd({ config }: Pick<Workshop, 'config'>, entry: LintHistory, tree: FileTree): Catalog {
  const ends: Catalog[] = [];
  lint({ histories: [entry], config, rules: [], read: (path) => tree.read(path), replayed: (_, end) => ends.push(end.catalog()) });
  const [end] = ends;
  if (end === undefined) throw new Error('A history was not replayed.');
  return end;
}

interface WrittenPart {
  readonly path: string;
  readonly changes: Changes;
  readonly kinds: readonly SubjectKind[];
}

/** The part as a migration of its own, in the project's form. */
async function writePart(workshop: Workshop, known: LintHistory, changes: Changes, title: string, part: RequestedPart, asItIs: boolean): Promise<WrittenPart | string> {
  const tree = treeWith(workshop.tree, changes);
  const entry = (await workshop.discover(tree)).find((one) => keyOf(one) === keyOf(known));
  const last = entry?.history.migrations.at(-1);
  if (entry === undefined || last === undefined) return 'There is no migration yet after which one could be written.';
  const { history, dialect } = entry;
  const writer = frameworkNamed(history.framework)?.writer;
  if (writer === undefined) return `Lockkeeper cannot write migrations for ${history.framework} yet.`;
  const up = scriptOf(part.sql, [title, ...(part.deploy === undefined ? [] : [`${DEPLOY_MARK} ${part.deploy}`])].map((line) => `-- ${line}`).join('\n'));
  const script: Script = { path: '', direction: 'up', text: up, ...dialect.parse(up), transaction: { wrap: 'script' } };
  const operations = script.statements.flatMap((statement) => statement.operations);
  if (operations.length === 0 || operations.some(({ kind }) => kind === 'opaque')) return `This cannot be read as SQL: ${part.sql.join('; ')}`;
  const written = writer.create([{ slug: part.slug, up, down: wayBack(workshop, entry, script, tree, asItIs), outsideTransaction: false }], last, history, tree, readerOf(entry));
  if (isRefused(written)) return written.refused;
  const all = added(changes, written);
  const path = reread(history, treeWith(workshop.tree, all)).migrations.at(-1)?.up.path;
  if (path === undefined || path === last.up.path) return 'The new migration would not be the last one.';
  return { path, changes: all, kinds: [...new Set(operations.map(({ kind }) => kind))] };
}

/** What undoes the part. Where steps take its place, they bring along what undoes all that hangs on it. */
function wayBack(workshop: Workshop, entry: LintHistory, script: Script, tree: FileTree, asItIs: boolean): string | null {
  const patterns = workshop.patterns.get(entry.dialect.name);
  const [statement] = script.statements;
  const [operation] = statement?.operations ?? [];
  if (patterns === undefined || statement === undefined || operation === undefined) return null;
  const { dialect, version } = entry;
  const plan = patterns.missingDown({ operation, statement, script, before: schemaAtEnd(workshop, entry, tree), version, sync: workshop.sync, batchSize: workshop.batchSize });
  const down = 'refused' in plan ? null : (plan.steps[0]?.down ?? null);
  if (down === null) return asItIs ? null : '';
  const forward = script.statements.flatMap(({ operations }) => operations);
  const kept = asItIs ? down : down.filter((sql) => dialect.parse(sql).statements.some(({ operations }) => operations.some((back) => forward.some((one) => undoes(back, one)))));
  return kept.length === 0 ? '' : scriptOf(kept);
}

/** Finds what was asked for, so that it goes the way of everything else that is found. */
const requestedRule = (title: string, path: string, patterns: NonNullable<RequestedPart['patterns']>, on: readonly SubjectKind[]): Rule =>
  defineRule({
    name: 'requested',
    summary: 'what was asked for',
    severity: 'info',
    category: 'hygiene',
    on,
    recommended: true,
    why: 'Somebody has asked for a plan.',
    references: [],
    check: (_, { script }) => (script.path === path && script.direction === 'up' ? {} : undefined),
    message: () => `${title}.`,
    advice: () => 'Carry out the steps of the plan one after the other.',
    remedy: ({ kind }) => (kind in patterns ? patterns[kind as keyof typeof patterns] : 'asWritten'),
  });
