import type { CatalogView } from '../../catalog/view.ts';
import type { Call, Expression } from '../../ir/expressions.ts';
import { IMMUTABLE_FUNCTIONS, STABLE_FUNCTIONS, VOLATILE_FUNCTIONS } from './function-volatility.ts';

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** True when evaluating the expression twice in one statement can give two values; undefined when that hangs on an unknown function. */
export function isVolatile(expression: Expression, before: CatalogView): boolean | undefined {
  let unknown = false;
  for (const call of expression.calls) {
    const volatility = volatilityOf(call, before);
    if (volatility === 'volatile') return true;
    if (volatility === undefined) unknown = true;
  }
  return unknown ? undefined : false;
}

/** The first function that the server would not take in an index or a generated column. */
export const mutableCall = (expression: Expression, before: CatalogView): Call | undefined =>
  expression.calls.find((call) => (volatilityOf(call, before) ?? 'immutable') !== 'immutable');

/** A routine of the catalog counts first, then the server's own; of several overloads with the same number of arguments the worst. */
export function volatilityOf({ name, argumentCount }: Call, before: CatalogView): Volatility | undefined {
  if (name.schema !== 'pg_catalog') {
    const routines = before.routines(name);
    const fitting = routines.filter(({ parameters }) => parameters.length === argumentCount);
    const candidates = fitting.length > 0 ? fitting : routines;
    for (const volatility of WORST_FIRST) if (candidates.some((routine) => routine.volatility === volatility)) return volatility;
  }
  if (VOLATILE_FUNCTIONS.has(name.name)) return 'volatile';
  if (STABLE_FUNCTIONS.has(name.name)) return 'stable';
  return IMMUTABLE_FUNCTIONS.has(name.name) ? 'immutable' : undefined;
}

const WORST_FIRST: readonly Volatility[] = ['volatile', 'stable', 'immutable'];
