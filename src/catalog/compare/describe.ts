import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { DataType, Expression } from '../../ir/expressions.ts';
import type { PartitionBound, PartitionKey } from '../../ir/partitions.ts';
import { typeFact } from '../apply/columns.ts';
import { KIND_LABELS } from '../apply/context.ts';
import { parameterList } from '../apply/routines.ts';
import type { Column, Constraint, Index, ObjectId, Relation, Routine, Table, Trigger, UserType } from '../schema.ts';
import type { Facts } from '../state/assumptions.ts';
import { label } from '../state/learn.ts';
import { normalise } from '../text.ts';
import { meansAnother, usesFact } from './other-facts.ts';
import { settled } from './settled.ts';

/** One object, or part of an object, as it is compared: what is not in `facts` is unknown and differs from nothing. */
export interface Description {
  readonly label: string;
  /** Label of the object that it goes with; its own difference goes without saying when that one is missing or extra. */
  readonly owner: string | undefined;
  /** Put together when somebody compares them. */
  readonly facts: () => Facts;
  readonly object: ObjectId;
  /** False: it may have parts that are not described. */
  readonly complete: boolean;
  /** The immutable state that the facts are of; the same state has the same facts. */
  readonly source?: object;
}

/** Finds relations and types as they are at the moment described. */
export interface Moment {
  relation(id: ObjectId): Relation | undefined;
}

export function describeRelation(relation: Relation, moment: Moment, without: ReadonlySet<object>): readonly Description[] {
  const own = label(KIND_LABELS[relation.kind], relation);
  const base = { label: own, owner: undefined, object: relation.id, complete: !('complete' in relation) || relation.complete };
  const comment = relation.comment === undefined ? {} : { comment: relation.comment };
  switch (relation.kind) {
    case 'table':
      return describeTable(relation, own, moment, without);
    case 'index': {
      // What backs a constraint or belongs to the parent's index is told there.
      if (relation.constraint !== undefined || relation.parent !== undefined) return [];
      const table = moment.relation(relation.table);
      return [{ ...base, owner: table === undefined ? undefined : label(KIND_LABELS[table.kind], table), facts: () => ({ ...indexFacts(relation), ...comment, table: table === undefined ? '' : qualified(table) }) }];
    }
    case 'view':
      return [
        {
          ...base,
          facts: () =>
            relation.complete
              ? { query: text(relation.query), columns: relation.columns.map((name) => name ?? '?').toSorted().join(', '), 'columns read': usesFact(relation.uses, moment.relation), ...optionFacts(relation.options), comment: relation.comment ?? 'none' }
              : {},
        },
        ...relation.triggers.map((trigger) => describeTrigger(trigger, relation, own)),
      ];
    case 'materializedView':
      return [{ ...base, facts: () => (relation.complete ? { query: text(relation.query), 'columns read': usesFact(relation.uses, moment.relation), comment: relation.comment ?? 'none' } : {}) }];
    case 'sequence': {
      if (drawnByOwner(relation, moment)) return [];
      const owner = relation.ownedBy === undefined ? undefined : moment.relation(relation.ownedBy.table);
      const facts = (): Facts => ({ ...(relation.complete ? { type: relation.type?.name ?? 'bigint' } : {}), ...(owner === undefined ? {} : { 'owned by': `${qualified(owner)}.${relation.ownedBy?.column ?? ''}` }) });
      return [{ ...base, owner: owner === undefined ? undefined : label('column', { schema: qualified(owner), name: relation.ownedBy?.column ?? '' }), facts }];
    }
    case 'compositeType':
      return [{ ...base, facts: () => (relation.complete ? { attributes: relation.attributes.map(({ name, type }) => `${name} ${typeFact({ type })}`).join(', '), comment: relation.comment ?? 'none' } : {}) }];
  }
}

/** The sequence behind serial or identity is told with its column. */
function drawnByOwner({ id, ownedBy }: Extract<Relation, { kind: 'sequence' }>, moment: Moment): boolean {
  const table = ownedBy === undefined ? undefined : moment.relation(ownedBy.table);
  const column = table?.kind === 'table' ? table.columns.find(({ name }) => name === ownedBy?.column) : undefined;
  return column?.sequence === id && (column.identity !== undefined || column.default !== undefined);
}

