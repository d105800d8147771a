import type { Failure } from '../../../effects/vocabulary.ts';

interface Known {
  /** SQLSTATE. */
  readonly code: string;
  readonly when: Failure['when'];
}

const always = (code: string): Known => ({ code, when: 'always' });
const existing = (code: string): Known => ({ code, when: 'existing' });
const missing = (code: string): Known => ({ code, when: 'missing' });

/** Every cause of failure that the effects of a statement can name. The names are stable: rules select by them. */
export const CAUSES = {
  // The transaction around the statement.
  /** CREATE/DROP INDEX, REINDEX or DETACH PARTITION … CONCURRENTLY in a transaction block. */
  'concurrently-in-transaction': always('25001'),
  /** VACUUM, CREATE DATABASE, ALTER SYSTEM and the like in a transaction block. */
  'statement-in-transaction': always('25001'),
  /** ALTER TYPE … ADD VALUE in a transaction block, before 12. */
  'add-enum-value-in-transaction': always('25001'),
  /** A value added to an enum is used before its transaction has committed. */
  'new-enum-value-in-transaction': always('55P04'),
  /** COMMIT or ROLLBACK in a DO block or procedure that runs inside a transaction block. */
  'commit-in-block-in-transaction': always('2D000'),
  /** ALTER TABLE or the like after DML on the table whose deferred constraint checks are still due. */
  'pending-trigger-events': { code: '55006', when: 'rows' },

  // CONCURRENTLY where there is no such form.
  /** CREATE INDEX CONCURRENTLY on a partitioned table. */
  'concurrently-on-partitioned': always('0A000'),
  /** DROP INDEX CONCURRENTLY of the index of a partitioned table. */
  'concurrently-drop-on-partitioned': always('0A000'),
  /** DROP INDEX CONCURRENTLY with CASCADE or with several names. */
  'concurrently-drop-form': always('0A000'),
  /** DETACH PARTITION CONCURRENTLY from a table that has a default partition. */
  'detach-concurrently-with-default': always('55000'),
  /** REFRESH … CONCURRENTLY of a view without a unique index over plain columns. */
  'refresh-concurrently-without-unique-index': always('55000'),
  /** REFRESH … CONCURRENTLY of a view that holds no data yet. */
  'refresh-concurrently-unpopulated': always('0A000'),
  /** REFRESH … CONCURRENTLY … WITH NO DATA. */
  'refresh-concurrently-no-data': always('42601'),

  // Rows that are there.
  /** ADD COLUMN … NOT NULL without a default, or a primary key column without one. */
  'not-null-without-default': { code: '23502', when: 'rows' },
  /** SET NOT NULL, or a primary key over nullable columns. */
  'nulls-in-column': { code: '23502', when: 'nulls' },
  /** A unique index or constraint over rows that repeat. */
  'unique-duplicates': { code: '23505', when: 'duplicates' },
  'check-violations': { code: '23514', when: 'violations' },
  'foreign-key-violations': { code: '23503', when: 'violations' },
  'exclusion-violations': { code: '23P01', when: 'violations' },
  /** A row of the table to attach does not fit the bounds. */
  'partition-violations': { code: '23514', when: 'violations' },
  /** A row of the default partition belongs to the new one. */
  'default-partition-violations': { code: '23514', when: 'violations' },
  /** ON CONFLICT over columns that no unique index is of. */
  'conflict-target-missing': always('42P10'),
  /** A query that says what no query can: an aggregate in WHERE, a column that two tables have, UNION of different widths. */
  'query-refused': always('42601'),
  /** INSERT of a value that the column does not take, or of none where it has to have one. */
  'value-refused': always('23502'),
  /** An UPDATE to constants that a check or a NOT NULL keeps out. */
  'row-refused': { code: '23502', when: 'rows' },
  /** A value that does not survive the conversion to the new type. */
  'unconvertible-values': { code: '22P02', when: 'violations' },

  // Foreign keys.
  /** ADD FOREIGN KEY … NOT VALID on a partitioned table, before 18. */
  'not-valid-fk-on-partitioned': always('42809'),
  /** A foreign key to a partitioned table, before 12. */
  'fk-to-partitioned': always('42809'),
  /** The referenced columns have no unique constraint. */
  'fk-target-not-unique': always('42830'),
  /** Referencing and referenced column cannot be compared. */
  'fk-type-mismatch': always('42804'),
  /** A permanent table that references a temporary or unlogged one, and the like. */
  'fk-persistence': always('42P16'),

  // Other constraints.
  /** NOT VALID on a kind of constraint that has no such form. */
  'not-valid-not-supported': always('0A000'),
  /** ADD … USING INDEX with an index that is not unique, is partial, has expressions or a descending column. */
  'using-index-unusable': always('42809'),
  /** ADD … USING INDEX with an index that is another constraint's, or invalid. */
  'using-index-taken': always('55000'),
  'multiple-primary-keys': always('42P16'),
  /** CHECK with a subquery. */
  'check-with-subquery': always('0A000'),
  /** A primary key over a column whose NOT NULL constraint is not valid. */
  'not-null-not-valid': always('55000'),
  /** UNIQUE or PRIMARY KEY on a partitioned table without its partition columns. */
  'unique-without-partition-key': always('0A000'),
  /** A constraint on ONLY a parent whose children would have to have it. */
  'only-on-parent': always('42P16'),
  /** A change of a column or constraint that comes from a parent. */
  'inherited-from-parent': always('42P16'),
  /** DROP NOT NULL on a column of the primary key or an identity column. */
  'drop-not-null-required': always('42P16'),
  /** VALIDATE, ALTER or the like of a constraint of another kind. */
  'wrong-constraint-kind': always('42809'),

  // Columns.
  /** ALTER COLUMN … TYPE serial, which is no type. */
  'serial-is-no-type': always('42704'),
  /** A type change that needs USING. */
  'type-needs-using': always('42804'),
  /** The column's default does not convert to the new type by itself. */
  'default-needs-drop': always('42804'),
  /** Type change of a column that a check or the predicate of an index compares with values of the type it had. */
  'compared-with-old-type': always('42883'),
  /** Type change of a column that a view, rule, trigger, policy, generated column or partition key uses. */
  'type-used-by-dependents': { code: '0A000', when: 'dependents' },
  /** ADD GENERATED AS IDENTITY on a column that is nullable, has a default or is one already. */
  'identity-not-possible': always('55000'),
  /** SET DEFAULT or DROP DEFAULT on an identity or generated column. */
  'default-not-possible': always('42601'),
  /** Parts of a declaration that contradict each other: two defaults, a policy for INSERT with USING, a trigger's WHEN over a row that there is not. */
  'declaration-refused': always('42601'),
  /** DEFAULT with a subquery, a column, or a literal that is none of the type. */
  'default-refused': always('42804'),
  /** STORAGE or COMPRESSION that the type does not have. */
  'storage-refused': always('0A000'),
  /** A length or precision that the type does not have. */
  'length-refused': always('22023'),
  /** What a virtual generated column cannot be, or be used for. */
  'virtual-column-refused': always('0A000'),
  /** A change of the column that a partition key uses. */
  'partition-key-column': always('42P16'),

  // Dependents.
  /** DROP without CASCADE of what something else needs. */
  'drop-with-dependents': { code: '2BP01', when: 'dependents' },
  /** DROP INDEX of the index behind a constraint. */
  'drop-index-of-constraint': { code: '2BP01', when: 'dependents' },
  /** TRUNCATE of a table that foreign keys of other tables reference. */
  'truncate-referenced': { code: '0A000', when: 'dependents' },
  /** CREATE OR REPLACE VIEW that drops, renames or retypes a column. */
  'view-columns-changed': always('42P16'),
  /** CREATE OR REPLACE FUNCTION with another result type or other parameter names. */
  'function-signature-changed': always('42P13'),
  /** A function whose body is none of its language. */
  'routine-body-refused': always('42601'),
  /** A change of a composite or domain type that stored columns use. */
  'type-in-use': { code: '0A000', when: 'dependents' },

  // Partitions and inheritance.
  'partition-overlap': always('42P17'),
  'attach-already-partition': always('42809'),
  /** The table to attach lacks a column, a type or a NOT NULL of the parent. */
  'attach-mismatch': always('42804'),
  /** The relation is no partition of that table, no partitioned table, … */
  'not-a-partition': always('42P01'),

  // Indexes.
  /** An index expression or predicate with a function that is not immutable. */
  'index-expression-not-immutable': always('42P17'),
  /** ALTER INDEX … ATTACH PARTITION of an index that is made another way. */
  'index-parts-differ': always('42P17'),
  /** UNIQUE with an access method that has no such indexes. */
  'unique-index-method': always('0A000'),
  /** Several columns with an access method that takes one. */
  'single-column-method': always('0A000'),
  /** A type that has no operator class for the access method. */
  'index-type-without-operators': always('42704'),
  /** A generated column's expression that is not immutable. */
  'generated-not-immutable': always('42P17'),

  // There already.
  'relation-exists': existing('42P07'),
  'column-exists': existing('42701'),
  'constraint-exists': existing('42710'),
  'type-exists': existing('42710'),
  'enum-value-exists': existing('42710'),
  'schema-exists': existing('42P06'),
  'routine-exists': existing('42723'),
  'trigger-exists': existing('42710'),
  'policy-exists': existing('42710'),
  'rule-exists': existing('42710'),
  'extension-exists': existing('42710'),

  // Not there.
  'relation-missing': missing('42P01'),
  'column-missing': missing('42703'),
  'constraint-missing': missing('42704'),
  'index-missing': missing('42704'),
  'type-missing': missing('42704'),
  'enum-value-missing': missing('22023'),
  'trigger-missing': missing('42704'),
  'policy-missing': missing('42704'),
  'routine-missing': missing('42883'),
  /** The relation is of another kind than the statement says. */
  'wrong-object-kind': always('42809'),
} as const satisfies Readonly<Record<string, Known>>;

export type Cause = keyof typeof CAUSES;

export function failure(cause: Cause, message: string, object?: string, code?: string): Failure {
  const known: Known = CAUSES[cause];
  return { when: known.when, code: code ?? known.code, cause, message, ...(object === undefined ? {} : { object }) };
}
