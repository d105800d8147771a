import type { Origin } from '../catalog/schema.ts';
import { tableFacts } from '../config/config.ts';
import { assess } from '../effects/risk.ts';
import type { UnitTracker } from '../effects/units.ts';
import { trackUnits } from '../effects/units.ts';
import type { Effects } from '../effects/vocabulary.ts';
import { NO_EFFECTS, NOTHING_HELD } from '../effects/vocabulary.ts';
import type { Script, Statement, Trap } from '../ir/migration.ts';
import { inFile, statementAt } from '../ir/migration.ts';
import type { QualifiedName } from '../ir/names.ts';
import { relationKey } from '../ir/names.ts';
import type { Operation } from '../ir/operation.ts';
import type { StatementReport } from '../report/model.ts';
import type { UnitView } from '../rule.ts';
import type { Finding } from './finding.ts';
import { isLive, isObjectLive } from './liveness.ts';
import type { Judge } from './judge.ts';
import { rehearse } from './rehearsal.ts';
import { checkSubject, sizeOf } from './subject.ts';

export interface Verdict {
  readonly statements: readonly StatementReport[];
  readonly findings: readonly Finding[];
}

/** Replays a script without judging it. */
export function replay(script: Script, judge: Omit<Judge, 'rules' | 'fingerprint' | 'told'>): void {
  const { catalog, number } = judge;
  const units = trackUnits(script, catalog, judge.dialect.stronger);
  for (let index = 0, statement = statementAt(script, 0); statement !== undefined; statement = statementAt(script, ++index)) {
    const unit = units.enter(statement);
    const origin: Origin = { migration: number, unit: unit?.id ?? null };
    for (const operation of unfolded(script, statement, origin, judge).operations) catalog.apply(operation, origin);
    units.leave(statement, index, NO_EFFECTS, NOTHING);
  }
  if (units.finish() !== undefined) catalog.endTransaction();
}

/** Replays a script and judges every operation against the schema of its moment. */
export function run(script: Script, judge: Judge): Verdict {
  const statements: StatementReport[] = [];
  const findings: Finding[] = [];
  const units = trackUnits(script, judge.catalog, judge.dialect.stronger);
  const isNew = firstTime();
  for (let index = 0, statement = statementAt(script, 0); statement !== undefined; statement = statementAt(script, ++index)) {
    statements.push(runStatement(script, statement, index, units, judge, findings, isNew));
  }
  const open = units.finish();
  if (open !== undefined) {
    endUnit(open, script, judge, findings);
    if (script.direction === 'up' && script.transaction.wrap === 'batch') judge.deploy?.held?.push(...open.held.map((lock) => ({ ...lock, path: script.path })));
    judge.catalog.endTransaction();
  }
  return { statements, findings };
}

const NOTHING: ReadonlySet<string> = new Set();

const unfolded = ({ text }: Script, statement: Statement, origin: Origin, { dialect, catalog, version }: Pick<Judge, 'dialect' | 'catalog' | 'version'>): Statement =>
  dialect.unfold(statement, { catalog, version, origin, text });

