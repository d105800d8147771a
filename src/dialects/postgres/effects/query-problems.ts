import type { Relation } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Query, QueryCheck } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { fullName } from './answer.ts';
import { failure } from './failures.ts';
import { lacks, missingNames } from './query-names.ts';
import { primaryKey } from './row-effects.ts';
import type { Scene } from './scene.ts';

/** What the server says to a query before it runs it. `names`: of a function around it and its parameters. */
export function queryProblems(query: Query, scene: Scene, names: readonly (string | undefined)[] = []): readonly Failure[] {
  for (const check of query.checks ?? []) {
    const problem = problemOf(check, scene, names);
    if (problem !== undefined) return [problem];
  }
  return missingNames(query, scene, names);
}

function problemOf(check: QueryCheck, scene: Scene, names: readonly (string | undefined)[]): Failure | undefined {
  const count = (of: readonly ObjectName[], column: string): number => of.filter((name) => has(scene.before.relation(name), column)).length;
  switch (check.kind) {
    case 'refused':
      return check.name !== undefined && names.includes(check.name) ? undefined : failure(REPLAYED[check.code] ?? 'query-refused', check.message, undefined, check.code);
    case 'absent':
      return names.includes(check.column) || !check.of.every((name) => lacks(scene.before.relation(name), check.column)) ? undefined : failure('column-missing', `column "${check.column}" does not exist`);
    case 'ambiguous':
      return count(check.of, check.column) + check.besides > 1 ? failure('query-refused', `column reference "${check.column}" is ambiguous`, undefined, '42702') : undefined;
    case 'wide': {
      const table = scene.before.table(check.into);
      return table?.complete === true && check.width > table.columns.length ? failure('query-refused', 'INSERT has more expressions than target columns', fullName(table)) : undefined;
    }
    case 'ungrouped':
      return ungrouped(check, scene);
  }
}

const REPLAYED: Readonly<Record<string, 'column-missing' | 'relation-missing'>> = { 42703: 'column-missing', '42P01': 'relation-missing' };

function ungrouped({ column, of, keys }: QueryCheck & { readonly kind: 'ungrouped' }, scene: Scene): Failure | undefined {
  const relations = of.map(({ name, relation }) => ({ name, relation: relation === undefined ? undefined : scene.before.relation(relation) }));
  const [found, ...more] = relations.filter(({ relation }) => has(relation, column));
  if (found?.relation === undefined || !('complete' in found.relation) || !found.relation.complete || more.length > 0 || !relations.every((one) => one === found || lacks(one.relation, column))) return undefined;
  const key = found.relation.kind === 'table' ? primaryKey(found.relation) : [];
  const isWhole = key.length > 0 && key.every((part) => keys.some(({ qualifier, name }) => name === part && (qualifier === undefined || qualifier === found.name)));
  return isWhole ? undefined : failure('query-refused', `column "${found.name}.${column}" must appear in the GROUP BY clause or be used in an aggregate function`, undefined, '42803');
}

/** Whether it is known to have the column. */
const has = (relation: Relation | undefined, column: string): boolean =>
  relation?.kind === 'table' ? relation.columns.some(({ name }) => name === column) : (relation?.kind === 'view' || relation?.kind === 'materializedView') && relation.columns.includes(column);
