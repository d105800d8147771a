import type { Node } from 'libpg-query';
import type { QueryCheck } from '../../../../ir/expressions.ts';
import type { Context } from '../context.ts';
import { statementColumns } from './queries.ts';
import type { State } from './scope.ts';

/** What of a whole statement the server asks beforehand and finds, or may find, to be wrong. */
export function checksOf(node: Node, { variables, reading }: Context): readonly QueryCheck[] {
  // What a template fills in is not there to be looked at.
  if (reading.placeholders !== undefined) return [];
  const state: State = { variables, checks: [] };
  statementColumns(node, { levels: [], tables: new Map() }, state);
  return state.checks;
}
