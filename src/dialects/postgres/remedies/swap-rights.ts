import type { Question } from '../../../remedy/step.ts';
import { quoteLiteral } from '../quote.ts';

/** What the history cannot know comes back from the server, as the statement that is missing. */
export function rightsQuestions(name: string, fresh: string, live: string, next: string): readonly Question[] {
  const grantee = `CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END`;
  const option = `CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
  const on = quoteLiteral(next);
  const rights = (table: string): string =>
    `(SELECT format('GRANT %s ON %s TO %s%s', a.privilege_type, ${on}, ${grantee}, ${option}) FROM pg_class c, aclexplode(c.relacl) AS a WHERE c.oid = ${oid(table)} AND a.grantee <> c.relowner` +
    ` UNION SELECT format('GRANT %s (%I) ON %s TO %s%s', a.privilege_type, t.attname, ${on}, ${grantee}, ${option}) FROM pg_attribute t, aclexplode(t.attacl) AS a WHERE t.attrelid = ${oid(table)})`;
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

const oid = (table: string): string => `${quoteLiteral(table)}::regclass`;
