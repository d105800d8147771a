import type { Policy, View } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Operation, OperationHandlers } from '../../../ir/operation.ts';
import { handle } from '../../../ir/operation.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { boundSql } from './bounds.ts';
import { columnComment, columnWithParts, constraintSql, defaultSql, isRequired, notNullIfPossible, tableSql } from './definitions.ts';
import { indexSql } from './index-sql.ts';
import { constraintNameOf, indexNameOf } from './names.ts';
import { isTold, typeSql } from './type-sql.ts';

/** What undoes an operation. */
export interface Reverse {
  readonly sql: readonly string[];
  /** What it cannot bring back, one sentence. */
  readonly loses?: string;
}

/** The statements that undo an operation, given the catalog before it; a string says why there are none. */
export const reverseOf = (operation: Operation, before: CatalogView): Reverse | string => handle(REVERSES, operation, before);

const nothing: Reverse = { sql: [] };
const sql = (...statements: readonly string[]): Reverse => ({ sql: statements });
const table = (name: ObjectName, what: string): string => `ALTER TABLE ${quoteName(name)} ${what}`;
const cannot = (what: string) => (): string => `${what} cannot be undone from what the history tells.`;
const data = (): Reverse => ({ sql: [], loses: 'Changes of rows are not taken back.' });
const named = (name: ObjectName, newName: string): ObjectName => ({ ...name, name: newName });

