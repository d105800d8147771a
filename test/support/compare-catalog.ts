import type { Catalog } from '../../src/catalog/catalog.ts';
import type { Column, Constraint, Relation, Table, UserType } from '../../src/catalog/schema.ts';
import type { DataType } from '../../src/ir/expressions.ts';

/** Asks a real server; rows as objects. */
export type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>;

/**
 * One line per column, constraint, index, sequence, view, enum, domain, composite type, trigger, policy and routine that the
 * server has, its own and those of extensions left out.
 */
export async function serverFacts(ask: Ask): Promise<readonly string[]> {
  await ask('SET search_path = public');
  const rows = await ask(FACTS);
  return rows.map((row) => String(row['fact'])).toSorted();
}

/** The same lines, read from the catalog. */
export function catalogFacts(catalog: Catalog): readonly string[] {
  const facts: string[] = [];
  for (const relation of catalog.relations()) if (relation.schema !== 'pg_temp') facts.push(...relationFacts(catalog, relation));
  for (const type of catalog.types()) facts.push(...[typeFact(type)].filter((fact) => fact !== undefined));
  return facts.toSorted();
}

/** Lines that only one side has; `-` the server's, `+` the catalog's. */
export function factDifferences(server: readonly string[], catalog: readonly string[]): readonly string[] {
  const ours = new Set(catalog);
  const theirs = new Set(server);
  return [...server.filter((fact) => !ours.has(fact)).map((fact) => `- ${fact}`), ...catalog.filter((fact) => !theirs.has(fact)).map((fact) => `+ ${fact}`)];
}

function relationFacts(catalog: Catalog, relation: Relation): readonly string[] {
  const name = `${relation.schema}.${relation.name}`;
  switch (relation.kind) {
    case 'table':
      return [
        `table ${name}${relation.partitionBy === undefined ? '' : ' partitioned'}${relation.partitionOf === undefined ? '' : ' partition'}${relation.rowSecurity.enabled ? ' row security' : ''}${relation.persistence === 'unlogged' ? ' unlogged' : ''}`,
        ...relation.columns.map((column) => columnFact(name, column)),
        ...relation.constraints.filter(({ definition }) => definition.type !== 'notNull').map((constraint) => constraintFact(catalog, relation, constraint)),
        ...relation.triggers.map((trigger) => `trigger ${name}.${trigger.name} ${trigger.function.name}${trigger.enabled ? '' : ' disabled'}`),
        ...relation.policies.map((policy) => `policy ${name}.${policy.name} ${policy.command}${policy.permissive ? '' : ' restrictive'}`),
      ];
    case 'index': {
      const table = catalog.byId(relation.table);
      const keys = relation.keys.map((key) => key.column ?? '*').join(', ');
      const marks = [relation.unique ? ' unique' : '', relation.valid ? '' : ' invalid', relation.parent === undefined ? '' : ' attached', relation.where === undefined ? '' : ' partial'];
      return [`index ${name} on ${table?.schema ?? '?'}.${table?.name ?? '?'} ${relation.method} (${keys})${marks.join('')}`];
    }
    case 'sequence': {
      const owner = relation.ownedBy === undefined ? undefined : catalog.byId(relation.ownedBy.table);
      return [`sequence ${name}${owner === undefined ? '' : ` owned by ${owner.schema}.${owner.name}.${relation.ownedBy?.column ?? ''}`}`];
    }
    case 'view':
    case 'materializedView':
      return [`${relation.kind} ${name} (${relation.columns.map((column) => column ?? '?').join(', ')})`, ...(relation.kind === 'view' ? relation.triggers.map((trigger) => `trigger ${name}.${trigger.name} ${trigger.function.name}`) : [])];
    case 'compositeType':
      return [`composite ${name} (${relation.attributes.map((attribute) => `${attribute.name} ${typeText(attribute.type)}`).join(', ')})`];
  }
}

function columnFact(table: string, column: Column): string {
  const marks = [
    column.notNull ? ' not null' : '',
    column.default === undefined && column.generated === undefined ? '' : ' default',
    column.identity === undefined ? '' : ` identity ${column.identity}`,
    column.generated === undefined ? '' : ' generated',
  ];
  return `column ${table}.${column.name} ${typeText(column.type)}${marks.join('')}`;
}

function constraintFact(catalog: Catalog, table: Table, constraint: Constraint): string {
  const target = constraint.references === undefined ? undefined : catalog.byId(constraint.references);
  const { definition } = constraint;
  const columns = definition.type === 'check' || definition.type === 'notNull' || definition.type === 'exclusion' ? '' : ` (${definition.columns.join(', ')})`;
  const reference = definition.type === 'foreignKey' ? ` references ${target?.schema ?? '?'}.${target?.name ?? '?'} (${definition.referencedColumns.join(', ')}) ${definition.onDelete} ${definition.onUpdate}` : '';
  return `constraint ${table.schema}.${table.name}.${constraint.name} ${definition.type}${columns}${reference}${constraint.valid ? '' : ' not valid'}`;
}

/** A type in the spelling of format_type. */
function typeText(type: DataType): string {
  const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) || type.schema === undefined ? name : `"${name}"`);
  const name = type.schema === undefined || type.schema === 'public' ? quoted(type.name) : `${type.schema}.${quoted(type.name)}`;
  if (type.name === 'interval' && typeof type.modifiers[0] === 'string') return `interval ${type.modifiers[0]}`;
  const modifiers = type.modifiers.length === 0 ? '' : `(${(type.name === 'numeric' && type.modifiers.length === 1 ? [...type.modifiers, 0] : type.modifiers).join(',')})`;
  const time = /^(timestamp|time)( .*)$/.exec(name);
  const spelled = time === null ? name + modifiers : `${time[1] ?? ''}${modifiers}${time[2] ?? ''}`;
  return spelled + (type.dimensions > 0 ? '[]' : '');
}

