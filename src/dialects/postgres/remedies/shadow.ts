import type { Column, Table } from '../../../catalog/schema.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import type { Along, PatternHandler, PatternInput, Refusal, Step } from '../../../remedy/step.ts';
import { find } from '../parse/tokens.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { backfillStep } from './backfill.ts';
import type { CarriedViews } from './carried-views.ts';
import { carriedHeld, carriedViews, NOTHING_CARRIED, readersOf } from './carried-views.ts';
import { insideBlock, ownClause, slug } from './clause.ts';
import { conversionRisk } from './conversions.ts';
import { aroundType } from './defaults.ts';
import { columnComment, defaultSql } from './definitions.ts';
import { freshName, tableNameSql } from './names.ts';
import { mentions } from './identifiers.ts';
import { notForThis, step, wanted } from './form.ts';
import { LOCK_ALL_NOTE } from './locks.ts';
import { notNullSteps } from './not-null.ts';
import { cannotCopy } from './renames.ts';
import { relationKey } from './retarget.ts';
import { defaultGivenBack, oldColumnAgain } from './shadow-back.ts';
import type { Parts } from './shadow-parts.ts';
import { partsOf } from './shadow-parts.ts';
import { assignFrom, REPLICATED, syncTrigger } from './sync.ts';
import { typeQuestions, typeSql } from './type-sql.ts';
import { distinct } from './values.ts';
import { heldAround, viewsAround, viewsNote } from './views.ts';

/** A column of the new type beside the old one, kept in step, given all that hangs on the old one, and then put in its place. */
export const shadowColumn: PatternHandler = (input) => {
  const op = wanted(input, 'changeColumnType');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const table = input.before.table(op.table);
  const column = input.before.column(table, op.column);
  if (table === undefined || column === undefined) return { refused: `The history does not say what hangs on ${op.column} of ${op.table.name}: its default, indexes and constraints would have to follow.` };
  const refusal = cannotReplace(input, table, column);
  if (refusal !== undefined) return refusal;
  const written = writtenType(input);
  if (written === undefined) return { refused: 'The type is written in a way that cannot be taken out of the statement.' };
  const names = { new: freshName(input.before, op.table, `${op.column}_new`), old: freshName(input.before, op.table, `${op.column}_old`) };
  const called = input.sync === 'trigger' ? names : { new: names.new, old: names.new };
  const parts = partsOf(input, op, table, called);
  if ('refused' in parts) return parts;
  const change = { relations: new Map<string, string>(), column: { table: relationKey(input.before, op.table), from: column.name, to: names.new } };
  const readers = carriedViews(input.before, readersOf(input.before, table, column.name), change);
  if ('refused' in readers) return readers;
  const around = readers === NOTHING_CARRIED ? heldAround(input, op.table) : undefined;
  const held = around === undefined ? undefined : carriedHeld(input.before, around.held, change);
  const shadow: Shadow = { input, op, table, column, type: written, names: called, parts, readers: held === undefined ? readers : settling(held, around?.settles ?? []), after: held === undefined ? [] : (around?.after ?? []) };
  const steps = stepsOf(shadow);
  return 'refused' in steps ? steps : { title: `Give ${op.column} its new type by way of a second column`, safety: 'review', covers: [op, ...besides(input, op)], steps };
};

type Beside = OperationOf<'setDefault'> | OperationOf<'dropDefault'> | OperationOf<'setNotNull'> | OperationOf<'dropNotNull'>;

/** What else the statement does to the column: it is meant for the new type. */
const besides = ({ statement }: PatternInput, { column, table }: OperationOf<'changeColumnType'>): readonly Beside[] =>
  statement.operations.filter((one): one is Beside => BESIDE.has(one.kind) && 'column' in one && one.column === column && 'table' in one && one.table === table);

const BESIDE: ReadonlySet<string> = new Set<Beside['kind']>(['setDefault', 'dropDefault', 'setNotNull', 'dropNotNull']);

/** What the column is to have in the end. */
function wantedOf({ input, op, column }: Pick<Shadow, 'input' | 'op' | 'column'>): { readonly notNull: boolean; readonly default: string | undefined } {
  const all = besides(input, op);
  const given = all.findLast((one) => one.kind === 'setDefault');
  const taken = all.some(({ kind }) => kind === 'dropDefault') || column.default === undefined;
  return {
    notNull: all.some(({ kind }) => kind === 'setNotNull') || (column.notNull && !all.some(({ kind }) => kind === 'dropNotNull')),
    default: given?.default.text ?? (taken ? undefined : defaultSql(column, input.before)),
  };
}

