import type { Host, Site } from '../../hosts/typescript/host.ts';
import type { HostValue, RecordValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, UNDEFINED } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import { deferrableSql } from './attributes.ts';
import { isRecord, textIn } from '../shared/host-values.ts';

/** The transactions that a program has begun. */
export interface Transactions {
  /** `sequelize.transaction(…)` */
  readonly begin: (args: readonly Value[], site: Site) => Value;
  /** Where a call goes by its options: undefined: along with what is open. */
  readonly apart: (options: Value | undefined, site: Site) => Trap | undefined;
}

interface Open {
  readonly host: Host;
  readonly parent: Open | undefined;
  readonly number: number;
  readonly after: Value[];
  ended: boolean;
}

export function transactions(): Transactions {
  const open: Open[] = [];
  let count = 0;

  const end = (transaction: Open, word: 'COMMIT' | 'ROLLBACK', site: Site): void => {
    if (transaction.ended) return;
    transaction.ended = true;
    open.splice(open.indexOf(transaction), 1);
    if (transaction.parent !== undefined) {
      if (word === 'ROLLBACK') site.emit({ sql: `ROLLBACK TO SAVEPOINT ${savepoint(transaction)};` });
      return;
    }
    site.emit({ sql: `${word};` });
    if (word === 'COMMIT') for (const callback of transaction.after) site.settled(site.invoke(callback, [hostValue(transaction.host)]));
  };

  const start = (options: RecordValue | undefined, site: Site): Open => {
    const parent = openIn(options?.entries.get('transaction'), open);
    const transaction: Open = {
      parent,
      number: ++count,
      after: [],
      ended: false,
      host: {
        name: 'the transaction',
        methods: new Map([
          ['commit', (_args, at) => void end(transaction, 'COMMIT', at)],
          ['rollback', (_args, at) => void end(transaction, 'ROLLBACK', at)],
          ['afterCommit', ([callback]) => void (callback !== undefined && transaction.after.push(callback))],
        ]),
        member: (name) => (name === 'finished' ? UNDEFINED : name === 'LOCK' ? { kind: 'record', entries: new Map() } : undefined),
      },
    };
    open.push(transaction);
    site.emit({ sql: parent === undefined ? 'START TRANSACTION;' : `SAVEPOINT ${savepoint(transaction)};` });
    const level = options?.entries.get('isolationLevel');
    if (level !== undefined && parent === undefined) site.emit({ sql: `SET TRANSACTION ISOLATION LEVEL ${levelIn(level)};` });
    const deferrable = options?.entries.get('deferrable');
    if (deferrable !== undefined) site.emit({ sql: `${deferrableSql(deferrable)};` });
    return transaction;
  };

  return {
    begin([first, second], site) {
      const callback = isCallable(first) ? first : second;
      const transaction = start(isRecord(first) ? first : undefined, site);
      const value: HostValue = hostValue(transaction.host);
      if (callback === undefined || !isCallable(callback)) return value;
      const result = site.settled(site.invoke(callback, [value]));
      end(transaction, 'COMMIT', site);
      return result;
    },
    apart(options, site) {
      const current = open.at(-1);
      if (current === undefined || isHanded(options)) return undefined;
      return { trap: 'forgotten-transaction', place: site.call, detail: `the call is not handed the open transaction and runs on another connection: \`${named(site)}\`` };
    },
  };
}

const isCallable = (value: Value | undefined): boolean => value?.kind === 'function';

const savepoint = ({ number }: Open): string => `"sp-${String(number)}"`;

const openIn = (value: Value | undefined, open: readonly Open[]): Open | undefined => (value?.kind === 'host' ? open.find(({ host }) => host === value.host) : undefined);

/** Whether the options may carry a transaction; unknown ones are taken to. */
function isHanded(options: Value | undefined): boolean {
  if (options === undefined || options.kind === 'null' || options.kind === 'undefined') return false;
  // The transaction itself in the place of the options: Sequelize finds none in it.
  if (options.kind === 'host') return false;
  if (!isRecord(options)) return true;
  const transaction = options.entries.get('transaction');
  if (transaction === undefined) return options.partly !== undefined;
  return transaction.kind !== 'null' && transaction.kind !== 'undefined';
}

/** `Transaction.ISOLATION_LEVELS.READ_COMMITTED`, or as text. */
const levelIn = (value: Value): string => {
  const step = value.kind === 'chain' ? value.steps.at(-1) : undefined;
  return step?.step === 'member' ? step.name.replaceAll('_', ' ') : textIn(value, 'the isolation level');
};

const named = ({ step, source }: Site): string => /^[\w.]+/.exec(source(step))?.[0] ?? 'query';
