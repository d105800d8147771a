import type { Failure } from '../../../effects/vocabulary.ts';
import type { ColumnDefinition } from '../../../ir/columns.ts';
import type { ConstraintDefinition } from '../../../ir/constraints.ts';
import type { OperationKind, OperationOf } from '../../../ir/operation.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';

/** A form by the first version that knows it. */
interface Form {
  readonly since: number;
  readonly what: string;
}

type Forms = { readonly [K in OperationKind]?: (operation: OperationOf<K>) => readonly (Form | false | undefined)[] };

/** Forms that came after 11, where an older server answers with a syntax error or a refusal. */
const FORMS: Forms = {
  createTable: (op) => [...op.columns.flatMap(columnForms), ...op.constraints.flatMap(constraintForms)],
  addColumn: (op) => columnForms(op.column),
  addConstraint: (op) => constraintForms(op.constraint),
  alterConstraint: (op) => [
    op.enforced !== undefined && { since: 18, what: 'ALTER CONSTRAINT … ENFORCED' },
    op.inherit !== undefined && { since: 18, what: 'ALTER CONSTRAINT … INHERIT' },
  ],
  alterColumn: (op) => [
    op.change.type === 'setExpression' && { since: 17, what: 'SET EXPRESSION' },
    op.change.type === 'dropExpression' && { since: 13, what: 'DROP EXPRESSION' },
    op.change.type === 'setCompression' && { since: 14, what: 'SET COMPRESSION' },
  ],
  alterTable: (op) => [op.change.type === 'setAccessMethod' && { since: 15, what: 'SET ACCESS METHOD' }],
  createIndex: (op) => [
    op.nullsNotDistinct && { since: 15, what: 'NULLS NOT DISTINCT' },
    op.include.length > 0 && op.method === 'gist' && { since: 12, what: 'INCLUDE in a GiST index' },
  ],
  reindex: (op) => [op.concurrently && { since: 12, what: 'REINDEX CONCURRENTLY' }],
  detachPartition: (op) => [(op.concurrently || op.finalize) && { since: 14, what: 'DETACH PARTITION CONCURRENTLY' }],
  createTrigger: (op) => [op.replace && { since: 14, what: 'CREATE OR REPLACE TRIGGER' }],
  createRoutine: (op) => [op.sqlBody && { since: 14, what: 'an SQL-standard function body' }],
  merge: () => [{ since: 15, what: 'MERGE' }],
  maintenance: (op) => [op.action === 'repack' && { since: 19, what: 'REPACK' }],
};

export function laterVersion<K extends OperationKind>(operation: OperationOf<K>, scene: Scene): readonly Failure[] {
  const forms = FORMS[operation.kind as K];
  if (forms === undefined) return [];
  for (const form of forms(operation)) {
    if (form !== undefined && form !== false && scene.version < form.since) {
      return [failure('needs-later-version', `${form.what} needs PostgreSQL ${String(form.since)}`)];
    }
  }
  return [];
}

const columnForms = (column: ColumnDefinition): readonly (Form | false)[] => [
  column.generated !== undefined && (column.generated.stored ? { since: 12, what: 'GENERATED ALWAYS AS … STORED' } : { since: 18, what: 'a virtual generated column' }),
];

const constraintForms = (constraint: ConstraintDefinition): readonly (Form | false)[] => [
  constraint.notEnforced === true && { since: 18, what: 'NOT ENFORCED' },
  constraint.type === 'notNull' && constraint.name !== undefined && { since: 18, what: 'a NOT NULL table constraint' },
  constraint.type === 'unique' && constraint.nullsNotDistinct === true && { since: 15, what: 'NULLS NOT DISTINCT' },
  (constraint.type === 'unique' || constraint.type === 'primaryKey') && constraint.withoutOverlaps === true && { since: 18, what: 'WITHOUT OVERLAPS' },
];
