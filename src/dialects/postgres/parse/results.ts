import type { Node, SelectStmt } from 'libpg-query';
import type { Result } from '../../../ir/expressions.ts';
import { all, as, strings } from './ast.ts';
import { isStar } from './reads.ts';
import type { Source } from './sources.ts';
import { anywhere, known, scopeOf, sourcesOf } from './sources.ts';
import { dataType } from './types.ts';

/** What each result column of a plain SELECT is; none where a star or a set operation is in the way. */
export function resultsOf(statement: SelectStmt): readonly (Result | undefined)[] {
  const targets = all(statement.targetList, 'ResTarget');
  if (statement.larg !== undefined || statement.valuesLists !== undefined || targets.some(({ val }) => isStar(val))) return [];
  const sources = sourcesOf(statement.fromClause, [], scopeOf(statement.withClause));
  return targets.map(({ val }) => resultOf(val, sources));
}

function resultOf(node: Node | undefined, sources: readonly Source[]): Result | undefined {
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) return { type: dataType(cast.typeName) };
  const [first, second, ...more] = strings(as(node, 'ColumnRef')?.fields);
  if (first === undefined || more.length > 0) return undefined;
  const of = second === undefined ? anywhere(first, [sources]) : known(sources.filter(({ aliases }) => aliases.includes(first)));
  return of === undefined || of.length === 0 ? undefined : { column: second ?? first, of };
}
