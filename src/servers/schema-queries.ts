/** A query that gives one row per object: its name as `object`, the rest facets. */
export interface SchemaQuery {
  /** First major version that has what it asks for. */
  readonly since?: number;
  readonly sql: string;
}

/** Schemas that are the project's. */
const OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/** What an extension brought along is its business. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

/** Privileges, one per line, defaults written out: NULL and what GRANT with REVOKE leaves behind are the same. */
const privileges = (acl: string, kind: string, owner: string): string =>
  `(SELECT string_agg(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END || ' ' || a.privilege_type || CASE WHEN a.is_grantable THEN ' grantable' ELSE '' END, ', ' ORDER BY a.grantee::regrole::text, a.privilege_type)
    FROM aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) a)`;

const comment = (catalog: string, oid: string): string => `obj_description(${oid}, '${catalog}')`;

const name = (schema: string, ...parts: readonly string[]): string => [`quote_ident(${schema})`, ...parts.map((part) => `quote_ident(${part})`)].join(" || '.' || ");

const RELATION = `CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'type' ELSE 'table' END`;
const OF = `${RELATION} || ' ' || ${name('n.nspname', 'c.relname')}`;

export const SCHEMA_QUERIES: readonly SchemaQuery[] = [
  {
    sql: `SELECT 'schema ' || quote_ident(n.nspname) AS object, n.nspowner::regrole::text AS owner, ${comment('pg_namespace', 'n.oid')} AS comment, ${privileges('n.nspacl', 'n', 'n.nspowner')} AS privileges
      FROM pg_namespace n WHERE ${OURS} AND ${notOfExtension('pg_namespace', 'n.oid')}`,
  },
  {
    sql: `SELECT ${OF} AS object,
        c.relowner::regrole::text AS owner, CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
        CASE WHEN c.relrowsecurity THEN 'enabled' END || CASE WHEN c.relforcerowsecurity THEN ', forced' ELSE '' END AS row_security,
        CASE c.relreplident WHEN 'd' THEN NULL WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' ELSE 'index' END AS replica_identity,
        (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(c.reloptions) o) AS options,
        (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace) AS tablespace,
        (SELECT m.amname FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap') AS access_method,
        pg_get_expr(c.relpartbound, c.oid) AS partition_bound, CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
        (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid) AS parents,
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS definition, CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'without data' END AS contents,
        CASE WHEN c.relkind IN ('r', 'p', 'f', 'c') THEN (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) END AS column_order,
        ${comment('pg_class', 'c.oid')} AS comment, CASE WHEN c.relkind <> 'c' THEN ${privileges('c.relacl', 'r', 'c.relowner')} END AS privileges
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND ${OURS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT 'column ' || ${name('n.nspname', 'c.relname', 'a.attname')} AS object, ${OF} AS of,
        format_type(a.atttypid, a.atttypmod) AS type, CASE WHEN a.attnotnull THEN 'yes' END AS not_null,
        CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS default,
        CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) || CASE a.attgenerated WHEN 's' THEN ' stored' ELSE ' virtual' END END AS generated,
        CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
        CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
        CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
        nullif(coalesce(a.attstattarget::int, -1), -1)::text AS statistics_target, (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) o) AS options,
        col_description(c.oid, a.attnum) AS comment,
        (SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END || ' ' || x.privilege_type, ', ' ORDER BY x.grantee::regrole::text, x.privilege_type) FROM aclexplode(a.attacl) x) AS privileges
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND a.attnum > 0 AND NOT a.attisdropped AND ${OURS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    // NOT NULL is told by the column, and the triggers of foreign keys by their constraint.
    sql: `SELECT 'constraint ' || ${name('n.nspname', 'c.relname', 'k.conname')} AS object, ${OF} AS of,
        pg_get_constraintdef(k.oid) AS definition, CASE WHEN NOT k.convalidated THEN 'not valid' END AS validity, ${comment('pg_constraint', 'k.oid')} AS comment
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype NOT IN ('n', 't') AND ${OURS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT 'index ' || ${name('n.nspname', 'x.relname')} AS object, ${OF} AS of,
        pg_get_indexdef(i.indexrelid) AS definition, CASE WHEN NOT i.indisvalid THEN 'invalid' END AS validity, CASE WHEN i.indisclustered THEN 'yes' END AS clustered, CASE WHEN i.indisreplident THEN 'yes' END AS replica_identity,
        (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = x.reltablespace) AS tablespace, ${comment('pg_class', 'x.oid')} AS comment
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = x.relnamespace
      WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) AND ${OURS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT 'sequence ' || ${name('n.nspname', 'c.relname')} AS object,
        (SELECT ${name('m.nspname', 't.relname', 'a.attname')} FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace m ON m.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0) AS owned_by,
        c.relowner::regrole::text AS owner, format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment, s.seqmin::text AS minimum, s.seqmax::text AS maximum,
        s.seqcache::text AS cache, CASE WHEN s.seqcycle THEN 'yes' END AS cycle, ${comment('pg_class', 'c.oid')} AS comment, ${privileges('c.relacl', 's', 'c.relowner')} AS privileges
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS} AND ${notOfExtension('pg_class', 'c.oid')}`,
  },
  {
    sql: `SELECT 'trigger ' || ${name('n.nspname', 'c.relname', 't.tgname')} AS object, ${OF} AS of,
        pg_get_triggerdef(t.oid) AS definition, CASE t.tgenabled WHEN 'O' THEN NULL WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END AS firing, ${comment('pg_trigger', 't.oid')} AS comment
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND ${OURS}`,
  },
  {
    sql: `SELECT 'rule ' || ${name('n.nspname', 'c.relname', 'r.rulename')} AS object, ${OF} AS of, pg_get_ruledef(r.oid) AS definition, CASE r.ev_enabled WHEN 'O' THEN NULL ELSE r.ev_enabled::text END AS firing, ${comment('pg_rewrite', 'r.oid')} AS comment
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN' AND ${OURS}`,
  },
  {
    sql: `SELECT 'policy ' || ${name('n.nspname', 'c.relname', 'p.polname')} AS object, ${OF} AS of,
        CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END AS command, CASE WHEN NOT p.polpermissive THEN 'yes' END AS restrictive,
        (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ' ORDER BY r::regrole::text) FROM unnest(p.polroles) r) AS roles,
        pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check, ${comment('pg_policy', 'p.oid')} AS comment
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS}`,
  },
  {
    sql: `SELECT 'function ' || ${name('n.nspname', 'p.proname')} || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS object,
        CASE WHEN p.prokind = 'a' THEN 'aggregate ' || pg_get_function_result(p.oid) || ' ' || (SELECT g.aggtransfn::text || ' ' || g.aggfinalfn::text FROM pg_aggregate g WHERE g.aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END AS definition,
        p.proowner::regrole::text AS owner, ${comment('pg_proc', 'p.oid')} AS comment, ${privileges('p.proacl', 'f', 'p.proowner')} AS privileges
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS} AND ${notOfExtension('pg_proc', 'p.oid')}
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`,
  },
  {
    sql: `SELECT 'type ' || ${name('n.nspname', 't.typname')} AS object, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' END AS kind,
        (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS values,
        CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END AS type, CASE WHEN t.typnotnull THEN 'yes' END AS not_null, t.typdefault AS default,
        (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' (not valid)' END, '; ' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks,
        (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid) AS subtype,
        t.typowner::regrole::text AS owner, ${comment('pg_type', 't.oid')} AS comment, ${privileges('t.typacl', 'T', 't.typowner')} AS privileges
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r') AND ${OURS} AND ${notOfExtension('pg_type', 't.oid')}`,
  },
  { sql: `SELECT 'extension ' || quote_ident(x.extname) AS object, x.extversion AS version, quote_ident(n.nspname) AS schema FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace` },
  { sql: `SELECT 'statistics ' || ${name('n.nspname', 's.stxname')} AS object, pg_get_statisticsobjdef(s.oid) AS definition, ${comment('pg_statistic_ext', 's.oid')} AS comment FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${OURS}` },
  {
    sql: `SELECT 'publication ' || quote_ident(p.pubname) AS object, CASE WHEN p.puballtables THEN 'all' ELSE (SELECT string_agg(r.prrelid::regclass::text, ', ' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid) END AS tables,
        concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publishes FROM pg_publication p`,
  },
  { sql: `SELECT 'event trigger ' || quote_ident(e.evtname) AS object, e.evtevent AS event, e.evtfoid::regprocedure::text AS function, e.evtenabled::text AS firing, array_to_string(e.evttags, ', ') AS tags FROM pg_event_trigger e` },
  { sql: `SELECT 'cast ' || format_type(k.castsource, NULL) || ' as ' || format_type(k.casttarget, NULL) AS object, k.castcontext::text AS context, k.castmethod::text AS method, nullif(k.castfunc, 0)::regprocedure::text AS function FROM pg_cast k WHERE k.oid >= 16384 AND ${notOfExtension('pg_cast', 'k.oid')}` },
  { sql: `SELECT 'operator ' || o.oid::regoperator::text AS object, o.oprcode::regprocedure::text AS function FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${OURS} AND ${notOfExtension('pg_operator', 'o.oid')}` },
  { sql: `SELECT 'collation ' || ${name('n.nspname', 'c.collname')} AS object, c.collprovider::text AS provider, c.collcollate AS collate, CASE WHEN NOT c.collisdeterministic THEN 'no' END AS deterministic FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE ${OURS}` },
  {
    sql: `SELECT 'default privileges of ' || d.defaclrole::regrole::text || coalesce(' in ' || quote_ident(n.nspname), '') || ' on ' || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE 'schemas' END AS object,
        (SELECT string_agg(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END || ' ' || a.privilege_type, ', ' ORDER BY a.grantee::regrole::text, a.privilege_type) FROM aclexplode(d.defaclacl) a) AS privileges
      FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace`,
  },
  { sql: `SELECT 'foreign server ' || quote_ident(s.srvname) AS object, array_to_string(s.srvoptions, ', ') AS options FROM pg_foreign_server s` },
];
