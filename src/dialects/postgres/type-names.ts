import type { CatalogView } from '../../catalog/view.ts';
import type { DataType } from '../../ir/expressions.ts';

/** Types that come with an extension, where columns tend to be of them. */
export const EXTENSION_TYPES: Readonly<Record<string, readonly string[]>> = {
  citext: ['citext'],
  hstore: ['hstore'],
  ltree: ['ltree', 'lquery', 'ltxtquery'],
  cube: ['cube'],
  isn: ['isbn', 'isbn13', 'issn', 'ean13', 'upc'],
  postgis: ['geometry', 'geography', 'box2d', 'box3d'],
  vector: ['vector', 'halfvec', 'sparsevec'],
  pgvector: ['vector'],
};

/** As the server prints them. */
const BUILT_IN: ReadonlySet<string> = new Set(
  (
    'aclitem|bit|bit varying|boolean|box|bpchar|bytea|"char"|char|character|character varying|cid|cidr|circle|date|datemultirange|daterange|double precision|gtsvector|inet|int2vector|int4multirange|int4range|' +
    'int8multirange|int8range|integer|interval|json|jsonb|jsonpath|bigint|line|lseg|macaddr|macaddr8|money|name|numeric|nummultirange|numrange|oid|oidvector|path|pg_lsn|pg_snapshot|point|polygon|real|refcursor|' +
    'regclass|regcollation|regconfig|regdictionary|regnamespace|regoper|regoperator|regproc|regprocedure|regrole|regtype|smallint|text|tid|time with time zone|time without time zone|timestamp with time zone|' +
    'timestamp without time zone|tsmultirange|tsquery|tsrange|tstzmultirange|tstzrange|tsvector|txid_snapshot|uuid|xid|xid8|xml'
  ).split('|'),
);

/** Other names for some of them. */
const ALIASES: readonly string[] = ['bool', 'decimal', 'float', 'int', 'timestamp', 'timestamptz', 'varchar'];

/** Whether there is such a type; undefined where only the server can tell. */
export function isType({ name, schema }: DataType, before: CatalogView): boolean | undefined {
  if ((schema === undefined || schema === 'pg_catalog') && BUILT_IN.has(name)) return true;
  const known = { ...(schema === undefined ? {} : { schema }), name };
  if (before.type(known) !== undefined || before.relation(known) !== undefined) return true;
  const extensions = [...before.extensions()].map((extension) => extension.name);
  if (extensions.some((extension) => EXTENSION_TYPES[extension]?.includes(name) === true)) return true;
  // A column made by a query whose text does not tell is no proof of a type.
  if (name !== 'unknown' && [...before.relations()].some((relation) => relation.kind === 'table' && relation.columns.some(({ type }) => type.name === name))) return true;
  const bringsAnything = extensions.some((extension) => EXTENSION_TYPES[extension] === undefined && !WITHOUT_TYPES.has(extension));
  const elsewhere = schema !== undefined && !before.hasSchema(schema);
  return bringsAnything || elsewhere || before.opaqueCount > 0 || Object.values(EXTENSION_TYPES).flat().includes(name) ? undefined : false;
}

/** Extensions that are in every other history, and bring no type that a column could have. */
const WITHOUT_TYPES: ReadonlySet<string> = new Set(['plpgsql', 'pgcrypto', 'uuid-ossp', 'pg_trgm', 'btree_gin', 'btree_gist', 'unaccent', 'pg_stat_statements', 'tablefunc', 'fuzzystrmatch', 'dblink', 'postgres_fdw', 'file_fdw', 'intarray', 'pg_cron', 'pgaudit']);

/** Names that a type could have been meant by. */
export const typeNames = (before: CatalogView): readonly string[] => [...BUILT_IN, ...ALIASES, ...Array.from(before.types(), ({ name }) => name), ...Array.from(before.extensions(), ({ name }) => EXTENSION_TYPES[name] ?? []).flat()];
