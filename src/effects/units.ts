import type { Catalog, Moment } from '../catalog/catalog.ts';
import type { Script, Statement } from '../ir/migration.ts';
import { statementAt } from '../ir/migration.ts';
import type { QualifiedName } from '../ir/names.ts';
import type { TransactionControl } from '../ir/operations/session.ts';
import type { UnitStatement, UnitView } from '../rule.ts';
import type { Effects, HeldLock } from './vocabulary.ts';

/** Follows a script through its transactions: which statement runs in which, and what is still locked. */
export interface UnitTracker {
  /** The transaction that the statement will run in; null when it commits on its own. */
  enter(statement: Statement): UnitView | null;
  /**
   * Records what the statement did. `fresh` has the relations (`relationKey`) that were created in this very
   * transaction: nobody else can wait for them. Returns the transaction that the statement ended, if it ended one.
   */
  leave(statement: Statement, index: number, effects: Effects, fresh: ReadonlySet<string>): UnitView | undefined;
  /** Ends the script; returns the transaction that the runner commits, if one is open. */
  finish(): UnitView | undefined;
}

interface OpenUnit {
  readonly view: { -readonly [K in keyof UnitView]: UnitView[K] };
  readonly statements: UnitStatement[];
  readonly heldIndex: Map<string, number>;
  readonly start: Moment;
  /** Oldest first; a name can come more than once. */
  readonly savepoints: Savepoint[];
}

interface Savepoint {
  readonly name: string;
  readonly moment: Moment;
  readonly held: readonly HeldLock[];
}

export const relationKey = (relation: QualifiedName): string => `${relation.schema}\0${relation.name}`;

/** `stronger` tells which of two lock modes is the stronger. */
export function trackUnits(script: Script, catalog: Catalog, stronger: (a: string, b: string) => string): UnitTracker {
  let count = 0;
  let current: OpenUnit | null = null;
  /** The string that is sent as a transaction of its own. */
  let string: number | undefined;
  const { wrap } = script.transaction;
  if (wrap === 'script' || wrap === 'batch' || (wrap === 'implicit' && statementAt(script, 1) !== undefined)) current = open(false);

  return {
    enter(statement) {
      if (statement.apart === true) return null;
      const begins = statement.operations.some((operation) => operation.kind === 'transaction' && operation.action === 'begin');
      if (current === null && statement.together !== undefined) {
        current = open(false);
        string = statement.together;
      }
      if (begins && current === null) current = open(true);
      else if (begins && current !== null && current.statements.length === 0) current = open(true, current.view.id);
      if (begins) string = undefined;
      return current?.view ?? null;
    },
    leave(statement, index, effects, fresh) {
      if (current === null || statement.apart === true) return undefined;
      current.statements.push({ statement, index, effects });
      hold(current, effects, index, fresh, stronger);
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

  function open(explicit: boolean, id = `${script.path}:${script.direction}:${String(++count)}`): OpenUnit {
    const statements: UnitStatement[] = [];
    return {
      view: { id, explicit, script, statements, held: [] },
      statements,
      heldIndex: new Map(),
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
  function moveTo({ view, heldIndex, savepoints }: OpenUnit, action: TransactionControl['action'], name: string): void {
    if (action === 'savepoint') savepoints.push({ name, moment: catalog.moment(), held: view.held });
    const index = savepoints.findLastIndex((one) => one.name === name);
    const found = savepoints[index];
    if (found === undefined) return;
    if (action === 'release') savepoints.length = index;
    if (action !== 'rollbackTo') return;
    savepoints.length = index + 1;
    catalog.returnTo(found.moment);
    view.held = found.held;
    heldIndex.clear();
    found.held.forEach(({ relation }, at) => heldIndex.set(relationKey(relation), at));
  }
}

/** The list is replaced where it changes, so that whoever keeps it has it as it was. */
function hold({ view, heldIndex }: OpenUnit, effects: Effects, statement: number, fresh: ReadonlySet<string>, stronger: (a: string, b: string) => string): void {
  let held: HeldLock[] | undefined;
  for (const lock of effects.locks) {
    if (lock.released === true) continue;
    const key = relationKey(lock.relation);
    if (fresh.has(key)) continue;
    const known = heldIndex.get(key);
    const earlier = known === undefined ? undefined : (held ?? view.held)[known];
    if (earlier !== undefined && stronger(earlier.mode, lock.mode) === earlier.mode) continue;
    held ??= [...view.held];
    if (known === undefined) heldIndex.set(key, held.push({ statement, ...lock }) - 1);
    else held[known] = { statement, ...lock };
  }
  if (held !== undefined) view.held = held;
}
