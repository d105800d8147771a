import type { Column, Constraint, Relation, Table, UserType } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import { keyColumns, schemaNames } from './information-schema.ts';
import { isSelfContained, relationIdentity, schemaIdentity } from './system-objects.ts';
import type { Fields, SystemTable } from './relation-rows.ts';
import { agrees, perRelation } from './relation-rows.ts';
import type { Value } from './values.ts';
import { identity, UNKNOWN } from './values.ts';

const listedAs = (schema: string, name: string): { readonly name: string; readonly schema: string } => ({ schema, name });

/** Tables and views of pg_catalog, by name. */
export const PG_CATALOG: ReadonlyMap<string, SystemTable> = new Map(
  Object.entries<SystemTable>({
    pg_class: perRelation(
      ['oid', 'relname', 'relnamespace', 'relkind', 'relpersistence', 'relispartition', 'relrowsecurity', 'relforcerowsecurity', 'relhasindex', 'relowner', 'reltuples', 'relpages'],
      { name: 'relname', oid: 'oid' },
      ['table', 'view', 'materializedView', 'index', 'sequence', 'compositeType'],
      (relation, catalog) => [classFields(relation, catalog)],
    ),
    pg_tables: perRelation(
      ['schemaname', 'tablename', 'tableowner', 'tablespace', 'hasindexes', 'hasrules', 'hastriggers', 'rowsecurity'],
      listedAs('schemaname', 'tablename'),
      ['table'],
      ({ schema, name, foreign, indexes, rules, rowSecurity }) =>
        foreign ? [] : [{ schemaname: schema, tablename: name, hasindexes: indexes.length > 0, hasrules: rules.length > 0, rowsecurity: rowSecurity.enabled }],
    ),
    pg_views: perRelation(['schemaname', 'viewname', 'viewowner', 'definition'], listedAs('schemaname', 'viewname'), ['view'], ({ schema, name }) => [{ schemaname: schema, viewname: name }]),
    pg_matviews: perRelation(['schemaname', 'matviewname', 'matviewowner', 'definition'], listedAs('schemaname', 'matviewname'), ['materializedView'], ({ schema, name }) => [
      { schemaname: schema, matviewname: name },
    ]),
    pg_sequences: perRelation(['schemaname', 'sequencename', 'sequenceowner'], listedAs('schemaname', 'sequencename'), ['sequence'], ({ schema, name }) => [{ schemaname: schema, sequencename: name }]),
    pg_indexes: perRelation(['schemaname', 'tablename', 'indexname', 'tablespace', 'indexdef'], listedAs('schemaname', 'indexname'), ['index'], ({ schema, name, table }, catalog) => [
      { schemaname: schema, tablename: catalog.byId(table)?.name ?? UNKNOWN, indexname: name },
    ]),
    pg_index: perRelation(['indexrelid', 'indrelid', 'indisunique', 'indisprimary', 'indisvalid', 'indkey'], { oid: 'indexrelid' }, ['index'], (index, catalog) => {
      const owner = catalog.byId(index.table);
      const constraint = owner?.kind === 'table' ? owner.constraints.find(({ name }) => name === index.constraint) : undefined;
      return [{ indexrelid: relationIdentity(index), indrelid: identity(String(index.table)), indisunique: index.unique, indisprimary: constraint?.definition.type === 'primaryKey', indisvalid: index.valid }];
    }),
    pg_attribute: perRelation(['attrelid', 'attname', 'attnum', 'attnotnull', 'attisdropped', 'atthasdef', 'attidentity', 'attgenerated', 'atttypid'], { oid: 'attrelid' }, ['table'], (table) =>
      table.columns.map((column, index) => ({ attrelid: relationIdentity(table), attnum: index + 1, ...attributeFields(column) })),
    ),
    pg_constraint: perRelation(
      ['oid', 'conname', 'connamespace', 'contype', 'conrelid', 'confrelid', 'convalidated', 'condeferrable', 'conkey', 'confdeltype', 'confupdtype', 'conparentid'],
      { oid: 'conrelid' },
      ['table'],
      (table) => table.constraints.flatMap((constraint) => constraintFields(table, constraint)),
    ),
    pg_trigger: perRelation(['oid', 'tgname', 'tgrelid', 'tgisinternal', 'tgenabled', 'tgfoid', 'tgparentid'], { oid: 'tgrelid' }, ['table', 'view'], (relation) =>
      relation.triggers.map(({ name, enabled }) => ({ tgname: name, tgrelid: relationIdentity(relation), tgisinternal: false, tgenabled: enabled ? 'O' : 'D' })),
    ),
    pg_policies: perRelation(['schemaname', 'tablename', 'policyname', 'permissive', 'roles', 'cmd', 'qual', 'with_check'], listedAs('schemaname', 'tablename'), ['table'], ({ schema, name, policies }) =>
      policies.map((policy) => ({
        schemaname: schema,
        tablename: name,
        policyname: policy.name,
        permissive: policy.permissive ? 'PERMISSIVE' : 'RESTRICTIVE',
        roles: { kind: 'list', items: policy.roles },
        cmd: policy.command.toUpperCase(),
      })),
    ),
    pg_policy: perRelation(['oid', 'polname', 'polrelid', 'polcmd', 'polpermissive'], { oid: 'polrelid' }, ['table'], (table) =>
      table.policies.map(({ name, permissive }) => ({ polname: name, polrelid: relationIdentity(table), polpermissive: permissive })),
    ),
    pg_inherits: perRelation(['inhrelid', 'inhparent'], { oid: 'inhparent' }, ['table'], (table) => table.children.map((child) => ({ inhrelid: identity(String(child)), inhparent: relationIdentity(table) }))),
    pg_namespace: {
      columns: ['oid', 'nspname', 'nspowner'],
      rows: (catalog, hints) => {
        const oid = hints.get('oid');
        const name = typeof oid === 'object' && oid !== null && oid.kind === 'identity' && oid.id.startsWith('schema ') ? oid.id.slice('schema '.length) : hints.get('nspname');
        return { rows: schemaNames(catalog, name).map((each) => ({ oid: schemaIdentity(each), nspname: each })), complete: name !== undefined || isSelfContained(catalog) };
      },
    },
    pg_extension: {
      columns: ['oid', 'extname', 'extnamespace', 'extversion'],
      rows(catalog, hints) {
        const name = hints.get('extname');
        const known = typeof name === 'string' && catalog.extension(name) !== undefined;
        return { rows: known ? [{ extname: name }] : [], complete: name !== undefined && isSelfContained(catalog) };
      },
    },
    pg_type: { columns: ['oid', 'typname', 'typnamespace', 'typtype', 'typrelid'], rows: (catalog, hints) => ({ rows: typeRows(catalog, hints.get('typname')), complete: isSelfContained(catalog) && !SERVER_TYPES.test(String(hints.get('typname'))) }) },
    pg_enum: {
      columns: ['oid', 'enumtypid', 'enumlabel', 'enumsortorder'],
      rows: (catalog) => {
        const enums = [...catalog.types()].flatMap((type) => (type.kind === 'enum' ? [type] : []));
        const rows = enums.flatMap((type) => type.values.map(({ value }, index) => ({ enumtypid: typeIdentity(type), enumlabel: value, enumsortorder: index + 1 })));
        return { rows, complete: enums.every(({ complete }) => complete) && isSelfContained(catalog) };
      },
    },
    pg_proc: {
      columns: ['oid', 'proname', 'pronamespace', 'prokind', 'prosrc'],
      rows(catalog, hints) {
        const name = hints.get('proname');
        const found = typeof name === 'string' ? catalog.routines({ name }) : [];
        return { rows: found.map((routine) => ({ proname: routine.name, pronamespace: schemaIdentity(routine.schema), prokind: routine.variety === 'procedure' ? 'p' : 'f' })), complete: false };
      },
    },
  }),
);

