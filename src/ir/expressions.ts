import type { Span } from '../source/text.ts';
import type { ObjectName } from './names.ts';

/** What the static analysis needs to know of a scalar or boolean expression; the text is the source's own. */
export interface Expression {
  readonly text: string;
  readonly span: Span;
  /** Columns referenced, without table qualifiers, each once. */
  readonly columns: readonly string[];
  /** Every function, operator function excluded, that evaluating it calls (`CURRENT_TIMESTAMP` counts as `now`). */
  readonly calls: readonly Call[];
  /** Types cast to, for dialects where a cast can be volatile or slow. */
  readonly casts: readonly DataType[];
  /** Relations read by subqueries. */
  readonly reads: readonly ObjectName[];
  /** Present when the expression is one literal, casts and signs aside. `null` is the SQL NULL. */
  readonly literal?: string | number | boolean | null;
  /** The expression as AND-ed terms, as far as they are simple; other terms are absent. */
  readonly terms: readonly Term[];
  /** False when `terms` leaves out a part of the expression. */
  readonly termsComplete: boolean;
}

/** One simple boolean term over one column. */
export type Term =
  | { readonly kind: 'notNull'; readonly column: string }
  | { readonly kind: 'isNull'; readonly column: string }
  /** `cast`: the time type that the value is written as. */
  | { readonly kind: 'compare'; readonly column: string; readonly operator: string; readonly value: string | number | boolean | null; readonly cast?: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly (string | number | boolean | null)[] }
  | { readonly kind: 'parameter'; readonly column: string; readonly operator: string }
  /** OR-ed terms, all over the one column. */
  | { readonly kind: 'anyOf'; readonly column: string; readonly choices: readonly Term[] };

export interface Call {
  readonly name: ObjectName;
  readonly argumentCount: number;
}

export interface DataType {
  /** As the server prints it without arguments: `integer`, `character varying`, `timestamp with time zone`, `mood`. */
  readonly name: string;
  /** Set for types outside the server's own: user types, extension types. */
  readonly schema?: string;
  /** Type modifiers as written: `[10, 2]` for numeric(10,2). */
  readonly modifiers: readonly (number | string)[];
  /** Array dimensions; 0 for a scalar. */
  readonly dimensions: number;
}

/** Of how many relations nobody asks any more which of them a bare column is of: each column would be one of all of them. */
export const MANY_SOURCES = 100;

/** A query or data-modifying statement, seen from outside. */
export interface Query {
  readonly text: string;
  readonly span: Span;
  /** Relations read, CTE names excluded, each with how it is read. */
  readonly reads: readonly RelationUse[];
  /** Relations written by data-modifying CTEs. */
  readonly writes: readonly RelationUse[];
  readonly calls: readonly Call[];
  /** Names of the result columns as far as they are evident; undefined where a star or an expression hides one. */
  readonly outputs: readonly (string | undefined)[];
  /** In the place of a name of `outputs`: the relation all of whose columns a star puts there. */
  readonly spread?: readonly (ObjectName | undefined)[];
  /** What the result columns are, one by one, where the text tells all of them apart. */
  readonly results?: readonly (Result | undefined)[];
  /** Columns that have to be there, as far as every relation is known that they can be of. */
  readonly mentions?: readonly Mention[];
  /** What the server asks of it before it looks at a row, and finds wanting whatever the schema, or where the schema says so. */
  readonly checks?: readonly QueryCheck[];
  /** Columns mentioned anywhere, with their qualifier as written. */
  readonly columns: readonly { readonly qualifier?: string; readonly name: string }[];
  /** True when it can return or touch no more than a known few rows (VALUES, LIMIT, no FROM). */
  readonly bounded: boolean;
  /** It would be, were one of these relations short: an UPDATE or DELETE takes its rows from there. */
  readonly boundedBy?: readonly ObjectName[];
  /** True when the result star-expands a relation. */
  readonly hasStar: boolean;
  /** Relations of which a star takes every column, at any level: in a subselect, a CTE or the result. */
  readonly stars?: readonly ObjectName[];
  /** What the items of FROM go by, at any level; without a relation for what is none of the catalog, as a CTE. */
  readonly aliases?: readonly Alias[];
  /**
   * What there is no result without, each entry a choice of relations of which one must have rows: inner joins, EXISTS, IN, the
   * sides of a UNION. For a change, what it touches no rows without; its target aside.
   */
  readonly needs?: readonly (readonly ObjectName[])[];
}

/** A result column: cast to a type, or the column of that name of the one relation among these that has it. */
export type Result = { readonly type: DataType } | { readonly column: string; readonly of: readonly ObjectName[] };

export type QueryCheck =
  /** Refused in any case; not where `name` is a parameter of the function around. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly name?: string }
  /** A column that none of the relations may have: there is nothing else that it could be of. */
  | { readonly kind: 'absent'; readonly column: string; readonly of: readonly ObjectName[] }
  /** A bare column that several may have; `besides` counts those of which it is known. */
  | { readonly kind: 'ambiguous'; readonly column: string; readonly of: readonly ObjectName[]; readonly besides: number }
  /** A column that is neither in an aggregate nor a group; the key of its relation among `keys` brings it along. */
  | { readonly kind: 'ungrouped'; readonly column: string; readonly of: readonly Alias[]; readonly keys: readonly { readonly qualifier?: string; readonly name: string }[] }
  /** More columns than the table has that they go into. */
  | { readonly kind: 'wide'; readonly into: ObjectName; readonly width: number };

export interface Alias {
  readonly name: string;
  readonly relation?: ObjectName;
}

/** A column of one of the relations. */
export interface Mention {
  readonly column: string;
  readonly of: readonly ObjectName[];
}

export interface RelationUse {
  readonly relation: ObjectName;
  /** `lockRows` is SELECT … FOR UPDATE/SHARE. */
  readonly access: 'read' | 'lockRows' | 'insert' | 'update' | 'delete';
  /** True with ONLY. */
  readonly only: boolean;
  /** For a write of a data-modifying CTE: what it writes nothing without, as `Query.needs`. */
  readonly needs?: readonly (readonly ObjectName[])[];
  /** For an UPDATE or DELETE in a data-modifying CTE, or the one relation that a query reads: which rows it touches. */
  readonly picks?: Picks;
}

export interface Picks {
  /** Undefined: no condition. */
  readonly where: Pick<Expression, 'terms'> | undefined;
  /** No more rows than a number that the text says. */
  readonly bounded: boolean;
  readonly boundedBy?: Query['boundedBy'];
  /** No other relation stands beside the table that the condition's columns could be of. */
  readonly alone?: boolean;
}
