import type { Node, SelectStmt } from 'libpg-query';
import type { Result } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as, strings } from './ast.ts';
import { relationName } from './names.ts';
import { isStar } from './reading.ts';
import { dataType } from './types.ts';

/** What FROM offers: relations by the names that they go by. `open`: something else may give columns as well. */
interface Source {
  readonly relations: Map<string, ObjectName>;
  open: boolean;
}

/** What each result column of a plain SELECT is; none where a star or a set operation is in the way. */
export function resultsOf(statement: SelectStmt): readonly (Result | undefined)[] {
  const targets = all(statement.targetList, 'ResTarget');
  if (statement.larg !== undefined || statement.valuesLists !== undefined || targets.some(({ val }) => isStar(val))) return [];
  const ctes = new Set(all(statement.withClause?.ctes, 'CommonTableExpr').map(({ ctename }) => ctename ?? ''));
  const source: Source = { relations: new Map(), open: false };
  for (const item of statement.fromClause ?? []) collect(item, ctes, source);
  const every = [...source.relations.values()];
  return targets.map(({ val }) => resultOf(val, source, every));
}

function resultOf(node: Node | undefined, { relations, open }: Source, every: readonly ObjectName[]): Result | undefined {
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) return { type: dataType(cast.typeName) };
  const fields = strings(as(node, 'ColumnRef')?.fields);
  const [first, second, ...more] = fields;
  if (first === undefined || more.length > 0) return undefined;
  if (second === undefined) return open || relations.size === 0 || relations.has(first) ? undefined : { column: first, of: every };
  const relation = relations.get(first);
  return relation === undefined ? undefined : { column: second, of: [relation] };
}

function collect(item: Node, ctes: ReadonlySet<string>, source: Source): void {
  const join = as(item, 'JoinExpr');
  if (join !== undefined && join.alias === undefined) {
    for (const side of [join.larg, join.rarg]) if (side !== undefined) collect(side, ctes, source);
    return;
  }
  const relation = as(item, 'RangeVar');
  const name = relation?.alias?.aliasname ?? relation?.relname;
  const isPlain = relation !== undefined && relation.alias?.colnames === undefined && !(relation.schemaname === undefined && ctes.has(relation.relname ?? ''));
  if (isPlain && name !== undefined && !source.relations.has(name)) source.relations.set(name, relationName(relation));
  else {
    source.open = true;
    if (name !== undefined) source.relations.delete(name);
  }
}