interface Shadow {
  readonly input: PatternInput;
  readonly op: OperationOf<'changeColumnType'>;
  readonly table: Table;
  readonly column: Column;
  /** The new type with its collation, as written. */
  readonly type: string;
  /** What the new column is called before the switch, and the old one after it. */
  readonly names: { readonly new: string; readonly old: string };
  readonly parts: Parts;
  /** Views that the history has over the column. */
  readonly readers: CarriedViews;
  /** What the script says of those that it would have made again. */
  readonly after: readonly Statement[];
}

const settling = (held: CarriedViews, settles: readonly Statement[]): CarriedViews => ({ ...held, steps: held.steps.map((one, index) => (index === 0 ? { ...one, settles } : one)) });

function writtenType(input: PatternInput): string | undefined {
  const { tokens, text } = ownClause(input);
  const name = tokens.is(1, 'column') ? 2 : 1;
  const type = find(tokens, name + 1, tokens.count, 'type');
  if (type === tokens.count) return undefined;
  const using = find(tokens, type + 1, tokens.count, 'using');
  return text.slice(tokens.start(type + 1), tokens.end(using - 1));
}

function cannotReplace(input: PatternInput, table: Table, column: Column): Refusal | undefined {
  const place = cannotCopy(input, table, column.name);
  if (place !== undefined) return place;
  if (table.partitionBy !== undefined) return { refused: `${table.name} is partitioned, and the indexes of a second column would have to be built on each partition: change the type on a new partitioned table that takes the place of this one.` };
  if (!table.complete) return { refused: `The history does not tell all of ${table.name}: what hangs on ${column.name} would be lost with it.` };
  if (column.generated !== undefined) return { refused: `${column.name} is generated: add a second generated column of the new type instead.` };
  const generated = table.columns.find((other) => other.generated?.expression.columns.includes(column.name));
  if (generated !== undefined) return { refused: `${generated.name} is generated from ${column.name} and would have to be written anew.` };
  const trigger = table.triggers.find((one) => one.columns?.includes(column.name) === true || mentions(one.text, column.name));
  if (trigger !== undefined) return { refused: `The trigger ${trigger.name} names ${column.name} and would have to be made anew for the new column.` };
  const policy = table.policies.find(({ using, check }) => using?.columns.includes(column.name) === true || check?.columns.includes(column.name) === true);
  return policy === undefined ? undefined : { refused: `The policy ${policy.name} names ${column.name} and would have to be made anew for the new column.` };
}