function runStatement(script: Script, read: Statement, index: number, units: UnitTracker, judge: Judge, findings: Finding[], isNew: (trap: Trap) => boolean): StatementReport {
  const { catalog, dialect, version, number, deploy } = judge;
  const unit = units.enter(read);
  const origin: Origin = { migration: number, unit: unit?.id ?? null };
  const statement = unfolded(script, read, origin, judge);
  const context = { before: catalog, version, statement, unit, migration: number };
  const fresh = new Set<string>();
  const before = findings.length;
  const live = new Map<string, boolean>();
  const mine = new Set<string>();
  const heldBefore = unit === null ? NOTHING_HELD : units.held();

  const predict = (operation: Operation): Effects => {
    const effects = dialect.effects(operation, context);
    for (const lock of effects.locks) note(lock.relation);
    if (effects.workOn !== undefined) note(effects.workOn);
    for (const { object } of [...effects.loss, ...effects.breaks]) if (!isObjectLive(catalog, object, number, deploy)) mine.add(object);
    return effects;
  };
  const note = (relation: QualifiedName): void => {
    const key = relationKey(relation);
    if (unit !== null && catalog.relation(relation)?.origin.unit === unit.id) fresh.add(key);
    live.set(key, live.get(key) === true || isLive(catalog, relation, number, deploy));
  };

  for (const trap of statement.traps ?? []) {
    if (!isNew(trap)) continue;
    checkSubject({ kind: 'trap', span: statement.span, trap }, { script, statement, effects: NO_EFFECTS, statementEffects: NO_EFFECTS, unit: unit ?? undefined }, judge, findings);
  }

  const only = statement.operations.length === 1 ? statement.operations[0] : undefined;
  let effects: Effects;
  if (only !== undefined) {
    effects = predict(only);
    checkAll(only, effects, effects);
    catalog.apply(only, origin);
  } else {
    // Rules may ask what the whole statement does, so it is carried out for its effects first and once more for the rules.
    const parts: Effects[] = [];
    const steps = rehearse(statement.operations, catalog, origin, (operation) => parts.push(predict(operation)));
    effects = dialect.combine(parts);
    for (const [i, operation] of statement.operations.entries()) {
      checkAll(operation, parts[i] ?? NO_EFFECTS, effects);
      steps[i]?.();
    }
  }
  if (judge.rules.has('statement')) {
    checkSubject({ kind: 'statement', span: statement.span, statement }, { script, statement, effects, statementEffects: effects, unit: unit ?? undefined }, judge, findings);
  }

  const opaque = statement.operations.some((operation) => operation.kind === 'opaque');
  const risk = assess(effects, {
    held: unit?.held ?? [],
    isLive: (relation) => live.get(relationKey(relation)) ?? (!fresh.has(relationKey(relation)) && isLive(catalog, relation, number, deploy)),
    size: (relation) => sizeOf(judge.config, relation),
    weight: (relation) => tableFacts(judge.config, relation),
    madeHere: (object) => mine.has(object),
    opaque,
    ...batchesOf(statement.operations),
    findings: findings.slice(before),
  });
  const ended = units.leave(statement, index, effects, fresh);
  if (ended !== undefined) endUnit(ended, script, judge, findings);
  return {
    direction: script.direction,
    path: script.path,
    span: inFile(script, statement.span),
    operations: statement.operations.map((operation) => operation.kind),
    // A block by itself is no transaction that anything else stands in.
    transaction: unit === null || unit.sentAs === 'block' ? null : unit.id,
    opaque,
    risk,
    effects,
    held: heldBefore,
  };

  function checkAll(operation: Operation, own: Effects, whole: Effects): void {
    if (!judge.rules.has(operation.kind)) return;
    checkSubject(operation, { script, statement, effects: own, statementEffects: whole, unit: unit ?? undefined }, judge, findings);
  }
}

/** A call in a loop falls into its trap in every turn, which is told once; only what a change takes along hangs on the column that it is about. */
function firstTime(): (trap: Trap) => boolean {
  const told = new Set<string>();
  return ({ trap, place, detail }) => {
    const key = `${trap} ${String(place.start)} ${detail}`;
    if (trap !== 'more-than-named' && told.has(key)) return false;
    told.add(key);
    return true;
  };
}

function endUnit(unit: UnitView, script: Script, judge: Judge, findings: Finding[]): void {
  const first = unit.statements[0]?.statement.span;
  const last = unit.statements.at(-1)?.statement.span;
  if (!judge.rules.has('unit') || first === undefined || last === undefined) return;
  const span = { start: first.start, end: last.end };
  checkSubject({ kind: 'unit', span, unit }, { script, statement: undefined, effects: NO_EFFECTS, statementEffects: NO_EFFECTS, unit }, judge, findings);
}

/** How a program changes rows, when all that changes any stands in loops. */
function batchesOf(operations: readonly Operation[]): { readonly batches?: 'committed' | 'together' } {
  const changes = operations.filter(({ kind }) => kind === 'update' || kind === 'delete' || kind === 'insert' || kind === 'merge');
  if (changes.length === 0 || !changes.every(({ within }) => within?.loop === true && within.kind !== 'program')) return {};
  return { batches: changes.every(({ within }) => within?.commits === true) ? 'committed' : 'together' };
}
