import type { FuncCall, Node } from 'libpg-query';
import { as, strings } from '../ast.ts';
import { IMMUTABLE_FUNCTIONS, STABLE_FUNCTIONS, VOLATILE_FUNCTIONS } from '../../function-volatility.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Names that are an aggregate's in every overload that the server has. */
const AGGREGATES = words('count sum min max avg array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every stddev variance');

/** Names that give rows in every overload that the server has. */
const ROW_GIVERS = words(
  'generate_series generate_subscripts unnest regexp_split_to_table regexp_matches string_to_table json_array_elements json_array_elements_text jsonb_array_elements ' +
    'jsonb_array_elements_text json_each json_each_text jsonb_each jsonb_each_text json_object_keys jsonb_object_keys',
);

const nameOf = ({ funcname }: FuncCall): string | undefined => {
  const [schema, name] = funcname?.length === 1 ? ['pg_catalog', ...strings(funcname)] : strings(funcname);
  return schema === 'pg_catalog' ? name : undefined;
};

export const isAggregate = (call: FuncCall): boolean => call.over === undefined && (call.agg_star === true || call.agg_distinct === true || call.agg_within_group === true || AGGREGATES.has(nameOf(call) ?? ''));

export const givesRows = (call: FuncCall): boolean => ROW_GIVERS.has(nameOf(call) ?? '');

/** A function of the server's own that takes its arguments row by row: others may be aggregates. */
export function isPlain(call: FuncCall): boolean {
  const name = nameOf(call);
  return name !== undefined && !isAggregate(call) && !AGGREGATE_TOO.has(name) && [IMMUTABLE_FUNCTIONS, STABLE_FUNCTIONS, VOLATILE_FUNCTIONS].some((names) => names.has(name));
}

/** Aggregates in some overload, or with a name that a user may well give one. */
const AGGREGATE_TOO = words(
  'any_value bit_and bit_or bit_xor corr covar_pop covar_samp cume_dist dense_rank mode percent_rank percentile_cont percentile_disc range_agg range_intersect_agg rank ' +
    'regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev_pop stddev_samp var_pop var_samp xmlagg ' +
    'json_agg_strict json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict jsonb_agg_strict jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict',
);

/** Whether an aggregate of this query stands in the node; those of subqueries are on their own. */
export function hasAggregate(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(hasAggregate);
  const call = as(node as Node, 'FuncCall');
  if (call !== undefined && isAggregate(call)) return true;
  return Object.entries(node).some(([key, value]) => key !== 'SubLink' && hasAggregate(value));
}