/** What is inherited is told of the parent; a valid NOT NULL is told of its column. */
function describeTable(table: Table, own: string, moment: Moment, without: ReadonlySet<object>): readonly Description[] {
  const parent = table.partitionOf === undefined ? undefined : moment.relation(table.partitionOf.parent);
  const owner = parent === undefined ? undefined : label('table', parent);
  const part = { owner: own, object: table.id, complete: true };
  return [
    { label: own, owner, complete: table.complete, facts: () => (table.complete ? tableFacts(table, parent, moment) : {}), object: table.id },
    ...table.columns
      .filter((column) => column.inherited !== true && !without.has(column))
      .map((column) => ({ ...part, label: partLabel('column', table, column.name), source: column, facts: () => columnFacts(column, moment) })),
    ...table.constraints
      .filter((constraint) => constraint.inherited !== true && !(constraint.definition.type === 'notNull' && constraint.valid) && !without.has(constraint))
      .map((constraint) => ({ ...part, label: partLabel('constraint', table, constraint.name), source: constraint, facts: () => constraintFacts(constraint, moment) })),
    ...table.triggers.filter((trigger) => trigger.inherited !== true).map((trigger) => describeTrigger(trigger, table, own)),
    ...table.policies.map((policy) => ({
      ...part,
      label: partLabel('policy', table, policy.name),
      facts: () => ({
        command: policy.command,
        kind: policy.permissive ? 'permissive' : 'restrictive',
        roles: policy.roles.toSorted().join(', '),
        using: text(policy.using),
        check: text(policy.check),
        comment: policy.comment ?? 'none',
      }),
    })),
    ...table.rules.map((rule) => ({ ...part, label: partLabel('rule', table, rule.name), facts: () => ({ event: rule.event, instead: String(rule.instead) }) })),
  ];
}

/** Its name says all there is to say of it. */
export const NOTHING = (): Facts => ({});

export const partLabel = (kind: string, owner: { readonly schema: string; readonly name: string }, name: string): string => `${kind} ${qualified(owner)}.${name}`;

const qualified = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;

const text = (value: Expression | { readonly text: string } | undefined): string => (value === undefined ? 'none' : settled(normalise(value.text)));

function tableFacts(table: Table, parent: Relation | undefined, moment: Moment): Facts {
  const inherits = table.inherits.map((id) => moment.relation(id)).flatMap((relation) => (relation === undefined ? [] : qualified(relation)));
  return {
    persistence: table.persistence,
    'row security': table.rowSecurity.enabled ? 'on' : 'off',
    'forced row security': table.rowSecurity.forced ? 'on' : 'off',
    'replica identity': table.replicaIdentity,
    'access method': table.accessMethod ?? 'default',
    tablespace: table.tablespace ?? 'default',
    'partitioned by': table.partitionBy === undefined ? 'none' : partitionKey(table.partitionBy),
    'partition of': table.partitionOf === undefined || parent === undefined ? 'none' : qualified(parent),
    bound: table.partitionOf === undefined ? 'none' : bound(table.partitionOf.bound),
    inherits: inherits.toSorted().join(', ') || 'none',
    comment: table.comment ?? 'none',
    ...optionFacts(table.options),
  };
}

const optionFacts = (options: Readonly<Record<string, string>>): Facts => ({
  options: Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(', '),
});

function columnFacts(column: Column, moment: Moment): Facts {
  const sequence = column.sequence === undefined ? undefined : moment.relation(column.sequence);
  const drawsFrom = column.default?.calls.some((call) => call.name.name === 'nextval') === true && sequence !== undefined;
  return {
    ...(column.type.name === 'unknown' ? {} : { type: typeFact(column) }),
    nullability: column.notNull ? 'not null' : 'nullable',
    default: drawsFrom ? `nextval(${qualified(sequence)})` : defaultText(column.default, column.type),
    identity: column.identity ?? 'none',
    generated: column.generated === undefined ? 'none' : `${normalise(column.generated.expression.text)} ${column.generated.stored ? 'stored' : 'virtual'}`,
    collation: column.collation ?? 'default',
    comment: column.comment ?? 'none',
  };
}

/** `'0'` and `0` are the same default of a number, but a point in time depends on the type of the literal. */
const defaultText = (value: Expression | undefined, type: DataType): string =>
  value?.literal === undefined || meansAnother(value.casts, type) ? text(value) : value.literal === '' ? "''" : String(value.literal);

function constraintFacts(constraint: Constraint, moment: Moment): Facts {
  const { definition } = constraint;
  const target = constraint.references === undefined ? undefined : moment.relation(constraint.references);
  return {
    kind: KINDS[definition.type],
    ...definitionFacts(definition, target),
    validity: constraint.valid ? 'valid' : 'not valid',
    enforcement: constraint.enforced ? 'enforced' : 'not enforced',
    timing: `${definition.deferrable === true ? 'deferrable' : 'not deferrable'}${definition.initiallyDeferred === true ? ' initially deferred' : ''}`,
    comment: constraint.comment ?? 'none',
  };
}

const KINDS: { readonly [Type in ConstraintDefinition['type']]: string } = {
  primaryKey: 'primary key',
  unique: 'unique',
  foreignKey: 'foreign key',
  check: 'check',
  exclusion: 'exclusion',
  notNull: 'not null',
};