function typeFact(type: UserType): string | undefined {
  if (type.kind === 'enum') return `enum ${type.schema}.${type.name} (${type.values.map(({ value }) => value).join(', ')})`;
  if (type.kind !== 'domain') return undefined;
  const checks = type.checks.map((check) => check.name).toSorted();
  return `domain ${type.schema}.${type.name} ${typeText(type.type)}${type.notNull ? ' not null' : ''} (${checks.join(', ')})`;
}

const VISIBLE = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
const notOfExtension = (oid: string, catalog: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = ${oid} AND e.classid = '${catalog}'::regclass AND e.deptype = 'e')`;

const FACTS = `
SELECT 'table ' || n.nspname || '.' || c.relname || CASE WHEN c.relkind = 'p' THEN ' partitioned' ELSE '' END || CASE WHEN c.relispartition THEN ' partition' ELSE '' END
    || CASE WHEN c.relrowsecurity THEN ' row security' ELSE '' END || CASE WHEN c.relpersistence = 'u' THEN ' unlogged' ELSE '' END AS fact
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND ${VISIBLE} AND ${notOfExtension('c.oid', 'pg_class')}
UNION ALL
SELECT 'column ' || n.nspname || '.' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || CASE WHEN EXISTS (SELECT 1 FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND pg_get_expr(d.adbin, d.adrelid) !~ '^NULL(::|$)') THEN ' default' ELSE '' END
    || CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity byDefault' ELSE '' END
    || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE '' END
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${VISIBLE} AND ${notOfExtension('c.oid', 'pg_class')}
UNION ALL
SELECT 'constraint ' || n.nspname || '.' || c.relname || '.' || k.conname || ' '
    || CASE k.contype WHEN 'p' THEN 'primaryKey' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreignKey' WHEN 'c' THEN 'check' ELSE 'exclusion' END
    || CASE WHEN k.contype IN ('p', 'u', 'f') THEN ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY o.position) FROM unnest(k.conkey) WITH ORDINALITY o(attnum, position)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.attnum) || ')' ELSE '' END
    || CASE WHEN k.contype = 'f' THEN ' references ' || rn.nspname || '.' || r.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY o.position)
         FROM unnest(k.confkey) WITH ORDINALITY o(attnum, position) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.attnum) || ') '
         || (ARRAY['noAction', 'restrict', 'cascade', 'setNull', 'setDefault'])[position(k.confdeltype::text in 'arcnd')] || ' '
         || (ARRAY['noAction', 'restrict', 'cascade', 'setNull', 'setDefault'])[position(k.confupdtype::text in 'arcnd')] ELSE '' END
    || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class r ON r.oid = k.confrelid LEFT JOIN pg_namespace rn ON rn.oid = r.relnamespace
  WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND ${VISIBLE} AND ${notOfExtension('c.oid', 'pg_class')}
    AND NOT EXISTS (SELECT 1 FROM pg_constraint own WHERE own.oid = k.conparentid AND own.conrelid = k.conrelid)
UNION ALL
SELECT 'index ' || n.nspname || '.' || c.relname || ' on ' || tn.nspname || '.' || t.relname || ' ' || m.amname || ' ('
    || (SELECT string_agg(coalesce(a.attname, '*'), ', ' ORDER BY o.position) FROM unnest(i.indkey::int2[]) WITH ORDINALITY o(attnum, position)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = o.attnum AND o.attnum <> 0 WHERE o.position <= i.indnkeyatts) || ')'
    || CASE WHEN i.indisunique THEN ' unique' ELSE '' END || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
    || CASE WHEN c.relispartition THEN ' attached' ELSE '' END || CASE WHEN i.indpred IS NULL THEN '' ELSE ' partial' END
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = c.relam
    JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
  WHERE ${VISIBLE} AND ${notOfExtension('t.oid', 'pg_class')}
UNION ALL
SELECT 'sequence ' || n.nspname || '.' || c.relname || coalesce((SELECT ' owned by ' || tn.nspname || '.' || t.relname || '.' || a.attname
      FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0), '')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND ${VISIBLE} AND ${notOfExtension('c.oid', 'pg_class')}
UNION ALL
SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'materializedView ' END || n.nspname || '.' || c.relname || ' ('
    || coalesce((SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${VISIBLE} AND ${notOfExtension('c.oid', 'pg_class')}
UNION ALL
SELECT 'composite ' || n.nspname || '.' || c.relname || ' ('
    || coalesce((SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '') || ')'
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'c' AND ${VISIBLE} AND ${notOfExtension('c.reltype', 'pg_type')}
UNION ALL
SELECT 'enum ' || n.nspname || '.' || t.typname || ' (' || (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) || ')'
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND ${VISIBLE} AND ${notOfExtension('t.oid', 'pg_type')}
UNION ALL
SELECT 'domain ' || n.nspname || '.' || t.typname || ' ' || format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END
    || ' (' || coalesce((SELECT string_agg(k.conname, ', ' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '') || ')'
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND ${VISIBLE} AND ${notOfExtension('t.oid', 'pg_type')}
UNION ALL
SELECT 'trigger ' || n.nspname || '.' || c.relname || '.' || g.tgname || ' ' || p.proname || CASE WHEN g.tgenabled = 'D' THEN ' disabled' ELSE '' END
  FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal AND ${VISIBLE}
UNION ALL
SELECT 'policy ' || n.nspname || '.' || c.relname || '.' || p.polname || ' ' || (ARRAY['select', 'insert', 'update', 'delete', 'all'])[position(p.polcmd::text in 'rawd*')]
    || CASE WHEN p.polpermissive THEN '' ELSE ' restrictive' END
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
`;
