import type { Emission, Program } from '../../hosts/program.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { boolean, entryOf, hostValue, record, TRUE, unknown } from '../../hosts/typescript/value.ts';
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
  }, undefined, direction);
  if (run === undefined || stuck) return run && { ...run, emissions: [] };
  const ordered = inOrder(run, turned);
  return each && ordered !== undefined ? { ...ordered, emissions: ordered.emissions.map(beforeBegin) } : ordered;
}

/** What goes at once is there before the transaction, which begins with the first of the steps. */
const beforeBegin = (emission: Emission): Emission => ('sql' in emission && emission.kept === undefined ? { ...emission, apart: true } : emission);

function builder(steps: Steps, shorthands: Fields): HostValue {
  const raw = (text: Value | undefined, args: Value | undefined, site: Site): void => {
    if (text?.kind === 'unknown') site.opaque(text.reason);
    else if (text?.kind !== 'text') site.opaque('the SQL is not a text');
    else {
      const filled = bindingsOf(text, args);
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
          const text = query?.kind === 'record' ? query.entries.get('text') : query;
          raw(text, undefined, site);
          return rowsOf(text?.kind === 'text' ? text : { text: '' }, site);
        },
      ]),
    ),
  });
  return hostValue({
    name: 'pgm',
    sends: true,
    member(name, site) {
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
      return name === 'PgLiteral' ? unknown('it makes literals', site.call, name) : undefined;
    },
    methods: new Map<string, Method>([
      [
        'sql',
        ([text, args], site) => {
          if (steps.reversed) steps.stuck = true;
          else steps.keep(() => { raw(text, args, site); }, site);
          return undefined;
        },
      ],
      ['noTransaction', () => void (steps.outside = true)],
      ['isUsingTransaction', () => boolean(!steps.outside)],
    ]),
  });
}

const OTHERS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['func', ([text]) => record([['literal', TRUE], ['value', text ?? { kind: 'undefined' }]])],
  ['toArray', ([value]) => (value?.kind === 'list' ? value : { kind: 'list', items: value === undefined ? [] : [value] })],
]);

