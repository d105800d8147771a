import type { Origin } from './catalog/schema.ts';
import type { Effects, LockEffect } from './effects/vocabulary.ts';
import type { DataType } from './ir/expressions.ts';
import type { Script } from './ir/migration.ts';
import type { ObjectName, QualifiedName } from './ir/names.ts';
import type { ObjectType } from './ir/operations/objects.ts';
import type { Operation, OperationKind, OperationOf } from './ir/operation.ts';
import type { RuleContext } from './rule.ts';
import { recently } from './source/recent.ts';

/** The script's operations of one kind, in order; computed once per script, so that a rule can ask what else the script does. */
export function operationsIn<Kind extends OperationKind>(script: Script, kind: Kind): readonly OperationOf<Kind>[] {
  return (byKindIn(script).get(kind) ?? []) as readonly Operation[] as unknown as readonly OperationOf<Kind>[];
}

const byKindIn = recently(({ statements }: Script): ReadonlyMap<OperationKind, readonly Operation[]> => {
  const byKind = new Map<OperationKind, Operation[]>();
  for (const { operations } of statements) for (const operation of operations) listed(byKind, operation.kind, operation);
  return byKind;
});

function listed<Key>(lists: Map<Key, Operation[]>, key: Key, operation: Operation): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [operation]);
  else known.push(operation);
}

type Drop = OperationOf<'dropSchema' | 'dropSequence' | 'dropView' | 'dropMaterializedView' | 'dropType' | 'dropRoutine'>;

/** IF EXISTS of what the history has dropped: nothing is there to be dropped. */
export const findsNothing = (op: Drop, { before }: RuleContext): boolean =>
  op.ifExists &&
  (op.kind === 'dropSchema' ? before.isSchemaGone(op.schema)
  : op.kind === 'dropType' ? before.isGone(op.type, 'type') || before.isGone(op.type)
  : op.kind === 'dropRoutine' ? before.isGone(op.routine, 'routine')
  : before.isGone(op.kind === 'dropSequence' ? op.sequence : op.view));

/** Those of the script's operations of one kind that are about the object of that name (for most kinds: the table), in order. */
export function operationsOn<Kind extends OperationKind>({ resolve, script }: RuleContext, kind: Kind, object: ObjectName): readonly OperationOf<Kind>[] {
  const byKind = byNameIn(script);
  let byName = byKind.get(kind);
  if (byName === undefined) {
    byName = new Map();
    for (const operation of operationsIn(script, kind)) listed(byName, objectOf(operation)?.name ?? '', operation);
    byKind.set(kind, byName);
  }
  const alike = (byName.get(object.name) ?? []) as readonly Operation[] as unknown as readonly OperationOf<Kind>[];
  const here = resolve(object).schema;
  return alike.filter((operation) => {
    const other = objectOf(operation);
    return other !== undefined && (other.schema === object.schema || resolve(other).schema === here);
  });
}

const byNameIn = recently<Script, Map<OperationKind, Map<string, Operation[]>>>(() => new Map());

/** The object that an operation is about: its table where it has one. */
function objectOf(operation: Operation): ObjectName | undefined {
  const of = operation as unknown as { readonly [property: string]: ObjectName | string | undefined };
  for (const property of ['table', 'view', 'index', 'routine', 'sequence', 'type', 'domain', 'object']) {
    const object = of[property];
    if (typeof object === 'object') return object;
  }
  return undefined;
}

interface Named {
  readonly name: string;
  /** Absent: nothing is known of it. */
  readonly origin?: Origin | undefined;
}

/** Whether what takes over a name was made for that: it is younger than what had the name, or is called after it. */
export function isSuccessor(heir: Named, former: Named): boolean {
  if (heir.origin !== undefined && former.origin !== undefined && heir.origin.migration > former.origin.migration) return true;
  const [own, other] = [heir.name.toLowerCase(), former.name.toLowerCase()];
  return own.includes(other) || other.includes(own);
}

/** The UPDATE or DELETE that is the work of a statement, its own or one in its WITH; its condition is undefined where it has none. */
export function changeOf(op: OperationOf<'update' | 'delete' | 'insert' | 'merge' | 'select'>, access: 'update' | 'delete', { effects, resolve }: RuleContext): { readonly table: ObjectName; readonly where: unknown } | undefined {
  const within = op.query.writes.flatMap(({ relation, access: its, picks }) => (its === access && picks !== undefined ? [{ table: relation, where: picks.where }] : []));
  const own = op.kind === access ? [{ table: op.table, where: op.where }] : [];
  return [...own, ...within].find(({ table }) => {
    const { schema, name } = resolve(table);
    return effects.workOn?.schema === schema && effects.workOn.name === name;
  });
}