function stepsOf(shadow: Shadow): readonly Step[] | Refusal {
  const { input, op, column, type, names, parts, readers } = shadow;
  const target = quoteName(op.table);
  const forward = op.using?.text ?? quote(op.column);
  const triggered = input.sync === 'trigger';
  const sync = syncTrigger(input.before, op.table, op.column, forwardLines(shadow, forward));
  const added = quote(names.new);
  const add = `ALTER TABLE ${target} ADD COLUMN ${added} ${type}`;
  const fill = backfillStep(input, {
    table: op.table,
    values: [{ column: names.new, value: op.using === undefined ? forward : `(${forward})` }],
    filled: [names.new, names.old],
    // A trigger never lets them differ; code that is being replaced may write one and leave the other as it was.
    pending: op.using !== undefined ? distinct(added, `(${forward})`, op.type) : triggered ? `${quote(op.column)} IS NOT NULL AND ${added} IS NULL` : distinct(added, `CAST(${forward} AS ${typeSql(op.type, input.before)})`, op.type),
    title: `Convert ${op.column} in the rows that exist`,
    ...(triggered ? {} : { deploy: `Every write of ${op.column} writes the value of the new type into ${names.new}.` }),
  });
  if ('refused' in fill) return fill;
  const views = viewsAround(input, op.table);
  const around = aroundType(input, op);
  const risk = conversionRisk(input, op, column, triggered);
  const proven = notNullRename(shadow);
  const renamed = ([from, to]: readonly [string, string]): string => `ALTER TABLE ${target} RENAME CONSTRAINT ${quote(from)} TO ${quote(to)}`;
  const switched = switchStep(shadow, sync.replace(backLines(shadow)), sync.replace(forwardLines(shadow, forward)));
  // As fresh as the views are that are read anew: whoever waits for the code waits before that.
  const exchange = [...readers.steps, together(switched, parts.switchLocks.length, views?.along(0), around, shadow.after)];
  const ready = triggered ? `All code can read and write ${op.column} as ${typeSql(op.type, input.before)}.` : `All code can read and write both columns in either role: ${op.column} and ${names.new} change places.`;
  return [
    step({
      title: triggered ? `Add ${names.new} with the new type, filled by a trigger when rows are written` : `Add ${names.new} with the new type`,
      slug: slug('add', op.table.name, names.new),
      up: [add, ...(triggered ? sync.create : []), ...columnComment({ ...column, name: names.new }, target)],
      down: [...(triggered ? sync.drop : []), `ALTER TABLE ${target} DROP COLUMN ${added}`],
      transaction: 'inside',
      preconditions: [...typeQuestions(op.type, input.before), ...risk.preconditions],
      notes: [...risk.notes, ...(triggered ? [REPLICATED] : [])],
    }),
    fill,
    ...parts.checks,
    ...(wantedOf(shadow).notNull ? notNullSteps(input, op.table, names.new) : []),
    ...parts.indexes,
    ...parts.foreignKeys,
    step({ phase: 'migrate', title: `Let the planner know the new column`, slug: slug('analyze', op.table.name), up: [`ANALYZE ${target}`], down: [], transaction: 'either' }),
    ...exchange.map((one, index) => (index === 0 ? { ...one, deploy: ready } : one)),
    step({
      phase: 'contract',
      title: `Drop the old column`,
      slug: slug('drop', op.table.name, names.old),
      up: [...parts.dropLocks, ...readers.drop, ...(triggered ? sync.drop : []), `ALTER TABLE ${target} DROP COLUMN ${quote(names.old)}`, ...parts.renames, ...(proven === undefined ? [] : [renamed(proven)])],
      ...oldColumnAgain(input, {
        op,
        column,
        fresh: names.new,
        old: names.old,
        parts,
        names: proven === undefined ? [] : [renamed([proven[1], proven[0]])],
        sync: triggered ? syncTrigger(input.before, op.table, op.column, backLines(shadow)).create : [],
        isGone: readers.drop.length > 0 || around?.after.some(({ operations }) => operations.some(({ kind }) => kind === 'renameObject')) === true,
      }),
      transaction: 'inside',
      ...(views?.stars === true && { along: views.along(parts.dropLocks.length) }),
      deploy: triggered ? `All code works with the new type of ${op.column}.` : `All code works with the new type of ${op.column} and no longer names ${names.new}.`,
    }),
  ];
}

/** Views go first and come last: they are over the column. */
function together(switched: Step, at: number, views: Along | undefined, around: Along | undefined, said: readonly Statement[]): Step {
  if (views === undefined && around === undefined && said.length === 0) return switched;
  const along = { at, before: [...(views?.before ?? []), ...(around?.before ?? [])], after: [...(around?.after ?? []), ...said, ...(views?.after ?? [])] };
  return { ...switched, along, notes: [...switched.notes, ...(views === undefined ? [] : [viewsNote(views)])] };
}

const forwardLines = ({ op, names }: Shadow, value: string): readonly string[] => [assignFrom(op.table, 'NEW', [{ column: names.new, value }])];

/** What does not fit into the old type becomes NULL there: new code must not fail for the sake of a way back. */
const backLines = ({ op, names }: Shadow): readonly string[] => [
  'BEGIN',
  `  NEW.${quote(names.old)} := NEW.${quote(op.column)};`,
  'EXCEPTION WHEN data_exception OR integrity_constraint_violation OR datatype_mismatch OR cannot_coerce THEN',
  `  NEW.${quote(names.old)} := NULL;`,
  'END;',
];

/** From 18 on NOT NULL is a constraint with a name. */
function notNullRename(shadow: Shadow): readonly [from: string, to: string] | undefined {
  const { input, op, table, column, names } = shadow;
  if (input.version < 18 || !wantedOf(shadow).notNull) return undefined;
  const proof = freshName(input.before, op.table, `${op.table.name}_${names.new}_not_null`);
  const known = table.constraints.find(({ definition }) => definition.type === 'notNull' && definition.column === column.name)?.name ?? `${table.name}_${column.name}_not_null`;
  return [proof, known];
}