/** Types that are there, or come with an extension. */
const SERVER_TYPES = /^_?(?:pg_|int|float|bool|text|varchar|bpchar|char|numeric|date|time|interval|uuid|json|xml|bytea|inet|cidr|money|point|box|citext|hstore|ltree|vector|halfvec|geo|undefined)/;

export const typeIdentity = ({ id }: UserType): Value => identity(`type ${String(id)}`);

function typeRows(catalog: CatalogView, asked: Value | undefined): readonly Fields[] {
  const KINDS = { enum: 'e', domain: 'd', other: 'b' } as const;
  const own = [...catalog.types()].filter(({ name }) => agrees(name, asked)).map((type) => ({ oid: typeIdentity(type), typname: type.name, typnamespace: schemaIdentity(type.schema), typtype: KINDS[type.kind] }));
  const ofRelations = [...catalog.relations()].flatMap(({ kind, id, schema, name }) =>
    kind === 'index' || kind === 'sequence' || !agrees(name, asked) ? [] : [{ oid: identity(`type of ${String(id)}`), typname: name, typnamespace: schemaIdentity(schema), typtype: 'c', typrelid: identity(String(id)) }],
  );
  return [...own, ...ofRelations];
}

const PERSISTENCE = { permanent: 'p', unlogged: 'u', temporary: 't' } as const;