function definitionFacts(definition: ConstraintDefinition, target: Relation | undefined): Facts {
  switch (definition.type) {
    case 'primaryKey':
    case 'unique':
      return {
        columns: definition.columns.join(', '),
        include: (definition.include ?? []).join(', '),
        nulls: definition.type === 'unique' && definition.nullsNotDistinct === true ? 'not distinct' : 'distinct',
      };
    case 'foreignKey':
      return {
        columns: definition.columns.join(', '),
        references: target === undefined ? definition.references.name : qualified(target),
        ...(definition.referencedColumns.length === 0 ? {} : { 'referenced columns': definition.referencedColumns.join(', ') }),
        'on delete': definition.onDelete,
        'on update': definition.onUpdate,
        match: definition.match,
      };
    case 'check':
      return { expression: text(definition.expression), inheritance: definition.noInherit === true ? 'no inherit' : 'inherit' };
    case 'exclusion':
      return { method: definition.method, columns: definition.columns.map((column) => column ?? 'expression').join(', '), expressions: definition.expressions.map(text).join(', '), where: text(definition.where) };
    case 'notNull':
      return { column: definition.column };
  }
}

function indexFacts(index: Index): Facts {
  if (!index.complete) return {};
  const keys = index.keys.map((key) =>
    [key.column ?? text(key.expression), key.collation, key.operatorClass, key.descending ? 'desc' : undefined, nullsOrder(key)].filter((word) => word !== undefined).join(' '),
  );
  return {
    keys: keys.join(', '),
    unique: index.unique ? 'unique' : 'not unique',
    method: index.method,
    include: index.include.join(', ') || 'none',
    where: text(index.where),
    nulls: index.nullsNotDistinct ? 'not distinct' : 'distinct',
    validity: index.valid ? 'valid' : 'invalid',
  };
}

/** Only an order that is not the direction's own makes a difference. */
function nullsOrder({ nulls, descending }: Index['keys'][number]): string | undefined {
  const usual = descending ? 'first' : 'last';
  return nulls === undefined || nulls === usual ? undefined : `nulls ${nulls}`;
}

function describeTrigger(trigger: Trigger, relation: Relation, owner: string): Description {
  return {
    label: partLabel('trigger', relation, trigger.name),
    owner,
    object: relation.id,
    complete: true,
    facts: () => ({
      timing: trigger.timing,
      events: trigger.events.toSorted().join(', '),
      columns: (trigger.columns ?? []).toSorted().join(', '),
      function: trigger.function.name,
      'for each': trigger.forEachRow ? 'row' : 'statement',
      enabled: String(trigger.enabled),
      condition: settled(trigger.text),
      comment: trigger.comment ?? 'none',
    }),
  };
}

function partitionKey({ strategy, columns, expressions }: PartitionKey): string {
  return `${strategy} (${[...columns.map((column) => column ?? 'expression'), ...expressions.map(text)].join(', ')})`;
}

const bound = (value: PartitionBound): string => JSON.stringify(value).toLowerCase();

export function describeType(type: UserType): readonly Description[] {
  const own = label(type.kind === 'domain' ? 'domain' : 'type', type);
  const base = { label: own, owner: undefined, object: type.id, complete: type.kind === 'other' || type.complete };
  const comment = type.comment ?? 'none';
  if (type.kind === 'enum') {
    return [
      { ...base, facts: () => (type.complete ? { 'order of values': type.values.map(({ value }) => value).join(', '), comment } : {}) },
      ...type.values.map(({ value }) => ({ label: partLabel('enum value', type, value), owner: own, facts: NOTHING, object: type.id, complete: true })),
    ];
  }
  if (type.kind === 'other') return [{ ...base, facts: NOTHING }];
  return [
    { ...base, facts: () => (type.complete ? { type: typeFact(type), nullability: type.notNull ? 'not null' : 'nullable', default: defaultText(type.default, type.type), comment } : {}) },
    ...type.checks.map((check) => ({
      label: partLabel('constraint', type, check.name),
      owner: own,
      object: type.id,
      complete: true,
      facts: () => ({ definition: text(check.expression), validity: check.valid ? 'valid' : 'not valid' }),
    })),
  ];
}

export function describeRoutine(routine: Routine): Description {
  const base = { label: label(routine.variety, { schema: routine.schema, name: `${routine.name}${parameterList(routine.parameters)}` }), owner: undefined, object: routine.id, complete: true, source: routine };
  const facts = (): Facts => ({
    returns: routine.returns === undefined ? 'nothing' : typeFact({ type: routine.returns }),
    language: routine.language,
    volatility: routine.volatility,
    security: routine.securityDefiner ? 'definer' : 'invoker',
    settings: routine.settings.toSorted().join(', '),
    ...(routine.bodyText === undefined ? {} : { body: normalise(routine.bodyText) }),
    comment: routine.comment ?? 'none',
  });
  return { ...base, facts };
}
