import type { Column, Constraint, Relation, Table, Trigger } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import { HOLE } from '../parse/routines/hole.ts';
import { isSelfContained } from './system-objects.ts';
import type { Fields, SystemTable } from './relation-rows.ts';
import { perRelation } from './relation-rows.ts';
import type { Value } from './values.ts';
import { identity, UNKNOWN } from './values.ts';

const CATALOG: Value = identity('database');
const ABOUT = { name: 'table_name', schema: 'table_schema' };

const place = ({ schema, name }: Relation): Fields => ({ table_catalog: CATALOG, table_schema: schema, table_name: name });
const yes = (value: boolean): Value => (value ? 'YES' : 'NO');

/** Views of the standard, by name. */
export const INFORMATION_SCHEMA: ReadonlyMap<string, SystemTable> = new Map(
  Object.entries<SystemTable>({
    tables: perRelation(['table_catalog', 'table_schema', 'table_name', 'table_type'], ABOUT, ['table', 'view'], (relation) => [{ ...place(relation), table_type: tableType(relation) }]),
    views: perRelation(['table_catalog', 'table_schema', 'table_name', 'view_definition'], ABOUT, ['view'], (relation) => [place(relation)]),
    columns: perRelation(
      [
        ...['table_catalog', 'table_schema', 'table_name', 'column_name', 'ordinal_position', 'column_default', 'is_nullable', 'data_type'],
        ...['udt_schema', 'udt_name', 'is_identity', 'identity_generation', 'is_generated', 'character_maximum_length', 'numeric_precision', 'numeric_scale'],
      ],
      ABOUT,
      ['table', 'view'],
      (relation) =>
        relation.kind === 'view'
          ? relation.columns.map((name, index) => ({ ...place(relation), column_name: name ?? HOLE, ordinal_position: index + 1 }))
          : relation.columns.map((column, index) => ({ ...place(relation), ...columnFields(column), ordinal_position: index + 1 })),
    ),
    table_constraints: perRelation(
      ['constraint_catalog', 'constraint_schema', 'constraint_name', 'table_catalog', 'table_schema', 'table_name', 'constraint_type', 'is_deferrable'],
      ABOUT,
      ['table'],
      (table) => [
        ...constraintsOf(table).map(({ name, definition }) => ({ ...constraintPlace(table, name), ...place(table), constraint_type: TYPES[definition.type] ?? null, is_deferrable: yes(definition.deferrable === true) })),
        // The server makes up names for what keeps NULL out.
        ...table.columns.filter(({ notNull }) => notNull).map(() => ({ ...constraintPlace(table, `${HOLE}_not_null`), ...place(table), constraint_type: 'CHECK', is_deferrable: 'NO' })),
      ],
    ),
    key_column_usage: perRelation(
      ['constraint_catalog', 'constraint_schema', 'constraint_name', 'table_catalog', 'table_schema', 'table_name', 'column_name', 'ordinal_position'],
      ABOUT,
      ['table'],
      (table) => constraintsOf(table).flatMap((constraint) => keyColumns(constraint).map((column, index) => ({ ...constraintPlace(table, constraint.name), ...place(table), column_name: column, ordinal_position: index + 1 }))),
    ),
    constraint_column_usage: perRelation(['constraint_catalog', 'constraint_schema', 'constraint_name', 'table_catalog', 'table_schema', 'table_name', 'column_name'], {}, ['table'], usedColumns),
    referential_constraints: perRelation(['constraint_catalog', 'constraint_schema', 'constraint_name', 'update_rule', 'delete_rule', 'unique_constraint_name'], {}, ['table'], (table) =>
      constraintsOf(table).flatMap(({ name, definition }) => (definition.type === 'foreignKey' ? [{ ...constraintPlace(table, name), update_rule: RULES[definition.onUpdate], delete_rule: RULES[definition.onDelete] }] : [])),
    ),
    check_constraints: perRelation(['constraint_catalog', 'constraint_schema', 'constraint_name', 'check_clause'], {}, ['table'], (table) =>
      constraintsOf(table).flatMap(({ name, definition }) => (definition.type === 'check' ? [constraintPlace(table, name)] : [])),
    ),
    triggers: perRelation(
      ['trigger_catalog', 'trigger_schema', 'trigger_name', 'event_manipulation', 'event_object_catalog', 'event_object_schema', 'event_object_table', 'action_timing', 'action_orientation', 'action_statement'],
      { name: 'event_object_table', schema: 'event_object_schema' },
      ['table', 'view'],
      (relation) => relation.triggers.flatMap((trigger) => triggerRows(relation, trigger)),
    ),
    sequences: perRelation(['sequence_catalog', 'sequence_schema', 'sequence_name'], { name: 'sequence_name', schema: 'sequence_schema' }, ['sequence'], ({ schema, name }) => [
      { sequence_catalog: CATALOG, sequence_schema: schema, sequence_name: name },
    ]),
    schemata: {
      columns: ['catalog_name', 'schema_name', 'schema_owner'],
      rows: (catalog, hints) => ({ rows: schemaNames(catalog, hints.get('schema_name')).map((name) => ({ catalog_name: CATALOG, schema_name: name })), complete: isSelfContained(catalog) }),
    },
    routines: {
      columns: ['specific_schema', 'specific_name', 'routine_schema', 'routine_name', 'routine_type'],
      rows(catalog, hints) {
        const name = hints.get('routine_name');
        const found = typeof name === 'string' ? catalog.routines({ name }) : [];
        return { rows: found.map(({ schema, variety }) => ({ specific_schema: schema, routine_schema: schema, routine_name: name ?? UNKNOWN, routine_type: variety.toUpperCase() })), complete: false };
      },
    },
  }),
);