function classFields(relation: Relation, catalog: CatalogView): Fields {
  const common = { oid: relationIdentity(relation), relname: relation.name, relnamespace: schemaIdentity(relation.schema), relkind: relationKind(relation, catalog) };
  if (relation.kind !== 'table') return common;
  const { persistence, partitionOf, rowSecurity } = relation;
  return { ...common, relpersistence: PERSISTENCE[persistence], relispartition: partitionOf !== undefined, relrowsecurity: rowSecurity.enabled, relforcerowsecurity: rowSecurity.forced };
}

function relationKind(relation: Relation, catalog: CatalogView): string {
  switch (relation.kind) {
    case 'table':
      return relation.partitionBy !== undefined ? 'p' : relation.foreign ? 'f' : 'r';
    case 'index': {
      const owner = catalog.byId(relation.table);
      return owner?.kind === 'table' && owner.partitionBy !== undefined ? 'I' : 'i';
    }
    default:
      return ({ view: 'v', materializedView: 'm', sequence: 'S', compositeType: 'c' } as const)[relation.kind];
  }
}

const attributeFields = ({ name, notNull, default: value, identity: numbered, generated }: Column): Fields => ({
  attname: name,
  attnotnull: notNull,
  attisdropped: false,
  atthasdef: value !== undefined || generated !== undefined,
  attidentity: numbered === undefined ? '' : numbered === 'always' ? 'a' : 'd',
  attgenerated: generated === undefined ? '' : generated.stored ? 's' : 'v',
});

const TYPES: Readonly<Record<string, string>> = { primaryKey: 'p', unique: 'u', foreignKey: 'f', check: 'c', exclusion: 'x' };
const ACTIONS = { noAction: 'a', restrict: 'r', cascade: 'c', setNull: 'n', setDefault: 'd' } as const;

/** What keeps NULL out is among them since 18 only, and nobody asks for it there. */
function constraintFields(table: Table, constraint: Constraint): readonly Fields[] {
  const { name, definition, valid, references } = constraint;
  const type = TYPES[definition.type];
  if (type === undefined) return [];
  const numbers = keyColumns(constraint).map((column) => table.columns.findIndex((each) => each.name === column) + 1);
  return [
    {
      oid: identity(`constraint ${String(table.id)} ${name}`),
      conname: name,
      connamespace: schemaIdentity(table.schema),
      contype: type,
      conrelid: relationIdentity(table),
      confrelid: identity(references === undefined ? '0' : String(references)),
      convalidated: valid,
      condeferrable: definition.deferrable === true,
      conkey: numbers.length === 0 ? UNKNOWN : { kind: 'list', items: numbers },
      ...(definition.type === 'foreignKey' ? { confdeltype: ACTIONS[definition.onDelete], confupdtype: ACTIONS[definition.onUpdate] } : {}),
    },
  ];
}
