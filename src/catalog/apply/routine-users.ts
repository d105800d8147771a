import type { Call } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { ObjectId, Routine, Table } from '../schema.ts';
import { editRelation } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { dropRelations } from './cascade.ts';
import { without } from './context.ts';
import { dropColumnFrom } from './drop-column.ts';

/** Removes what DROP FUNCTION … CASCADE takes along; `others`: the routines of that name which stay. */
export function dropUsers(store: Store, { schema, name, parameters }: Routine, others: readonly Routine[]): void {
  const isNamed = (other: ObjectName): boolean => other.name === name && (other.schema ?? schema) === schema;
  const isIt = (call: Call): boolean => isNamed(call.name) && call.argumentCount <= parameters.length && !others.some((other) => call.argumentCount <= other.parameters.length);
  const calls = (expression: { readonly calls: readonly Call[] } | undefined): boolean => expression?.calls.some(isIt) ?? false;
  const doomed: ObjectId[] = [];
  for (const relation of [...store.relations.values()]) {
    if ((relation.kind === 'view' || relation.kind === 'materializedView') && calls(relation.query)) doomed.push(relation.id);
    if (relation.kind === 'index' && (relation.keys.some(({ expression }) => calls(expression)) || calls(relation.where))) doomed.push(relation.id);
    if (relation.kind !== 'table') continue;
    for (const { name: column, generated } of relation.columns) if (calls(generated?.expression)) dropColumnFrom(store, relation, column, { only: false, maybe: false, cascade: true });
    editRelation<Table>(store, relation, (now) => spared(now, calls));
  }
  dropRelations(store, doomed);
}

/** The table without defaults, policies and checks that call it; the same where it has none. */
function spared(table: Table, calls: (expression: { readonly calls: readonly Call[] } | undefined) => boolean): Table {
  const policies = table.policies.filter(({ using, check }) => !calls(using) && !calls(check));
  const constraints = table.constraints.filter(({ definition }) => definition.type !== 'check' || !calls(definition.expression));
  const hasDefault = table.columns.some((column) => calls(column.default));
  if (policies.length === table.policies.length && constraints.length === table.constraints.length && !hasDefault) return table;
  const columns = table.columns.map((column) => (calls(column.default) ? without(column, 'default') : column));
  return { ...table, policies, constraints, columns };
}
