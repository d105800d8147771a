import type { Routine } from '../../catalog/schema.ts';
import type { CatalogView } from '../../catalog/view.ts';
import type { Call, DataType, Expression } from '../../ir/expressions.ts';
import { IMMUTABLE_FUNCTIONS, STABLE_FORMS, STABLE_FUNCTIONS, VOLATILE_FUNCTIONS } from './function-volatility.ts';
import { dependsOnSettings } from './settings-dependent.ts';

export type Volatility = 'immutable' | 'stable' | 'volatile';

/** True when evaluating the expression twice in one statement can give two values; undefined when that hangs on an unknown function. */
export const isVolatile = (expression: Expression, before: CatalogView): boolean | undefined => {
  const worst = worstOf(expression.calls, before, 0);
  return worst === undefined ? undefined : worst === 'volatile';
};

/** Whether the server would refuse the expression in an index or a generated column. `typeOf` has the types of the table's columns. */
export const isMutable = (expression: Expression, typeOf: (column: string) => DataType | undefined, before: CatalogView): boolean =>
  expression.calls.some((call) => (volatilityOf(call, before, 0) ?? 'immutable') !== 'immutable') || dependsOnSettings(expression, typeOf, before);

const WORST_FIRST: readonly Volatility[] = ['volatile', 'stable', 'immutable'];

/** Undefined when none is volatile, but one is unknown. */
function worstOf(calls: readonly Call[], before: CatalogView, depth: number): Volatility | undefined {
  const found = calls.map((call) => volatilityOf(call, before, depth));
  if (found.includes('volatile')) return 'volatile';
  return found.includes(undefined) ? undefined : (WORST_FIRST.find((volatility) => found.includes(volatility)) ?? 'immutable');
}

/** As the server sees a call after it has put the bodies of simple SQL functions in their place, which it does unless they are worse than declared. */
function volatilityOf(call: Call, before: CatalogView, depth: number): Volatility | undefined {
  const declared = declaredVolatility(call, before);
  const [only, ...others] = overloads(call, before);
  const body = only === undefined || others.length > 0 || depth > 8 ? undefined : inlined(only);
  if (body === undefined || declared === undefined) return declared;
  const own = worstOf(body, before, depth + 1);
  return own !== undefined && WORST_FIRST.indexOf(own) < WORST_FIRST.indexOf(declared) ? declared : own;
}

/** A routine of the catalog counts first, then the server's own; of several overloads with the same number of arguments the worst. */
function declaredVolatility(call: Call, before: CatalogView): Volatility | undefined {
  const candidates = overloads(call, before);
  for (const volatility of WORST_FIRST) if (candidates.some((routine) => routine.volatility === volatility)) return volatility;
  const { name } = call.name;
  if (VOLATILE_FUNCTIONS.has(name)) return 'volatile';
  if (STABLE_FUNCTIONS.has(name) || STABLE_FORMS.has(`${name}/${String(call.argumentCount)}`)) return 'stable';
  return IMMUTABLE_FUNCTIONS.has(name) ? 'immutable' : undefined;
}

function overloads({ name, argumentCount }: Call, before: CatalogView): readonly Routine[] {
  if (name.schema === 'pg_catalog') return [];
  const routines = before.routines(name);
  const fitting = routines.filter(({ parameters }) => parameters.length === argumentCount);
  return fitting.length > 0 ? fitting : routines;
}

/** The calls of a function that is one SELECT of an expression; the server replaces a call of it by that expression. */
function inlined({ language, securityDefiner, settings, body }: Routine): readonly Call[] | undefined {
  const [only, ...more] = body;
  const simple = language.toLowerCase() === 'sql' && !securityDefiner && settings.length === 0 && more.length === 0;
  if (!simple || only?.kind !== 'select') return undefined;
  const { query } = only;
  return query.reads.length === 0 && query.writes.length === 0 && !/\b(?:order|limit|group|having|union|intersect|except)\b/i.test(query.text) ? query.calls : undefined;
}
