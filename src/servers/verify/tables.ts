import type { Row, Server } from '../server.ts';

/** A table that rows can be put into, as the server's catalogs describe it. */
export interface FillTable {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** Quoted and qualified, for SQL; also the name for people where no quotes are needed. */
  readonly sql: string;
  readonly columns: readonly FillColumn[];
  /** Column lists that must be unique; expressions and partial indexes left out. */
  readonly uniques: readonly (readonly string[])[];
  readonly primaryKey: readonly string[] | undefined;
  readonly foreignKeys: readonly FillForeignKey[];
  readonly checks: readonly FillCheck[];
  readonly partitioned: boolean;
  /** Partitioned, and no partition is there to take a row. */
  readonly unfillable: boolean;
}

export interface FillColumn {
  readonly name: string;
  /** Identity that survives renames. */
  readonly number: number;
  /** As `format_type` says it, qualified where needed: to be used in a cast. */
  readonly type: string;
  /** The type without its modifiers and, for a domain, that below it. */
  readonly base: string;
  readonly kind: 'base' | 'enum' | 'domain' | 'composite' | 'range' | 'array';
  /** Labels of an enum; for an array those of its elements. */
  readonly labels: readonly string[];
  /** For arrays: the type of the elements. */
  readonly element: string | undefined;
  /** Of varchar(n), char(n), bit(n), vector(n). */
  readonly length: number | undefined;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** The default is nextval() of a sequence, or the column is an identity. */
  readonly numbered: boolean;
  /** The server computes it: nothing can be put in. */
  readonly generated: boolean;
  /** Identity ALWAYS: a value needs OVERRIDING SYSTEM VALUE. */
  readonly always: boolean;
}

export interface FillForeignKey {
  readonly columns: readonly string[];
  /** OID of the referenced table. */
  readonly target: string;
  readonly targetSql: string;
  readonly targetColumns: readonly string[];
}

export interface FillCheck {
  readonly expression: string;
  readonly columns: readonly string[];
}

/** Every ordinary and partitioned table of the project; partitions are filled through their parent. */
export async function readTables(server: Server): Promise<readonly FillTable[]> {
  const tables = await server.query(TABLES);
  const [columns, constraints, indexes] = [grouped(await server.query(COLUMNS)), grouped(await server.query(CONSTRAINTS)), grouped(await server.query(UNIQUE_INDEXES))];
  return tables.map((row): FillTable => {
    const oid = text(row['oid']);
    const own = constraints.get(oid) ?? [];
    const uniques = [...own.filter(({ type }) => type === 'p' || type === 'u'), ...(indexes.get(oid) ?? [])].map(({ columns: names }) => list(names));
    return {
      oid,
      schema: text(row['schema']),
      name: text(row['name']),
      sql: text(row['sql']),
      columns: (columns.get(oid) ?? []).map(column),
      uniques,
      primaryKey: own.filter(({ type }) => type === 'p').map(({ columns: names }) => list(names))[0],
      foreignKeys: own.filter(({ type }) => type === 'f').map((each) => ({ columns: list(each['columns']), target: text(each['target']), targetSql: text(each['target_sql']), targetColumns: list(each['target_columns']) })),
      checks: [...own.filter(({ type }) => type === 'c').map((each) => ({ expression: text(each['expression']), columns: list(each['columns']) })), ...bounds(row)],
      partitioned: row['partitioned'] === true,
      unfillable: row['partitioned'] === true && Number(row['leaves']) === 0,
    };
  });
}

/** A row has to fit into one of the partitions: one more condition, as soon as the columns that it is about are known. */
function bounds(row: Row): readonly FillCheck[] {
  const columns = list(row['key']);
  return typeof row['bounds'] === 'string' && columns.length > 0 ? [{ expression: row['bounds'], columns }] : [];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));
const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const oid = text(row['oid']);
    const known = groups.get(oid);
    if (known === undefined) groups.set(oid, [row]);
    else known.push(row);
  }
  return groups;
}

const KINDS: Readonly<Record<string, FillColumn['kind']>> = { b: 'base', e: 'enum', d: 'domain', c: 'composite', r: 'range', m: 'range' };

