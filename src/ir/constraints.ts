import type { Span } from '../source/text.ts';
import type { Expression } from './expressions.ts';
import type { ObjectName } from './names.ts';

interface ConstraintBase {
  /** Absent when the server will choose it. */
  readonly name?: string;
  readonly span: Span;
  readonly deferrable?: boolean;
  readonly initiallyDeferred?: boolean;
  /** Added without checking the rows that exist. */
  readonly notValid?: boolean;
  /** Written NOT ENFORCED. */
  readonly notEnforced?: boolean;
  readonly noInherit?: boolean;
}

export type ReferentialAction = 'noAction' | 'restrict' | 'cascade' | 'setNull' | 'setDefault';

export interface PrimaryKeyDefinition extends ConstraintBase {
  readonly type: 'primaryKey';
  readonly columns: readonly string[];
  readonly include?: readonly string[];
  /** Adopts this existing index. */
  readonly usingIndex?: string;
  readonly withoutOverlaps?: boolean;
}
export interface UniqueDefinition extends ConstraintBase {
  readonly type: 'unique';
  readonly columns: readonly string[];
  readonly include?: readonly string[];
  readonly usingIndex?: string;
  readonly nullsNotDistinct?: boolean;
  readonly withoutOverlaps?: boolean;
}
export interface ForeignKeyDefinition extends ConstraintBase {
  readonly type: 'foreignKey';
  readonly columns: readonly string[];
  readonly references: ObjectName;
  /** Empty: the referenced table's primary key. */
  readonly referencedColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  readonly match: 'simple' | 'full' | 'partial';
}
export interface CheckDefinition extends ConstraintBase {
  readonly type: 'check';
  readonly expression: Expression;
}
export interface ExclusionDefinition extends ConstraintBase {
  readonly type: 'exclusion';
  readonly columns: readonly (string | undefined)[];
  readonly expressions: readonly Expression[];
  readonly method: string;
  readonly where?: Expression;
}
/** A named NOT NULL table constraint (PostgreSQL 18) or the inline NOT NULL of a column. */
export interface NotNullDefinition extends ConstraintBase {
  readonly type: 'notNull';
  readonly column: string;
}
export type ConstraintDefinition =
  | PrimaryKeyDefinition
  | UniqueDefinition
  | ForeignKeyDefinition
  | CheckDefinition
  | ExclusionDefinition
  | NotNullDefinition;
