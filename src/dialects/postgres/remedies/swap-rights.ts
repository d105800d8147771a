import type { Question } from '../../../remedy/step.ts';
import { quoteLiteral } from '../quote.ts';
import { runComputed } from './same-rights.ts';

/** What the history cannot know comes back from the server, as the statement that is missing. */
export function rightsQuestions(name: string, fresh: string, live: string, next: string): readonly Question[] {
  const on = quoteLiteral(next);
  const rights = (table: string): string =>
    `(SELECT format('GRANT %s ON %s TO %s%s', a.privilege_type, ${on}, ${GRANTEE}, ${OPTION}) FROM pg_class c, aclexplode(c.relacl) AS a WHERE c.oid = ${oid(table)} AND a.grantee <> c.relowner` +
    ` UNION SELECT format('GRANT %s (%I) ON %s TO %s%s', a.privilege_type, t.attname, ${on}, ${GRANTEE}, ${OPTION}) FROM pg_attribute t, aclexplode(t.attacl) AS a WHERE t.attrelid = ${oid(table)})`;
  return [
    { title: `Every right on ${name} is one on ${fresh} (each row is the statement that is missing)`, sql: `${rights(live)} EXCEPT ${rights(next)}` },
    { title: `Nobody has a right on ${fresh} that is none on ${name} (each row is one too many)`, sql: `${rights(next)} EXCEPT ${rights(live)}` },
    { title: `Both tables have the same owner`, sql: `SELECT format('ALTER TABLE %s OWNER TO %I', ${on}, pg_get_userbyid(o.relowner)) FROM pg_class o, pg_class n WHERE o.oid = ${oid(live)} AND n.oid = ${oid(next)} AND o.relowner <> n.relowner` },
  ];
}

/** Asked after the switch, when the old table has another name. */
export const publicationsQuestion = (name: string, live: string, kept: string): Question => ({
  title: `No publication still has the old table instead of ${name} (each row is the statement that is missing; one that has only some rows or columns must say them again)`,
  sql: `SELECT format('ALTER PUBLICATION %I DROP TABLE %s; ALTER PUBLICATION %I ADD TABLE %s', p.pubname, ${quoteLiteral(kept)}, p.pubname, ${quoteLiteral(live)}) FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = ${oid(kept)}`,
});

/** Asked before anything is written to the new table. */
export const newTablesQuestion = (fresh: string): Question => ({
  title: `No publication takes every new table along (each row is one whose subscribers need ${fresh} before anything is written to it)`,
  sql: 'SELECT pubname FROM pg_publication WHERE puballtables',
});

/** What a column has that LIKE does not copy. */
export const columnFacts = (live: string, next: string): string =>
  runComputed('columns', [
    {
      head: `ALTER TABLE ${next} ALTER`,
      rows: [
        `SELECT format('%I SET STATISTICS %s', attname, attstattarget) FROM pg_attribute WHERE attrelid = ${oid(live)} AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0`,
        'UNION ALL',
        `SELECT format('%I SET (%s)', attname, array_to_string(attoptions, ', ')) FROM pg_attribute WHERE attrelid = ${oid(live)} AND attnum > 0 AND NOT attisdropped AND attoptions IS NOT NULL`,
      ].join('\n'),
    },
  ]);

/** What the sequence of an identity is, kept until the end of the transaction: it goes with the identity. */
export function keepSequence(table: string, column: string): string {
  const sequence = serialSequence(table, column);
  const kept = (name: string, value: string): string => `set_config('switch.${name}', ${value}, true)`;
  return [
    'SELECT',
    [
      kept('options', `format('INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END)`),
      kept('rights', `coalesce((SELECT string_agg(format('%s ON SEQUENCE ? TO %s%s', a.privilege_type, ${GRANTEE}, ${OPTION}), chr(10)) FROM aclexplode(c.relacl) AS a WHERE a.grantee <> c.relowner), '')`),
      kept('comment', `quote_nullable(obj_description(c.oid, 'pg_class'))`),
    ].map((line) => `  ${line}`).join(',\n'),
    `FROM pg_class AS c JOIN pg_sequence AS s ON s.seqrelid = c.oid WHERE c.oid = ${sequence}::regclass`,
  ].join('\n');
}

/** Makes the sequence of the new identity what the old one was. */
export function sameSequence(table: string, column: string): string {
  const sequence = serialSequence(table, column);
  return runComputed('sequence', [
    { head: 'ALTER SEQUENCE', rows: `SELECT ${sequence} || ' ' || current_setting('switch.options')` },
    { head: 'GRANT', rows: `SELECT overlay(line PLACING ${sequence} FROM position('?' IN line) FOR 1) FROM unnest(string_to_array(current_setting('switch.rights'), chr(10))) AS line` },
    { head: 'COMMENT ON SEQUENCE', rows: `SELECT ${sequence} || ' IS ' || current_setting('switch.comment')` },
  ]);
}

const serialSequence = (table: string, column: string): string => `pg_get_serial_sequence(${quoteLiteral(table)}, ${quoteLiteral(column)})`;

/** What tells rows apart for replicas may be an index, which LIKE does not say of a new table. */
export function replicaIdentityQuestion(name: string, fresh: string, live: string, next: string, indexes: readonly (readonly [string, string])[]): readonly Question[] {
  if (indexes.length === 0) return [];
  const pairs = indexes.map(([own, copy]) => `(${quoteLiteral(own)}, ${quoteLiteral(copy)})`).join(', ');
  return [
    {
      title: `Replicas would tell the rows of ${fresh} apart by an index where they do so with ${name} (each row is the statement that is missing)`,
      sql: `SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', ${quoteLiteral(next)}, pair.copy) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN (VALUES ${pairs}) AS pair (own, copy) ON pair.own = x.relname JOIN pg_class n ON n.oid = ${oid(next)} WHERE i.indrelid = ${oid(live)} AND i.indisreplident AND n.relreplident <> 'i'`,
    },
  ];
}

/** Asked after the switch: the copies of extended statistics have names of the server's choice. */
export const statisticsQuestion = (name: string, live: string, kept: string): Question => ({
  title: `The extended statistics of ${name} go by the names that they had (each row is what is missing, for statistics over the same columns)`,
  sql: `SELECT format('ALTER STATISTICS %s.%I RENAME TO %I; ALTER STATISTICS %s.%I RENAME TO %I', o.stxnamespace::regnamespace, o.stxname, left(o.stxname, 59) || '_old', n.stxnamespace::regnamespace, n.stxname, o.stxname) || coalesce(format('; COMMENT ON STATISTICS %s.%I IS %L', n.stxnamespace::regnamespace, o.stxname, obj_description(o.oid, 'pg_statistic_ext')), '') FROM pg_statistic_ext o JOIN pg_statistic_ext n ON n.stxrelid = ${oid(live)} AND n.stxkind = o.stxkind AND (SELECT array_agg(attname ORDER BY attname) FROM pg_attribute WHERE attrelid = n.stxrelid AND attnum = ANY (n.stxkeys)) = (SELECT array_agg(attname ORDER BY attname) FROM pg_attribute WHERE attrelid = o.stxrelid AND attnum = ANY (o.stxkeys)) WHERE o.stxrelid = ${oid(kept)} AND n.stxname <> o.stxname AND o.stxname NOT LIKE '%\\_old'`,
});

const oid = (table: string): string => `${quoteLiteral(table)}::regclass`;

/** Of a row of `aclexplode`, known as a. */
const GRANTEE = `CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END`;
const OPTION = `CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
