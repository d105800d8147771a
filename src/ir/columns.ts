import type { Span } from '../source/text.ts';
import type { DataType, Expression } from './expressions.ts';

/** A column as a CREATE TABLE or ADD COLUMN declares it. Inline constraints other than NOT NULL are separate. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: DataType;
  readonly span: Span;
  readonly typeSpan: Span;
  /** Declared NOT NULL, or implied by primary key, serial or identity. */
  readonly notNull: boolean;
  readonly default?: Expression;
  /** `serial` and its family: an integer column with a sequence of its own. */
  readonly serial?: boolean;
  readonly identity?: 'always' | 'byDefault';
  readonly generated?: { readonly expression: Expression; readonly stored: boolean };
  readonly collation?: string;
  /** STORAGE and COMPRESSION as declared, in lower case. */
  readonly storage?: string;
  readonly compression?: string;
  /** Two parts of the declaration that contradict each other, in the server's words; `from`: the first version that minds. */
  readonly contradiction?: { readonly what: string; readonly from?: number };
}
