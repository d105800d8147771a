import { quoteLiteral } from '../quote.ts';
import { dollarQuote } from './dollar-quotes.ts';

type Relation = 'TABLE' | 'VIEW' | 'MATERIALIZED VIEW';

/** Statements of which the server's own catalogs say the end: each row of the query is one. */
export interface Computed {
  /** How each begins: what it is about has to be told without the server. */
  readonly head: string;
  readonly rows: string;
}

/** Runs what the catalogs of the server say is missing: nobody has to ask for it, and to copy the answer. */
export function runComputed(word: string, computed: readonly Computed[]): string {
  const loops = computed.flatMap(({ head, rows }) => [`  FOR missing IN`, ...rows.split('\n').map((line) => `    ${line}`), '  LOOP', `    EXECUTE ${quoteLiteral(`${head} `)} || missing;`, '  END LOOP;']);
  const body = ['DECLARE', '  missing text;', 'BEGIN', ...loops, 'END'].join('\n');
  const tag = dollarQuote(word, body);
  return `DO ${tag}\n${body}\n${tag}`;
}

/** Gives a relation the owner and the rights of another one, and nothing that default privileges have given it. */
export const sameRights = (kind: Relation, from: string, to: string): string =>
  runComputed('rights', [
    { head: `REVOKE ALL ON ${to} FROM`, rows: `SELECT DISTINCT ${GRANTEE} FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.oid = ${oid(to)} AND a.grantee <> c.relowner` },
    {
      head: 'GRANT',
      rows: [
        `SELECT format('%s ON %s TO %s%s', a.privilege_type, ${quoteLiteral(to)}, ${GRANTEE}, ${OPTION}) FROM pg_class AS c, aclexplode(c.relacl) AS a WHERE c.oid = ${oid(from)} AND a.grantee <> c.relowner`,
        'UNION ALL',
        `SELECT format('%s (%I) ON %s TO %s%s', a.privilege_type, t.attname, ${quoteLiteral(to)}, ${GRANTEE}, ${OPTION}) FROM pg_attribute AS t, aclexplode(t.attacl) AS a WHERE t.attrelid = ${oid(from)}`,
      ].join('\n'),
    },
    { head: `ALTER ${kind} ${to} OWNER TO`, rows: `SELECT o.relowner::regrole FROM pg_class AS o, pg_class AS n WHERE o.oid = ${oid(from)} AND n.oid = ${oid(to)} AND o.relowner <> n.relowner` },
  ]);

const oid = (relation: string): string => `${quoteLiteral(relation)}::regclass`;

/** Of a row of `aclexplode`, known as a. */
const GRANTEE = `CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END`;
const OPTION = `CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