/** The schemas that are known, the one asked for among them. */
export function schemaNames(catalog: CatalogView, wanted: Value | undefined): readonly string[] {
  if (typeof wanted === 'string') return catalog.hasSchema(wanted) ? [wanted] : [];
  return [...new Set([...catalog.searchPath, 'public', ...[...catalog.relations()].map(({ schema }) => schema)])];
}

function tableType(relation: Relation): Value {
  if (relation.kind === 'view') return 'VIEW';
  if (relation.kind !== 'table') return UNKNOWN;
  return relation.foreign ? 'FOREIGN' : relation.persistence === 'temporary' ? 'LOCAL TEMPORARY' : 'BASE TABLE';
}

function columnFields({ name, type, notNull, default: value, identity: numbered, generated }: Column): Fields {
  const own = type.schema === undefined;
  return {
    column_name: name,
    column_default: value === undefined ? null : UNKNOWN,
    is_nullable: yes(!notNull),
    data_type: type.dimensions > 0 ? 'ARRAY' : own ? type.name : 'USER-DEFINED',
    udt_schema: type.schema ?? 'pg_catalog',
    udt_name: `${type.dimensions > 0 ? '_' : ''}${own ? (SHORT_NAMES.get(type.name) ?? type.name) : type.name}`,
    is_identity: yes(numbered !== undefined),
    identity_generation: numbered === undefined ? null : numbered === 'always' ? 'ALWAYS' : 'BY DEFAULT',
    is_generated: generated === undefined ? 'NEVER' : 'ALWAYS',
    ...(/^character/.test(type.name) && type.dimensions === 0 ? { character_maximum_length: type.modifiers[0] ?? null } : {}),
  };
}

/** The server's own names of types that print otherwise. */
export const SHORT_NAMES = new Map(
  Object.entries({
    integer: 'int4',
    bigint: 'int8',
    smallint: 'int2',
    boolean: 'bool',
    real: 'float4',
    'double precision': 'float8',
    'character varying': 'varchar',
    character: 'bpchar',
    'timestamp with time zone': 'timestamptz',
    'timestamp without time zone': 'timestamp',
    'time with time zone': 'timetz',
    'time without time zone': 'time',
    'bit varying': 'varbit',
  }),
);

const TYPES: Readonly<Record<string, string>> = { primaryKey: 'PRIMARY KEY', unique: 'UNIQUE', foreignKey: 'FOREIGN KEY', check: 'CHECK' };

const RULES = { noAction: 'NO ACTION', restrict: 'RESTRICT', cascade: 'CASCADE', setNull: 'SET NULL', setDefault: 'SET DEFAULT' } as const;

const constraintPlace = ({ schema }: Relation, name: string): Fields => ({ constraint_catalog: CATALOG, constraint_schema: schema, constraint_name: name });

/** Exclusion constraints and those that keep NULL out are none of the standard's. */
const constraintsOf = ({ constraints }: Table): readonly Constraint[] => constraints.filter(({ definition }) => TYPES[definition.type] !== undefined);

export function keyColumns({ definition }: Constraint): readonly string[] {
  return definition.type === 'primaryKey' || definition.type === 'unique' || definition.type === 'foreignKey' ? definition.columns : [];
}

/** The columns that a constraint is about; of a foreign key those that it refers to. */
function usedColumns(table: Table, catalog: CatalogView): readonly Fields[] {
  return constraintsOf(table).flatMap(({ name, definition, references }) => {
    const target = definition.type === 'foreignKey' && references !== undefined ? catalog.byId(references) : table;
    const columns = definition.type === 'check' ? definition.expression.columns : definition.type === 'foreignKey' ? definition.referencedColumns : definition.type === 'notNull' ? [] : definition.columns;
    return target === undefined ? [] : columns.map((column) => ({ ...constraintPlace(table, name), ...place(target), column_name: column ?? UNKNOWN }));
  });
}

const TIMINGS = { before: 'BEFORE', after: 'AFTER', insteadOf: 'INSTEAD OF' } as const;

/** One for each event, TRUNCATE aside. */
function triggerRows({ schema, name }: Relation, trigger: Trigger): readonly Fields[] {
  return trigger.events
    .filter((event) => event !== 'truncate')
    .map((event) => ({
      trigger_catalog: CATALOG,
      trigger_schema: schema,
      trigger_name: trigger.name,
      event_manipulation: event.toUpperCase(),
      event_object_catalog: CATALOG,
      event_object_schema: schema,
      event_object_table: name,
      action_timing: TIMINGS[trigger.timing],
      action_orientation: trigger.forEachRow ? 'ROW' : 'STATEMENT',
    }));
}
