import type { Catalog, Moment } from '../catalog/catalog.ts';
import type { Script, Statement } from '../ir/migration.ts';
import { statementAt } from '../ir/migration.ts';
import { relationKey } from '../ir/names.ts';
import type { TransactionControl } from '../ir/operations/session.ts';
import type { UnitStatement, UnitView } from '../rule.ts';
import type { Effects, HeldLock, HeldSoFar } from './vocabulary.ts';
import { NOTHING_HELD } from './vocabulary.ts';

/** Follows a script through its transactions: which statement runs in which, and what is still locked. */
export interface UnitTracker {
  /** The transaction that the statement will run in; null when it commits on its own. */
  enter(statement: Statement): UnitView | null;
  /** What that transaction holds now; it stays as it is. */
  held(): HeldSoFar;
  /**
   * Records what the statement did. `fresh` has the relations (`relationKey`) that were created in this very
   * transaction: nobody else can wait for them. Returns the transaction that the statement ended, if it ended one.
   */
  leave(statement: Statement, index: number, effects: Effects, fresh: ReadonlySet<string>): UnitView | undefined;
  /** Ends the script; returns the transaction that the runner commits, if one is open. */
  finish(): UnitView | undefined;
}

interface OpenUnit {
  readonly view: UnitView;
  readonly statements: UnitStatement[];
  /** The view's own list. */
  readonly held: HeldLock[];
  /** Where in it a relation is. */
  readonly heldIndex: Map<string, number>;
  /** All that has been taken, for those who want to know later what was held when. */
  taken: HeldLock[];
  readonly start: Moment;
  /** Oldest first; a name can come more than once. */
  readonly savepoints: Savepoint[];
}

interface Savepoint {
  readonly name: string;
  readonly moment: Moment;
  readonly held: HeldSoFar;
}

/** `stronger` tells which of two lock modes is the stronger. */
export function trackUnits(script: Script, catalog: Catalog, stronger: (a: string, b: string) => string): UnitTracker {
  let count = 0;
  let current: OpenUnit | null = null;
  /** The string that is sent as a transaction of its own. */
  let string: number | undefined;
  /** One that goes over another connection while a transaction is open here. */
  let aside: { readonly string: number; readonly unit: OpenUnit } | undefined;
  const { wrap } = script.transaction;
  if (wrap === 'script' || wrap === 'batch' || (wrap === 'implicit' && statementAt(script, 1) !== undefined)) current = open(false);

  return {
    enter(statement) {
      if (statement.apart === true) {
        const { together } = statement;
        if (together === undefined) aside = undefined;
        else if (aside?.string !== together) aside = { string: together, unit: open(false, 'string') };
        return aside?.unit.view ?? null;
      }
      const begins = statement.operations.some((operation) => operation.kind === 'transaction' && operation.action === 'begin');
      if (current === null && (statement.together !== undefined || isBlock(statement))) {
        current = open(false, statement.together === undefined ? 'block' : 'string');
        string = statement.together ?? ALONE;
      }
      if (begins && current === null) current = open(true);
      else if (begins && current !== null && current.statements.length === 0) current = open(true, undefined, current.view.id);
      if (begins) string = undefined;
      return current?.view ?? null;
    },
    held: () => (aside !== undefined ? soFar(aside.unit) : current === null ? NOTHING_HELD : soFar(current)),
    leave(statement, index, effects, fresh) {
      if (aside !== undefined) return leaveAside(aside, statement, index, effects, fresh);
      if (current === null || statement.apart === true) return undefined;
      current.statements.push({ statement, index, effects });
      hold(current, effects, index, fresh, stronger);
      rename(current, statement, effects);
      let ended: UnitView | undefined;
      for (const operation of statement.operations) {
        if (operation.kind !== 'transaction' || operation.within !== undefined) continue;
        ended = control(operation) ?? ended;
      }
      if (string !== undefined && statementAt(script, index + 1)?.together !== string) {
        string = undefined;
        ended = control({ action: 'commit' }) ?? ended;
      }
      return ended;
    },
    finish() {
      const view = current?.view;
      current = null;
      return view;
    },
  };

  function leaveAside({ string: own, unit }: NonNullable<typeof aside>, ...[statement, index, effects, fresh]: Parameters<UnitTracker['leave']>): UnitView | undefined {
    unit.statements.push({ statement, index, effects });
    hold(unit, effects, index, fresh, stronger);
    rename(unit, statement, effects);
    if (statementAt(script, index + 1)?.together === own) return undefined;
    aside = undefined;
    return unit.view;
  }

  function open(explicit: boolean, sentAs?: UnitView['sentAs'], id = `${script.path}:${script.direction}:${String(++count)}`): OpenUnit {
    const statements: UnitStatement[] = [];
    const held: HeldLock[] = [];
    return {
      view: { id, explicit, script, statements, held, ...(sentAs !== undefined && { sentAs }) },
      statements,
      held,
      heldIndex: new Map(),
      taken: [],
      start: catalog.moment(),
      savepoints: [],
    };
  }

  function control({ action, savepoint, chain }: Pick<TransactionControl, 'action' | 'savepoint' | 'chain'>): UnitView | undefined {
    if (current === null) return undefined;
    if (savepoint !== undefined) moveTo(current, action, savepoint);
    if (action !== 'commit' && action !== 'rollback' && action !== 'prepare') return undefined;
    if (action === 'rollback') catalog.returnTo(current.start);
    catalog.endTransaction();
    const { view } = current;
    current = chain === true ? open(true) : wrap === 'implicit' ? open(false) : null;
    return view;
  }

  /** What was locked after a savepoint is released by the way back to it, and so are the savepoints after it. */
  function moveTo(unit: OpenUnit, action: TransactionControl['action'], name: string): void {
    const { held, heldIndex, savepoints } = unit;
    if (action === 'savepoint') savepoints.push({ name, moment: catalog.moment(), held: soFar(unit) });
    const index = savepoints.findLastIndex((one) => one.name === name);
    const found = savepoints[index];
    if (found === undefined) return;
    if (action === 'release') savepoints.length = index;
    if (action !== 'rollbackTo') return;
    savepoints.length = index + 1;
    catalog.returnTo(found.moment);
    held.length = 0;
    heldIndex.clear();
    unit.taken = found.held.taken.slice(0, found.held.count);
    for (const lock of unit.taken) put(unit, lock);
  }
}

