import type { CommonTableExpr, Node } from 'libpg-query';
import type { QueryCheck } from '../../../../ir/expressions.ts';
import type { ObjectName } from '../../../../ir/names.ts';
import { strings } from '../ast.ts';

/** Names of result columns; undefined for the whole list where a star hides some. */
export type Columns = readonly (string | undefined)[] | undefined;

/** An item of FROM. */
export interface Source {
  readonly name: string | undefined;
  /** A relation of the catalog whose columns go by their own names here. */
  readonly relation?: ObjectName;
  /** What a query, a VALUES list or a common table expression gives. */
  readonly columns?: Columns;
}

/** The sources of one query. */
export interface Level {
  readonly sources: Source[];
  /** Columns that USING makes one of; all of them with NATURAL. */
  readonly merged: Set<string>;
  natural: boolean;
}

export interface Environment {
  /** Outermost first. */
  readonly levels: readonly Level[];
  /** Common table expressions; undefined for one whose columns nobody knows. */
  readonly tables: ReadonlyMap<string, Columns>;
}

export interface State {
  /** Of PL/pgSQL; undefined outside it. */
  readonly variables: ReadonlySet<string> | undefined;
  readonly checks: QueryCheck[];
}

export const emptyLevel = (): Level => ({ sources: [], merged: new Set(), natural: false });

export const within = (env: Environment, level: Level): Environment => ({ ...env, levels: [...env.levels, level] });

export function refuse(state: State, code: string, message: string, name?: string): void {
  state.checks.push({ kind: 'refused', code, message, ...(name === undefined ? {} : { name }) });
}

/** An alias with a list of columns names the first of them anew. */
export function renamed(columns: Columns, names: readonly string[]): Columns {
  return names.length === 0 || columns === undefined ? columns : [...names, ...columns.slice(names.length)];
}

export const tableNames = ({ aliascolnames }: CommonTableExpr): readonly string[] => strings(aliascolnames);

/** A node without its places, column names without their qualifiers: what is the same after that may be the same. */
export function fingerprint(node: unknown): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'location') return undefined;
    if (key !== 'ColumnRef') return value;
    return strings((value as { readonly fields?: Node[] }).fields).at(-1) ?? '*';
  });
}