/** Whether it is one of the server's own catalogs. */
export const isSystem = ({ schema }: QualifiedName): boolean => schema === 'pg_catalog';

/** Whether the lock keeps running code waiting: its writes, or its reads too. */
export const hurts = (lock: LockEffect): boolean => lock.blocks === 'writes' || lock.blocks === 'readsAndWrites';

/** The strongest lock that the effects take on the relation. */
export function lockOn(effects: Effects, relation: QualifiedName): LockEffect | undefined {
  return effects.locks.find((lock) => lock.relation.name === relation.name && lock.relation.schema === relation.schema);
}

/** Whether the server is known to refuse the operation: then that is what there is to say about it. */
export const isRefused = ({ failures, skipped }: Effects): boolean =>
  skipped === true || failures.some(({ when }) => (when === 'always' || when === 'dependents' || when === 'existing' || when === 'missing'));

/** What the author has to do so that a statement runs outside a transaction here; one sentence. */
export function howToRunOutside({ transaction: { wrap, optOut } }: Script): string {
  if (wrap === 'none') return 'Run it outside BEGIN … COMMIT.';
  if (optOut !== undefined) return optOut;
  if (wrap === 'implicit') return 'Put it alone in its file: several statements sent as one string are one transaction.';
  return `This runner puts ${wrap === 'batch' ? 'all pending migrations' : 'the file'} into a transaction, so run the statement apart from it.`;
}

/** How to get a second step into a transaction of its own here; one sentence. */
export const howToSplit = ({ transaction }: Script): string =>
  transaction.wrap === 'batch'
    ? 'This runner puts all pending migrations into one transaction: deploy the second step later.'
    : 'Put that into a migration of its own, so that it runs in another transaction.';

/** Whether this script has put an unknown number of rows into a table that it created. */
export function wasFilled(table: ObjectName, context: RuleContext): boolean {
  if (context.isEmpty(table) || !context.isNew(table)) return false;
  return (
    operationsOn(context, 'insert', table).some((op) => op.source === 'query' && !op.query.bounded) ||
    operationsOn(context, 'copy', table).some((op) => op.direction === 'from') ||
    operationsOn(context, 'createTable', table).some((op) => op.as?.withData === true && !op.as.query.bounded)
  );
}

/** A type as people write it: the digits of `timestamp(3) with time zone` stand inside. */
export function typeText({ name, modifiers, dimensions }: DataType): string {
  const [, head = name, tail = ''] = /^(timestamp|time)( with(?:out)? time zone)$/.exec(name) ?? [];
  return `${head}${modifiers.length > 0 ? `(${modifiers.join(',')})` : ''}${tail}${'[]'.repeat(dimensions)}`;
}

/** A name as it has to stand in SQL. */
export function sqlName(name: ObjectName | string): string {
  if (typeof name !== 'string') return name.schema === undefined ? sqlName(name.name) : `${sqlName(name.schema)}.${sqlName(name.name)}`;
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const RESERVED: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date current_role current_time ' +
    'current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially ' +
    'intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references returning select ' +
    'session_user some symmetric table then to trailing true union unique user using variadic when where window with'
  ).split(' '),
);

/** Columns that the view had and its successor does not, where the text names all of them. */
export function columnsLost(columns: readonly (string | undefined)[], { query, columns: written }: OperationOf<'createView'>): readonly string[] {
  const names = query.outputs.map((name, i) => written[i] ?? name);
  if (query.hasStar || names.includes(undefined)) return [];
  return columns.flatMap((column) => (column === undefined || names.includes(column) ? [] : [column]));
}

/** Whether objects of that type live in a schema. */
export const isInSchema = (type: ObjectType): boolean => !(type in WITHOUT_SCHEMA);

/** How messages name an object of any type: what lives in no schema with its kind. */
export const objectText = (type: ObjectType, object: ObjectName, name: (object: ObjectName) => string): string => {
  const kind = WITHOUT_SCHEMA[type];
  return kind === undefined ? name(object) : `${kind} ${object.name}`;
};

const WITHOUT_SCHEMA: Readonly<Partial<Record<ObjectType, string>>> = {
  schema: 'schema',
  database: 'database',
  tablespace: 'tablespace',
  language: 'language',
  server: 'server',
  foreignDataWrapper: 'foreign data wrapper',
};
