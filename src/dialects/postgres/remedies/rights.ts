import type { Privilege, Publication, Table } from '../../../catalog/schema.ts';
import { quote } from '../quote.ts';

/** Words that mean whoever runs the migration, or everybody. */
const SPECIAL: ReadonlySet<string> = new Set(['public', 'current_role', 'current_user', 'session_user']);

const role = (name: string): string => (SPECIAL.has(name) ? name.toUpperCase() : quote(name));

/** Owner, privileges and what replicas tell rows apart by, as far as the history gave them, for a table that is made again. */
export const rightsSql = (table: Table, target: string): readonly string[] => [
  ...grantsSql(table, target),
  ...(table.replicaIdentity === 'full' || table.replicaIdentity === 'nothing' ? [`ALTER TABLE ${target} REPLICA IDENTITY ${table.replicaIdentity.toUpperCase()}`] : []),
];

/** Owner and privileges; the target may be a view. */
export function grantsSql(table: Table, target: string): readonly string[] {
  const { owner, privileges = [] } = table;
  return [
    ...(owner === undefined || SPECIAL.has(owner) ? [] : [`ALTER TABLE ${target} OWNER TO ${role(owner)}`]),
    ...statements(privileges.filter(({ column, grantee }) => !grantee.startsWith(':') && (column === undefined || table.columns.some(({ name }) => name === column))), target),
  ];
}

/** The privileges on one column alone. */
export const columnRightsSql = ({ privileges = [] }: Table, column: string, target: string): readonly string[] => statements(privileges.filter((one) => one.column === column && !one.grantee.startsWith(':')), target);

/** One statement for what a role was given in the same way, in the order in which it came to it. */
function statements(privileges: readonly Privilege[], target: string): readonly string[] {
  const groups: { readonly key: string; readonly first: Privilege; readonly what: string[] }[] = [];
  for (const one of privileges) {
    const key = `${one.grantee} ${String(one.privilege === 'all')} ${String(one.revoked)} ${String(one.grantable)}`;
    const what = `${one.privilege.toUpperCase()}${one.column === undefined ? '' : ` (${quote(one.column)})`}`;
    const group = groups.find((other) => other.key === key);
    if (group === undefined) groups.push({ key, first: one, what: [what] });
    else group.what.push(what);
  }
  return groups.map(({ first, what }) =>
    first.revoked === true ? `REVOKE ${what.join(', ')} ON ${target} FROM ${role(first.grantee)}` : `GRANT ${what.join(', ')} ON ${target} TO ${role(first.grantee)}${first.grantable === true ? ' WITH GRANT OPTION' : ''}`,
  );
}

/**
 * A publication goes by the table, not by its name: replicas would be sent the old table, under a name that they do not have. Those that
 * have some of its rows or columns only are the server's to tell.
 */
export const publicationsSql = ({ publications = [] }: Table, from: string, to: string): readonly string[] =>
  whole(publications).flatMap((name) => [`ALTER PUBLICATION ${quote(name)} DROP TABLE ${from}`, `ALTER PUBLICATION ${quote(name)} ADD TABLE ${to}`]);

export const publishedSql = ({ publications = [] }: Table, target: string): readonly string[] => whole(publications).map((name) => `ALTER PUBLICATION ${quote(name)} ADD TABLE ${target}`);

const whole = (publications: readonly Publication[]): readonly string[] => publications.flatMap(({ name, partly }) => (partly === true ? [] : [name]));
