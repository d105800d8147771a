import type { Emission, Program } from '../../hosts/program.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import { chain } from '../../hosts/typescript/recorder.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { boolean, entryOf, hostValue, record, text, TRUE, UNDEFINED } from '../../hosts/typescript/value.ts';
import type { Direction } from '../../ir/migration.ts';
import type { ProgramFile } from '../framework.ts';
import { notFound } from '../shared/code-direction.ts';
import { withSaid } from '../shared/code-down.ts';
import { rowsOf } from '../shared/host-sending.ts';
import type { Kept } from '../shared/kept-steps.ts';
import { keptSteps } from '../shared/kept-steps.ts';
import { attempt } from '../shared/refusal.ts';
import { bindingsOf } from './bindings.ts';
import { OBJECTS } from './objects.ts';
import { isFields, plain } from './plain.ts';
import type { Fields } from './plain.ts';
import { RARE } from './rare.ts';
import { TABLES } from './tables.ts';

const OPERATIONS = new Map([...TABLES, ...OBJECTS, ...RARE]);

interface Steps extends Pick<Kept, 'keep'> {
  readonly reversed: boolean;
  outside: boolean;
  /** Something in it cannot be turned around. */
  stuck: boolean;
}

/** What a migration sends: the steps are kept until the function has ended. A missing `down` is the `up` turned around. `each`: every migration has a transaction of its own. */
export const program = (file: ProgramFile, direction: Direction, each = false): Program | undefined => withSaid(sent(file, direction, each), file.text, direction);

function sent(file: ProgramFile, direction: Direction, each: boolean): Program | undefined {
  const { keep, inOrder } = keptSteps();
  let turned = false;
  let stuck = false;
  const run = runProgram(file, (loaded) => {
    const { exports, site } = loaded;
    const module = entryOf(exports, 'up') === undefined ? (entryOf(exports, 'default') ?? exports) : exports;
    const own = entryOf(module, direction);
    if (own?.kind === 'boolean') return direction === 'down' ? { irreversible: 'refuses' } : false;
    const reversed = direction === 'down' && (own === undefined || own.kind === 'undefined');
    const migrate = reversed ? entryOf(module, 'up') : own;
    if (migrate?.kind !== 'function') return notFound(direction, loaded, file.text);
    turned = reversed;
    const steps: Steps = { keep, reversed, outside: false, stuck: false };
    const shorthands = plain(entryOf(module, 'shorthands'));
    site.settled(site.invoke(migrate, [builder(steps, isFields(shorthands) ? shorthands : new Map()), hostValue({ name: 'run', call: () => undefined })]));
    stuck = steps.stuck;
    if (steps.stuck) return { irreversible: 'refuses' };
    return steps.outside ? { transaction: { wrap: 'none' } } : {};
  }, (name) => (name === 'node-pg-migrate' ? PACKAGE : undefined), direction);
  if (run === undefined || stuck) return run && { ...run, emissions: [] };
  const ordered = inOrder(run, turned);
  return each && ordered !== undefined ? { ...ordered, emissions: ordered.emissions.map(beforeBegin) } : ordered;
}

/** What goes at once is there before the transaction, which begins with the first of the steps. */
const beforeBegin = (emission: Emission): Emission => ('sql' in emission && emission.kept === undefined ? { ...emission, apart: true } : emission);

function builder(steps: Steps, shorthands: Fields): HostValue {
  const raw = (statement: Value | undefined, args: Value | undefined, site: Site): void => {
    if (statement?.kind === 'unknown') site.opaque(statement.reason);
    // A template behind the method.
    else if (statement?.kind === 'list' && statement.items.length === 1) raw(statement.items[0], undefined, site);
    else if (statement?.kind !== 'text') site.opaque('the SQL is not a text');
    else {
      const filled = bindingsOf(statement, args);
      site.emit({ sql: filled.text, runs: filled.runs });
    }
  };
  const db: HostValue = hostValue({
    name: 'pgm.db',
    sends: true,
    methods: new Map<string, Method>(
      ['query', 'select'].map((name) => [
        name,
        ([query], site) => {
          const statement = query?.kind === 'record' ? query.entries.get('text') : query;
          raw(statement, undefined, site);
          return rowsOf(statement?.kind === 'text' ? statement : { text: '' }, site);
        },
      ]),
    ),
  });
  return hostValue({
    name: 'pgm',
    sends: true,
    member(name) {
      const operation = OPERATIONS.get(name);
      if (operation !== undefined) {
        const make = steps.reversed ? operation.reverse : operation.up;
        return hostValue({
          name: `pgm.${name}`,
          call(args, at) {
            if (make === undefined || (steps.reversed && operation.turns?.(args.map(plain)) === false)) steps.stuck = true;
            else {
              steps.keep(() => {
                const made = attempt(() => make(args.map(plain), shorthands));
                if ('refusal' in made) at.opaque(`${name}: ${made.refusal.message}`, made.refusal.reading);
                else for (const sql of typeof made.result === 'string' ? [made.result] : made.result) at.emit({ sql: sql.replace(/;$/, '') });
              }, at);
            }
            return undefined;
          },
        });
      }
      if (name === 'db') return db;
      const own = OTHERS.get(name);
      if (own !== undefined) return hostValue({ name: `pgm.${name}`, call: own });
      return name === 'PgLiteral' ? LITERAL : undefined;
    },
    methods: new Map<string, Method>([
      [
        'sql',
        ([statement, args], site) => {
          if (steps.reversed) steps.stuck = true;
          else steps.keep(() => { raw(statement, args, site); }, site);
          return undefined;
        },
      ],
      ['noTransaction', () => void (steps.outside = true)],
      ['isUsingTransaction', () => boolean(!steps.outside)],
    ]),
  });
}

/** SQL as it is. */
function literal([sql]: readonly Value[]): Value {
  return record([['literal', TRUE], ['value', sql ?? UNDEFINED]]);
}

const LITERAL: Value = hostValue({ name: 'PgLiteral', construct: literal, methods: new Map<string, Method>([['create', literal]]) });

const NOWHERE = { start: 0, end: 0 };
const PACKAGE: Value = hostValue({ name: 'node-pg-migrate', member: (name) => OF_PACKAGE.get(name) ?? { ...chain('node-pg-migrate', NOWHERE), steps: [{ step: 'member', name, span: NOWHERE }] } });
const OF_PACKAGE: ReadonlyMap<string, Value> = new Map([['default', PACKAGE], ['PgLiteral', LITERAL], ['PgType', hostValue({ name: 'PgType', member: (name) => text(/^(?:PG|TXID)_/.test(name) ? name.toLowerCase() : name === 'BIT_1' ? 'bit' : name.toLowerCase().replaceAll('_', ' ')) })]]);

const OTHERS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['func', literal],
  ['toArray', ([value]) => (value?.kind === 'list' ? value : { kind: 'list', items: value === undefined ? [] : [value] })],
]);

