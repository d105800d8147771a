import type { Statement } from '../../../ir/migration.ts';
import type { Operation, OperationOf } from '../../../ir/operation.ts';
import type { Along, PatternInput } from '../../../remedy/step.ts';

/**
 * What a script does around a change of type because the type changes: the default that is taken off and given anew, and the names that
 * the old and the new type exchange. Until the columns change places, writers go on with the default and the names that they know.
 */
export function aroundType({ before, script, statement }: PatternInput, op: OperationOf<'changeColumnType'>): Along | undefined {
  const column = before.column(before.table(op.table), op.column);
  const key = (name: Parameters<typeof before.resolve>[0]): string => Object.values(before.resolve(name)).join('\0');
  const place = script.statements.indexOf(statement);
  const behind = script.statements.slice(place + 1);
  const isOwn = (one: Operation, kinds: readonly Operation['kind'][]): boolean => kinds.includes(one.kind) && one.within === undefined && 'column' in one && one.column === op.column && 'table' in one && typeof one.table === 'object' && key(one.table) === key(op.table);
  const dropped = script.statements.slice(0, place).filter(({ operations: [first, ...more] }) => first !== undefined && more.length === 0 && isOwn(first, ['dropDefault']));
  const given = behind.filter(({ operations: [first, ...more] }) => first !== undefined && more.length === 0 && isOwn(first, ['setDefault']));
  // Types that several columns have change their names once all have changed places.
  const isOne = script.statements.flatMap(({ operations }) => operations).filter(({ kind }) => kind === 'changeColumnType').length === 1;
  if (!isOne && given.some(({ operations }) => operations.some((one) => one.kind === 'setDefault' && one.default.casts.length + one.default.calls.length > 0))) return undefined;
  const types = new Set([op.type.name, ...(column === undefined ? [] : [column.type.name])]);
  const renamed: Statement[] = [];
  for (const one of behind) {
    const [first, ...more] = one.operations;
    if (!isOne || first?.kind !== 'renameObject' || more.length > 0 || first.within !== undefined || first.objectType !== 'type' || !types.has(first.object.name)) continue;
    types.add(first.newName);
    renamed.push(one);
  }
  if (dropped.length + given.length + renamed.length === 0) return undefined;
  const after = behind.filter((one) => given.includes(one) || renamed.includes(one));
  return { at: 0, before: dropped, after };
}