function column(row: Row): FillColumn {
  const element = row['element'] === null || row['element'] === undefined ? undefined : text(row['element']);
  const modifier = Number(row['modifier']);
  const base = text(row['base']);
  const identity = text(row['identity']);
  const fallback = row['default'] === null || row['default'] === undefined ? '' : text(row['default']);
  return {
    name: text(row['name']),
    number: Number(row['number']),
    type: text(row['type']),
    base,
    kind: element !== undefined && row['kind'] !== 'd' ? 'array' : (KINDS[text(row['kind'])] ?? 'base'),
    labels: list(row['labels']),
    element,
    length: modifier < 0 ? undefined : /^(?:character varying|character|bpchar)$/.test(base) ? modifier - 4 : base === 'numeric' ? undefined : modifier,
    notNull: row['not_null'] === true,
    hasDefault: fallback !== '' || identity !== '',
    numbered: identity !== '' || /^nextval\(/.test(fallback),
    generated: row['generated'] === true,
    always: identity === 'a',
  };
}

const OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')";
const NAMES = (relation: string, numbers: string): string =>
  `(SELECT array_agg(a.attname::text ORDER BY u.position) FROM unnest(${numbers}) WITH ORDINALITY u(number, position) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number)`;

const TABLES = `
  SELECT c.oid::text AS oid, n.nspname::text AS schema, c.relname::text AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS sql, c.relkind = 'p' AS partitioned, p.leaves::int AS leaves, p.bounds,
    (SELECT array_agg(DISTINCT a.attname::text) FROM pg_partition_tree(c.oid) t JOIN pg_partitioned_table k ON k.partrelid = t.relid CROSS JOIN unnest(k.partattrs::int2[]) number JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = number) AS key
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN LATERAL (SELECT count(*) AS leaves, string_agg('(' || coalesce(pg_get_partition_constraintdef(t.relid), 'true') || ')', ' OR ') AS bounds FROM pg_partition_tree(c.oid) t WHERE t.isleaf AND t.relid <> c.oid) p ON c.relkind = 'p'
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND ${OURS} ORDER BY n.nspname, c.relname`;

const COLUMNS = `
  WITH RECURSIVE below AS (
    SELECT oid AS type, oid AS base, -1 AS modifier FROM pg_type WHERE typtype <> 'd'
    UNION ALL SELECT d.oid, b.base, greatest(d.typtypmod, b.modifier) FROM pg_type d JOIN below b ON b.type = d.typbasetype WHERE d.typtype = 'd')
  SELECT c.oid::text AS oid, a.attname::text AS name, a.attnum::int AS number, format_type(a.atttypid, a.atttypmod) AS type, format_type(b.base, NULL) AS base, t.typtype::text AS kind,
    greatest(a.atttypmod, b.modifier) AS modifier, CASE WHEN s.typcategory = 'A' AND s.typelem <> 0 THEN format_type(s.typelem, NULL) END AS element,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid IN (b.base, s.typelem)) AS labels,
    a.attnotnull OR t.typnotnull AS not_null, a.attidentity::text AS identity, a.attgenerated <> '' AS generated, pg_get_expr(d.adbin, d.adrelid) AS default
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid JOIN below b ON b.type = a.atttypid JOIN pg_type s ON s.oid = b.base
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND ${OURS} ORDER BY a.attrelid, a.attnum`;

const CONSTRAINTS = `
  SELECT k.conrelid::text AS oid, k.contype::text AS type, ${NAMES('k.conrelid', 'k.conkey')} AS columns, pg_get_expr(k.conbin, k.conrelid) AS expression,
    k.confrelid::text AS target, quote_ident(m.nspname) || '.' || quote_ident(f.relname) AS target_sql, ${NAMES('k.confrelid', 'k.confkey')} AS target_columns
  FROM pg_constraint k LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace m ON m.oid = f.relnamespace
  WHERE k.conrelid <> 0 AND k.contype IN ('p', 'u', 'f', 'c') AND k.conparentid = 0 ORDER BY k.conrelid, k.conname`;

const UNIQUE_INDEXES = `
  SELECT i.indrelid::text AS oid, ${NAMES('i.indrelid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')} AS columns
  FROM pg_index i WHERE i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`;