function switchStep(shadow: Shadow, backward: string, forward: string): Step {
  const { input, op, column, names, parts, table, readers } = shadow;
  const { before } = input;
  const target = quoteName(op.table);
  const alter = (name: string, what: string): string => `ALTER TABLE ${target} ALTER COLUMN ${quote(name)} ${what}`;
  const rename = (from: string, to: string): string => `ALTER TABLE ${target} RENAME COLUMN ${quote(from)} TO ${quote(to)}`;
  const spare = names.old === names.new ? freshName(before, op.table, `${op.column}_swap`) : names.old;
  const swap = [rename(op.column, spare), rename(names.new, op.column), ...(spare === names.old ? [] : [rename(spare, names.old)])];
  const back = [...(spare === names.old ? [] : [rename(names.old, spare)]), rename(op.column, names.new), rename(spare, op.column)];
  const sequence = column.identity === undefined && column.sequence !== undefined ? before.byId(column.sequence) : undefined;
  const own = (name: string): string[] => (sequence === undefined ? [] : [`ALTER SEQUENCE ${tableNameSql(sequence, before)} OWNED BY ${target}.${quote(name)}`]);
  const wanted = wantedOf(shadow);
  const dropped = besides(input, op).some(({ kind }) => kind === 'dropDefault');
  const had = column.default !== undefined ? defaultSql(column, before) : dropped ? defaultGivenBack(input, op) : undefined;
  const given = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [alter(name, `SET DEFAULT ${value}`)]);
  const taken = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [alter(name, 'DROP DEFAULT')]);
  const numbers = `pg_get_serial_sequence(${quoteLiteral(target)}, ${quoteLiteral(op.column)})`;
  const keep = column.identity === undefined ? [] : [`SELECT set_config('switch.next_number', nextval(${numbers})::text, true)`, alter(op.column, 'DROP IDENTITY')];
  const goOn = column.identity === undefined ? [] : [alter(op.column, `ADD GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`), `SELECT setval(${numbers}, current_setting('switch.next_number')::bigint, false)`];
  const triggered = input.sync === 'trigger';
  const required = column.notNull ? [alter(op.column, 'DROP NOT NULL')] : [];
  const requiredAgain = column.notNull ? [alter(op.column, 'SET NOT NULL')] : [];
  return step({
    phase: 'switch',
    title: `Put the new column in the place of ${op.column}`,
    slug: slug('switch', op.table.name, op.column),
    up: [...parts.switchLocks, ...parts.switch, ...keep, ...required, ...own(names.new), ...given(names.new, wanted.default), ...taken(op.column, had), ...swap, ...goOn, ...(triggered ? [backward] : []), ...readers.switch],
    down: [...parts.switchLocks, ...readers.switchBack, ...keep, ...back, ...own(op.column), ...given(op.column, had), ...taken(names.new, wanted.default), ...(triggered ? [forward] : []), ...requiredAgain, ...parts.switchBack, ...goOn],
    ...(triggered && { downLoses: `Values that the old type cannot hold are NULL in the old column${column.notNull ? ', and the first of them closes the way back' : ''}.` }),
    transaction: 'inside',
    notes: [
      ...(parts.switchLocks.length === 0 ? ['Send SET LOCAL lock_timeout first and try again: it takes ACCESS EXCLUSIVE for an instant.'] : [LOCK_ALL_NOTE]),
      ...readers.notes,
      `${op.column} now stands last among the columns: SELECT * and INSERT without a list of columns see another order.`,
      ...(column.notNull ? [`The way back looks for NULLs in the whole old column, while nobody can read or write ${op.table.name}.`] : []),
      ...(parts.keyed ? ['The way back builds the primary key of the old column anew and checks foreign keys to it, while nobody can write.'] : []),
      ...(column.identity === undefined ? [] : ['The identity starts over with the usual options: repeat INCREMENT, CACHE and the like if it had others.']),
      ...(sequence === undefined ? [] : [`${sequence.name} keeps its own type, as with the original statement: ALTER SEQUENCE … AS bigint if it shall count further.`]),
      ...(table.replicaIdentity === 'index' ? ['The table is identified to replicas by an index: name the new one, if it was over this column.'] : []),
    ],
  });
}