/** The number of a string in which nothing else is sent. */
const ALONE = -1;

/** A DO block of several statements without COMMIT: what it locks is kept to its end, as in a transaction. */
const isBlock = ({ operations }: Statement): boolean =>
  operations.length > 1 && operations.some(({ within }) => within?.kind === 'do') && !operations.some(({ kind, within }) => kind === 'transaction' || within?.commits === true);

function hold(unit: OpenUnit, effects: Effects, statement: number, fresh: ReadonlySet<string>, stronger: (a: string, b: string) => string): void {
  for (const lock of effects.locks) {
    if (lock.released === true || fresh.has(relationKey(lock.relation))) continue;
    const earlier = unit.held[unit.heldIndex.get(relationKey(lock.relation)) ?? -1];
    if (earlier !== undefined && stronger(earlier.mode, lock.mode) === earlier.mode) continue;
    const taken = { statement, ...lock };
    unit.taken.push(taken);
    put(unit, taken);
  }
}

/** A lock is one of the relation, whatever that is called by now. */
function rename(unit: OpenUnit, { operations }: Statement, { locks }: Effects): void {
  for (const operation of operations) {
    const [name, to] = operation.kind === 'renameTable' ? [operation.table, { name: operation.newName }] : operation.kind === 'renameObject' ? [operation.object, { name: operation.newName }] : operation.kind === 'setSchema' ? [operation.object, { schema: operation.newSchema }] : [];
    const own = name === undefined ? undefined : locks.find(({ relation }) => relation.name === name.name && (name.schema === undefined || relation.schema === name.schema));
    const was = own === undefined ? '' : relationKey(own.relation);
    const lock = unit.held[unit.heldIndex.get(was) ?? -1];
    if (lock === undefined) continue;
    const renamed = { ...lock, relation: { ...lock.relation, ...to }, was };
    unit.taken.push(renamed);
    put(unit, renamed);
  }
}

/** In the place of a weaker one on the same relation, or of the same under its old name. */
function put({ held, heldIndex }: OpenUnit, lock: HeldLock): void {
  const key = relationKey(lock.relation);
  const known = heldIndex.get(lock.was ?? key);
  if (lock.was !== undefined) heldIndex.delete(lock.was);
  if (known !== undefined) heldIndex.set(key, known);
  if (known === undefined) heldIndex.set(key, held.push(lock) - 1);
  else held[known] = lock;
}

const soFar = ({ taken }: OpenUnit): HeldSoFar => ({ taken, count: taken.length });