const REVERSES: OperationHandlers<CatalogView, Reverse | string> = {
  createTable: (op, before) => (op.ifNotExists && before.table(op.table) !== undefined ? nothing : { sql: [`DROP ${op.foreign === true ? 'FOREIGN ' : ''}TABLE ${op.ifNotExists ? 'IF EXISTS ' : ''}${quoteName(op.table)}`], loses: `The rows of ${op.table.name}.` }),
  dropTable(op, before) {
    const known = before.table(op.table);
    if (known === undefined) return op.ifExists ? nothing : `The history does not tell how ${op.table.name} was defined.`;
    const parts = tableSql(known, before);
    if (parts === undefined) return `The history does not tell all of ${op.table.name}.`;
    return { sql: parts.sql, loses: `The rows of ${op.table.name}${parts.missing.length === 0 ? '' : `, and ${parts.missing.join(', ')}`}.` };
  },
  renameTable: (op) => sql(`ALTER TABLE ${quoteName(named(op.table, op.newName))} RENAME TO ${quote(op.table.name)}`),
  alterTable(op, before) {
    const { change } = op;
    const known = before.table(op.table);
    switch (change.type) {
      case 'setLogged':
        return sql(table(op.table, 'SET UNLOGGED'));
      case 'setUnlogged':
        return sql(table(op.table, 'SET LOGGED'));
      case 'rowSecurity':
        return sql(table(op.table, `${{ enable: 'DISABLE', disable: 'ENABLE', force: 'NO FORCE', noForce: 'FORCE' }[change.setting]} ROW LEVEL SECURITY`));
      case 'inherit':
        return sql(table(op.table, `NO INHERIT ${quoteName(change.parent)}`));
      case 'noInherit':
        return sql(table(op.table, `INHERIT ${quoteName(change.parent)}`));
      case 'enableTrigger':
      case 'disableTrigger':
        return sql(table(op.table, `${change.type === 'enableTrigger' ? 'DISABLE' : 'ENABLE'} TRIGGER ${change.which === 'one' ? quote(change.name ?? '') : change.which.toUpperCase()}`));
      case 'replicaIdentity':
        return known === undefined || known.replicaIdentity === 'index' ? cannot('REPLICA IDENTITY')() : sql(table(op.table, `REPLICA IDENTITY ${known.replicaIdentity.toUpperCase()}`));
      case 'setOptions': {
        const old = Object.keys(change.options).filter((name) => known?.options[name] !== undefined);
        const fresh = Object.keys(change.options).filter((name) => known?.options[name] === undefined);
        return sql(...(old.length === 0 ? [] : [table(op.table, `SET (${old.map((name) => `${name} = ${known?.options[name] ?? ''}`).join(', ')})`)]), ...(fresh.length === 0 ? [] : [table(op.table, `RESET (${fresh.join(', ')})`)]));
      }
      default:
        return cannot(`This change of ${op.table.name}`)();
    }
  },
  attachPartition: (op) => sql(table(op.table, `DETACH PARTITION ${quoteName(op.partition)}`)),
  detachPartition(op, before) {
    const bound = before.table(op.partition)?.partitionOf?.bound;
    return bound === undefined ? `The history does not tell the bound of ${op.partition.name}.` : sql(table(op.table, `ATTACH PARTITION ${quoteName(op.partition)} ${boundSql(bound)}`));
  },
  truncate: (op) => ({ sql: [], loses: `The rows of ${op.table.name}.` }),

  addColumn: (op, before) => (op.ifNotExists && before.column(before.table(op.table), op.column.name) !== undefined ? nothing : { sql: [table(op.table, `DROP COLUMN ${quote(op.column.name)}`)], loses: `The values of ${op.column.name}.` }),
  dropColumn(op, before) {
    const known = before.table(op.table);
    const column = before.column(known, op.column);
    if (known === undefined || column === undefined) return op.ifExists ? nothing : `The history does not tell how ${op.column} of ${op.table.name} was defined.`;
    if (!isTold(column.type)) return `The history does not tell which type ${op.column} of ${op.table.name} had.`;
    const parts = columnWithParts(known, column, before, quoteName(op.table));
    return { sql: parts.sql, loses: `The values of ${op.column}${parts.missing.length === 0 ? '' : `, and ${parts.missing.join(', ')}`}.${isRequired(column) ? ' NOT NULL comes back only into a table without rows.' : ''}` };
  },
  renameColumn: (op) => sql(`ALTER ${op.objectType === 'materializedView' ? 'MATERIALIZED VIEW' : op.objectType === 'view' ? 'VIEW' : op.objectType === 'foreignTable' ? 'FOREIGN TABLE' : 'TABLE'} ${quoteName(op.table)} RENAME COLUMN ${quote(op.newName)} TO ${quote(op.column)}`),
  changeColumnType(op, before) {
    const column = before.column(before.table(op.table), op.column);
    if (column === undefined || !isTold(column.type)) return `The history does not tell which type ${op.column} of ${op.table.name} had.`;
    const type = typeSql(column.type, before);
    return {
      sql: [table(op.table, `ALTER COLUMN ${quote(op.column)} TYPE ${type}${column.collation === undefined ? '' : ` COLLATE ${quote(column.collation)}`} USING ${quote(op.column)}::${type}`)],
      loses: 'What the conversion has changed; it writes the table anew, and fails on values that the old type cannot hold.',
    };
  },
  setNotNull: (op, before) => (before.column(before.table(op.table), op.column)?.notNull === true ? nothing : sql(table(op.table, `ALTER COLUMN ${quote(op.column)} DROP NOT NULL`))),
  dropNotNull: (op, before) => (before.column(before.table(op.table), op.column)?.notNull === false ? nothing : { sql: [notNullIfPossible(quoteName(op.table), op.column)], loses: `NOT NULL stays away when there are NULLs by then; looking for them scans the table.` }),
  setDefault: (op, before) => defaultAgain(op.table, op.column, before),
  dropDefault: (op, before) => defaultAgain(op.table, op.column, before),
  alterColumn(op) {
    const column = quote(op.column);
    if (op.change.type === 'addIdentity') return sql(table(op.table, `ALTER COLUMN ${column} DROP IDENTITY`));
    return cannot(`This change of ${op.column}`)();
  },

  addConstraint: (op, before) => (op.constraint.type === 'notNull' && op.constraint.name === undefined ? sql(table(op.table, `ALTER COLUMN ${quote(op.constraint.column)} DROP NOT NULL`)) : sql(table(op.table, `DROP CONSTRAINT ${quote(constraintNameOf(before, op.table, op.constraint))}`))),
  validateConstraint: () => nothing,
  alterConstraint: cannot('ALTER CONSTRAINT'),
  dropConstraint(op, before) {
    const constraint = before.constraint(before.table(op.table), op.name);
    if (constraint === undefined) return op.ifExists ? nothing : `The history does not tell how ${op.name} of ${op.table.name} was defined.`;
    const text = constraintSql(constraint, before);
    return text === undefined ? cannot(`The constraint ${op.name}`)() : sql(table(op.table, `ADD ${text}`), ...(constraint.comment === undefined ? [] : [`COMMENT ON CONSTRAINT ${quote(op.name)} ON ${quoteName(op.table)} IS ${quoteLiteral(constraint.comment)}`]));
  },
  renameConstraint: (op) => sql(table(op.table, `RENAME CONSTRAINT ${quote(op.newName)} TO ${quote(op.name)}`)),

  createIndex: (op, before) => {
    const schema = op.table.schema;
    const name = { ...(schema === undefined ? {} : { schema }), name: indexNameOf(before, op) };
    return op.ifNotExists && before.index(name) !== undefined ? nothing : sql(`DROP INDEX ${op.concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS ${quoteName(name)}`);
  },
  dropIndex(op, before) {
    const index = before.index(op.index);
    if (index === undefined) return op.ifExists ? nothing : `The history does not tell how ${op.index.name} was defined.`;
    const text = indexSql(index, before);
    return text === undefined ? `The history does not tell how ${op.index.name} was defined.` : sql(op.concurrently ? text : text.replace('INDEX CONCURRENTLY', 'INDEX'), ...(index.comment === undefined ? [] : [`COMMENT ON INDEX ${quoteName(op.index)} IS ${quoteLiteral(index.comment)}`]));
  },
  alterIndex: (op) => (op.change.type === 'setStatistics' ? nothing : cannot(`This change of ${op.index.name}`)()),
  reindex: () => nothing,

  createEnum: (op) => sql(`DROP TYPE ${quoteName(op.type)}`),
  addEnumValue: (op) => ({ sql: [], loses: `${op.value} stays in ${op.type.name}: a value cannot be removed from an enum.` }),
  renameEnumValue: (op) => sql(`ALTER TYPE ${quoteName(op.type)} RENAME VALUE ${quoteLiteral(op.newValue)} TO ${quoteLiteral(op.value)}`),
  createDomain: (op) => sql(`DROP DOMAIN ${quoteName(op.domain)}`),
  alterDomain(op, before) {
    const domain = before.domainOf({ ...op.domain, modifiers: [], dimensions: 0 });
    const alter = `ALTER DOMAIN ${quoteName(op.domain)}`;
    const { change } = op;
    if (change.type === 'setNotNull') return sql(`${alter} DROP NOT NULL`);
    if (change.type === 'dropNotNull') return sql(`${alter} SET NOT NULL`);
    if (change.type === 'addConstraint' && change.constraint.name !== undefined) return sql(`${alter} DROP CONSTRAINT ${quote(change.constraint.name)}`);
    if (change.type === 'validateConstraint') return nothing;
    if (change.type === 'setDefault' || change.type === 'dropDefault') return domain === undefined ? cannot(`The default of ${op.domain.name}`)() : sql(domain.default === undefined ? `${alter} DROP DEFAULT` : `${alter} SET DEFAULT ${domain.default.text}`);
    const check = change.type === 'dropConstraint' ? domain?.checks.find(({ name }) => name === change.name) : undefined;
    return check === undefined ? cannot(`This change of ${op.domain.name}`)() : sql(`${alter} ADD CONSTRAINT ${quote(check.name)} CHECK (${check.expression.text})${check.valid ? '' : ' NOT VALID'}`);
  },
  createCompositeType: (op) => sql(`DROP TYPE ${quoteName(op.type)}`),
  alterCompositeType: (op) => (op.change.type === 'addAttribute' ? sql(`ALTER TYPE ${quoteName(op.type)} DROP ATTRIBUTE ${quote(op.change.name)}`) : op.change.type === 'renameAttribute' ? sql(`ALTER TYPE ${quoteName(op.type)} RENAME ATTRIBUTE ${quote(op.change.newName)} TO ${quote(op.change.name)}`) : cannot(`This change of ${op.type.name}`)()),
  createType: (op) => sql(`DROP TYPE ${quoteName(op.type)}`),
  dropType(op, before) {
    const type = before.type(op.type);
    if (type === undefined) return op.ifExists ? nothing : `The history does not tell how ${op.type.name} was defined.`;
    if (type.kind === 'enum' && type.complete) return sql(`CREATE TYPE ${quoteName(op.type)} AS ENUM (${type.values.map(({ value }) => quoteLiteral(value)).join(', ')})`);
    if (type.kind === 'domain' && type.complete) {
      const checks = type.checks.map((check) => ` CONSTRAINT ${quote(check.name)} CHECK (${check.expression.text})`).join('');
      return sql(`CREATE DOMAIN ${quoteName(op.type)} AS ${typeSql(type.type, before)}${type.default === undefined ? '' : ` DEFAULT ${type.default.text}`}${type.notNull ? ' NOT NULL' : ''}${checks}`);
    }
    return cannot(`The type ${op.type.name}`)();
  },

  createSequence: (op) => (op.temporary ? nothing : sql(`DROP SEQUENCE IF EXISTS ${quoteName(op.sequence)}`)),
  alterSequence: cannot('ALTER SEQUENCE'),
  dropSequence: cannot('DROP SEQUENCE'),

  createView(op, before) {
    const known = before.relation(op.view);
    if (!op.replace || known === undefined) return sql(`DROP VIEW ${quoteName(op.view)}`);
    return viewAgain(op.view, before);
  },
  dropView: (op, before) => (op.ifExists && before.relation(op.view) === undefined ? nothing : viewAgain(op.view, before)),
  alterView: cannot('ALTER VIEW'),
  createMaterializedView: (op) => sql(`DROP MATERIALIZED VIEW ${quoteName(op.view)}`),
  refreshMaterializedView: () => nothing,
  dropMaterializedView: (op, before) => viewAgain(op.view, before),

  createRoutine(op, before) {
    const same = before.routines(op.routine).some(({ parameters }) => parameters.length === op.parameters.length);
    if (op.replace && same) return cannot(`The earlier body of ${op.routine.name}`)();
    return sql(`DROP ${op.variety === 'procedure' ? 'PROCEDURE' : 'FUNCTION'} ${quoteName(op.routine)}(${op.parameters.map((type) => typeSql(type, before)).join(', ')})`);
  },
  alterRoutine: cannot('ALTER FUNCTION'),
  dropRoutine: cannot('DROP FUNCTION'),
  createTrigger: (op) => (op.replace ? cannot('The earlier trigger')() : sql(`DROP TRIGGER ${quote(op.trigger)} ON ${quoteName(op.table)}`)),
  dropTrigger: cannot('DROP TRIGGER'),
  createRule: (op) => (op.replace ? cannot('The earlier rule')() : sql(`DROP RULE ${quote(op.rule)} ON ${quoteName(op.table)}`)),
  dropRule: cannot('DROP RULE'),
  createPolicy: (op) => sql(`DROP POLICY ${quote(op.policy)} ON ${quoteName(op.table)}`),
  alterPolicy: cannot('ALTER POLICY'),
  dropPolicy(op, before) {
    const policy = before.table(op.table)?.policies.find(({ name }) => name === op.policy);
    if (policy === undefined) return op.ifExists ? nothing : cannot(`The policy ${op.policy}`)();
    return sql(policySql(policy, quoteName(op.table)));
  },

  renameObject: cannot('This rename'),
  setSchema: cannot('SET SCHEMA'),
  setOwner: cannot('A change of owner'),
  comment(op, before) {
    const known = before.table(op.object);
    if (op.objectType === 'table' && known !== undefined) return sql(`COMMENT ON TABLE ${quoteName(op.object)} IS ${known.comment === undefined ? 'NULL' : quoteLiteral(known.comment)}`);
    const column = op.objectType === 'column' && op.part !== undefined ? before.column(known, op.part) : undefined;
    if (column !== undefined) return column.comment === undefined ? sql(`COMMENT ON COLUMN ${quoteName(op.object)}.${quote(column.name)} IS NULL`) : sql(...columnComment(column, quoteName(op.object)));
    return { sql: [], loses: 'The earlier comment.' };
  },
  createSchema: (op, before) => (op.ifNotExists || before.hasSchema(op.schema) ? nothing : sql(`DROP SCHEMA ${quote(op.schema)}`)),
  dropSchema: (op) => `DROP SCHEMA takes all of ${op.schema} along, and the history does not tell all of it.`,
  createExtension: (op) => (op.ifNotExists ? nothing : sql(`DROP EXTENSION ${quote(op.extension)}`)),
  dropExtension: (op) => sql(`CREATE EXTENSION ${quote(op.extension)}`),
  createObject: (op) => `The history does not model ${op.objectType}.`,
  alterObject: (op) => `The history does not model ${op.objectType}.`,
  dropObject: (op) => `The history does not model ${op.objectType}.`,
  grant(op) {
    const objects = op.objects.map(quoteName).join(', ');
    if (op.objectType !== 'table' || op.objects.length === 0) return cannot('This GRANT or REVOKE')();
    const grantees = op.grantees.map((role) => (role === 'public' ? 'PUBLIC' : quote(role))).join(', ');
    const { ofColumns = [] } = op;
    const named = [...op.privileges.filter((one) => !ofColumns.some(({ privilege }) => privilege === one)), ...ofColumns.map(({ privilege, columns }) => `${privilege} (${columns.map(quote).join(', ')})`)];
    const privileges = named.length === 0 ? 'ALL' : named.join(', ');
    return sql(op.revoke ? `GRANT ${privileges} ON ${objects} TO ${grantees}${op.grantOption === true ? ' WITH GRANT OPTION' : ''}` : `REVOKE ${privileges} ON ${objects} FROM ${grantees}`);
  },
  roleChange: cannot('A change of roles'),

  insert: data,
  update: data,
  delete: data,
  merge: data,
  copy: data,
  select: () => nothing,
  call: cannot('A procedure'),

  setSetting: () => nothing,
  transaction: () => nothing,
  lockTable: () => nothing,
  maintenance: () => nothing,
  sessionCommand: () => nothing,
  clientCommand: () => nothing,
  opaque: () => 'A statement could not be read.',
};

function defaultAgain(name: ObjectName, column: string, before: CatalogView): Reverse | string {
  const known = before.column(before.table(name), column);
  if (known === undefined) return `The history does not tell which default ${column} of ${name.name} had.`;
  return sql(table(name, `ALTER COLUMN ${quote(column)} ${known.default === undefined ? 'DROP DEFAULT' : `SET DEFAULT ${defaultSql(known, before)}`}`));
}

function viewAgain(name: ObjectName, before: CatalogView): Reverse | string {
  const view = before.relation(name);
  if ((view?.kind !== 'view' && view?.kind !== 'materializedView') || view.query === undefined) return `The history does not tell how ${name.name} was defined.`;
  if (view.kind === 'materializedView') return sql(`CREATE MATERIALIZED VIEW ${quoteName(name)} AS ${view.query.text}`);
  return sql(viewSql(view, name) ?? '');
}

/** The view as the history tells it; undefined where it does not. */
export function viewSql({ columns: names, options: set, query, schema, name }: View, shown: ObjectName = { schema, name }): string | undefined {
  if (query === undefined) return undefined;
  const columns = names.every((column) => column !== undefined) ? ` (${names.map((column) => quote(column ?? '')).join(', ')})` : '';
  const options = Object.entries(set).map(([option, value]) => `${option} = ${value}`);
  return `CREATE OR REPLACE VIEW ${quoteName(shown)}${columns}${options.length === 0 ? '' : ` WITH (${options.join(', ')})`} AS ${query.text}`;
}

export function policySql({ name, permissive, command, roles: given, using, check }: Policy, table: string): string {
  const roles = given.length === 0 ? '' : ` TO ${given.map((role) => (/^(?:public|current_user|current_role|session_user)$/i.test(role) ? role : quote(role))).join(', ')}`;
  return `CREATE POLICY ${quote(name)} ON ${table} AS ${permissive ? 'PERMISSIVE' : 'RESTRICTIVE'} FOR ${command.toUpperCase()}${roles}${using === undefined ? '' : ` USING (${using.text})`}${check === undefined ? '' : ` WITH CHECK (${check.text})`}`;
}
