import { statementsSoFar } from '../../../ir/migration.ts';
import type { ConstraintDefinition } from '../../../ir/constraints.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { displayName } from '../../../ir/names.ts';
import type { Operation, OperationOf } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Question, Refusal, Step } from '../../../remedy/step.ts';
import { closing, find, OPEN_PARENTHESIS } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { blockWith } from './guarded-block.ts';
import type { Clause } from './clause.ts';
import { alterPrefix, clauseAt, insideBlock, ownClause, slug } from './clause.ts';
import { constraintSql } from './definitions.ts';
import { dropFirst, duplicates, INDEX_GOES, leftOver, NO_TIMEOUT, validity } from './index-sql.ts';
import { notForThis, step, wanted } from './form.ts';
import { LOCK_PAIR_NOTE, lockPair } from './locks.ts';
import { constraintNameOf, freshName } from './names.ts';
import { noNullProof } from './not-null.ts';
import { partitionedKey } from './partitioned-key.ts';
import type { ReplacedKey } from './replaced-key.ts';
import { replacedKey } from './replaced-key.ts';

type Added = OperationOf<'addConstraint'>;

/** FOREIGN KEY and CHECK: added NOT VALID, validated in a transaction of its own. */
export const validateLater: PatternHandler = (input) => {
  const op = wanted(input, 'addConstraint');
  if (op === undefined || op.constraint.notValid === true) return notForThis;
  const { constraint } = op;
  if (constraint.type !== 'foreignKey' && constraint.type !== 'check') return notForThis;
  const name = constraintNameOf(input.before, op.table, constraint);
  const block = blockWith(input, name, 'NOT VALID');
  const inside = insideBlock(input);
  if (inside !== undefined && block === undefined) return inside;
  const table = input.before.table(op.table);
  if (constraint.type === 'foreignKey' && table?.partitionBy !== undefined && input.version < 18) {
    return { refused: 'Before PostgreSQL 18 a partitioned table refuses a foreign key that is NOT VALID: add it to each partition NOT VALID, validate those, then add it to the parent.' };
  }
  const clause = op.inline ? inlineClause(ownClause(input), op, name) : namedClause(ownClause(input), constraint, name);
  if (clause === undefined) return { refused: 'The constraint is written in a way that cannot be taken apart safely.' };
  const table_ = quoteName(op.table);
  const replaced = input.statement.operations.find((one): one is OperationOf<'dropConstraint'> => one.kind === 'dropConstraint' && one.name === name && one.within === undefined);
  const dropped = replaced === undefined ? '' : `${clauseAt(input, replaced.span).text}, `;
  const old = replaced === undefined ? undefined : table?.constraints.find((one) => one.name === name);
  const again = old === undefined ? undefined : constraintSql({ ...old, valid: false }, input.before);
  const pair = constraint.type === 'foreignKey' ? lockPair(input.before, constraint.references, op.table) : [];
  const locks = isFirstOf(input, op.table) ? pair : [];
  return {
    title: `Add ${name} without checking the rows, then validate it`,
    safety: 'safe',
    covers: block !== undefined ? input.statement.operations : replaced === undefined ? [op] : [op, replaced],
    ...(block !== undefined && { whole: true }),
    steps: [
      step({
        title: `Add ${name} for new rows only`,
        slug: slug('add', name),
        // What takes its place in the same statement must leave no moment without either.
        up: [...locks, block ?? `${op.inline ? `ALTER TABLE ${table_} ` : alterPrefix(input)}${dropped}${clause} NOT VALID`],
        down: [`ALTER TABLE ${table_} DROP CONSTRAINT ${quote(name)}${again === undefined ? '' : `, ADD ${again}`}`],
        // The old one is gone from the catalog by then: the author says what it was.
        ...(replaced !== undefined && again === undefined && { undoneAsWritten: true }),
        ...(again !== undefined && { downLoses: `The old ${name} comes back NOT VALID, without a look at the rows.` }),
        transaction: locks.length === 0 ? 'either' : 'inside',
        preconditions: violations(op),
        notes: locks.length === 0 ? [] : [LOCK_PAIR_NOTE],
        ...(locks.length < pair.length && { moved: pair }),
      }),
      step({
        phase: 'migrate',
        title: `Validate ${name} while writes go on`,
        slug: slug('validate', name),
        up: [`ALTER TABLE ${table_} VALIDATE CONSTRAINT ${quote(name)}`],
        down: [],
        transaction: 'either',
        verification: [validated(op, name)],
      }),
    ],
  };
};

/** Whether the transaction, if there is one, has not made the table or locked it yet: only then does the order of its locks matter. */
function isFirstOf({ before, operation, script, statement }: PatternInput, table: ObjectName): boolean {
  if (script.transaction.wrap === 'none' && statement.together === undefined) return false;
  const own = displayName(before.resolve(table));
  // What a block comes to has been worked out anew.
  const isItself = ({ kind, span }: Operation): boolean => kind === operation.kind && span.start === operation.span.start;
  const isOwn = (one: Operation): boolean => !isItself(one) && 'table' in one && typeof one.table === 'object' && displayName(before.resolve(one.table)) === own;
  return !statementsSoFar(script).some(({ operations, span }) => span.start <= operation.span.start && operations.some(isOwn));
}

/** `ADD CONSTRAINT name CHECK (…)` as written, the name put in where the author left it to the server. */
function namedClause({ text, tokens }: Clause, constraint: ConstraintDefinition, name: string): string {
  const add = tokens.is(0, 'add') ? text.slice(0, tokens.start(1)) : 'ADD ';
  const definition = tokens.is(0, 'add') ? text.slice(tokens.start(1)) : text;
  return constraint.name === undefined ? `${add}CONSTRAINT ${quote(name)} ${definition}` : add + definition;
}

/** An inline constraint as a table constraint. */
function inlineClause(clause: Clause, { constraint }: Added, name: string): string | undefined {
  const { tokens, text } = clause;
  if (constraint.type === 'check') {
    const word = find(tokens, 0, tokens.count, 'check');
    return word === tokens.count ? undefined : `ADD CONSTRAINT ${quote(name)} ${text.slice(tokens.start(word))}`;
  }
  if (constraint.type !== 'foreignKey') return undefined;
  const word = find(tokens, 0, tokens.count, 'references');
  return word === tokens.count ? undefined : `ADD CONSTRAINT ${quote(name)} FOREIGN KEY (${constraint.columns.map(quote).join(', ')}) ${text.slice(tokens.start(word))}`;
}

function violations({ table, constraint }: Added): Step['preconditions'] {
  const name = quoteName(table);
  if (constraint.type === 'check') return [{ title: 'Every row satisfies the condition', sql: `SELECT * FROM ${name} WHERE NOT (${constraint.expression.text}) LIMIT 100` }];
  if (constraint.type !== 'foreignKey' || constraint.referencedColumns.length === 0) return [];
  const on = constraint.columns.map((column, i) => `parent.${quote(constraint.referencedColumns[i] ?? '')} = child.${quote(column)}`).join(' AND ');
  const filled = constraint.columns.map((column) => `child.${quote(column)} IS NOT NULL`).join(' AND ');
  const sql = `SELECT child.* FROM ${name} AS child WHERE ${filled} AND NOT EXISTS (SELECT 1 FROM ${quoteName(constraint.references)} AS parent WHERE ${on}) LIMIT 100`;
  return [{ title: `Every row refers to a row of ${constraint.references.name} that exists`, sql }];
}

const validated = ({ table }: Added, name: string): Question => ({
  title: `${name} is validated`,
  sql: `SELECT conname FROM pg_constraint WHERE conrelid = '${quoteName(table).replaceAll("'", "''")}'::regclass AND conname = '${name.replaceAll("'", "''")}' AND NOT convalidated`,
});

/** UNIQUE: the index first, concurrently, then the constraint adopts it. */
export const uniqueFromIndex: PatternHandler = (input) => adopt(input, 'unique');

/** PRIMARY KEY: the columns proven NOT NULL, the index built concurrently, then the constraint adopts it. */
export const primaryKeyFromIndex: PatternHandler = (input) => adopt(input, 'primaryKey');

function adopt(input: PatternInput, type: 'unique' | 'primaryKey'): ReturnType<PatternHandler> {
  const op = wanted(input, 'addConstraint');
  if (op?.constraint.type !== type) return notForThis;
  const { constraint } = op;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const name = constraintNameOf(input.before, op.table, constraint);
  const replaced = replacedKey(input, op.table, name, type);
  const refusal = cannotAdopt(input, op, replaced);
  if (refusal !== undefined) return refusal;
  const partitioned = input.before.table(op.table);
  if (partitioned?.partitionBy !== undefined) return partitionedKey(input, { op, definition: constraint, table: partitioned, clause: ownClause(input) });
  const { tokens, text } = ownClause(input);
  const table = quoteName(op.table);
  const word = find(tokens, 0, tokens.count, type === 'unique' ? 'unique' : 'primary');
  const columns = op.inline ? `(${constraint.columns.map(quote).join(', ')})` : parenthesised(tokens, text, word);
  if (columns === undefined) return { refused: 'The constraint is written in a way that cannot be taken apart safely.' };
  const extras = [after(tokens, text, 'include'), constraint.type === 'unique' && constraint.nullsNotDistinct === true ? 'NULLS NOT DISTINCT' : '', after(tokens, text, 'with'), tablespace(tokens)]
    .filter((part) => part !== '')
    .join(' ');
  const timing = [constraint.deferrable === true ? 'DEFERRABLE' : '', constraint.initiallyDeferred === true ? 'INITIALLY DEFERRED' : ''].filter((part) => part !== '').join(' ');
  const known = input.before.table(op.table);
  const nullable = type === 'unique' ? [] : constraint.columns.filter((column) => !input.before.isNotNull(known, column));
  const indexName = replaced?.name === name ? freshName(input.before, op.table, `${name}_new`) : name;
  const index = quoteName({ ...(op.table.schema === undefined ? {} : { schema: op.table.schema }), name: indexName });
  const proofs = nullable.map((column) => noNullProof(input, op.table, column));
  return {
    title: `Build the index of ${name} without blocking writes, then adopt it`,
    safety: 'safe',
    covers: replaced?.clause === undefined ? [op] : [op, replaced.clause],
    steps: [
      ...proofs.flatMap(({ steps }) => steps),
      step({
        title: `Build the index of ${name} without blocking writes`,
        slug: slug('create', name, 'index'),
        up: [`CREATE UNIQUE INDEX CONCURRENTLY ${quote(indexName)} ON ${table} ${columns}${extras === '' ? '' : ` ${extras}`}`],
        down: [`DROP INDEX CONCURRENTLY IF EXISTS ${index}`],
        transaction: 'outside',
        preconditions: [leftOver(index), ...duplicates(constraint.columns.map(quote), op.table, undefined, constraint.type === 'unique' && constraint.nullsNotDistinct === true)],
        verification: [validity(index, indexName)],
        notes: [NO_TIMEOUT, dropFirst(index)],
      }),
      step({
        phase: 'switch',
        title: `Make the index the constraint ${name}`,
        slug: slug('add', name),
        up: [`ALTER TABLE ${table} ${replaced?.clause === undefined ? '' : `${sourceOf(input, replaced.clause)}, `}ADD CONSTRAINT ${quote(name)} ${type === 'unique' ? 'UNIQUE' : 'PRIMARY KEY'} USING INDEX ${quote(indexName)}${timing === '' ? '' : ` ${timing}`}`, ...proofs.flatMap(({ constraint: proof }) => proof?.drop ?? [])],
        down: replaced?.clause !== undefined ? null : [
          ...proofs.flatMap(({ constraint: proof }) => proof?.add ?? []),
          `ALTER TABLE ${table} DROP CONSTRAINT ${quote(name)}`,
          // The key leaves its columns NOT NULL.
          ...(input.version >= 18 ? [] : nullable.filter((column) => input.before.column(known, column) !== undefined).map((column) => `ALTER TABLE ${table} ALTER COLUMN ${quote(column)} DROP NOT NULL`)),
        ],
        ...(replaced?.clause !== undefined && { undoneAsWritten: true, downLoses: `The old ${replaced.name} is gone: its index would have to be built again first, concurrently.` }),
        ...(replaced?.along !== undefined && { along: replaced.along }),
        notes: replaced === undefined ? [INDEX_GOES] : [`${replaced.name} keeps the rows apart until this step, in which it goes and the new index takes its place${indexName === name ? '' : ', and its name'}.`],
        transaction: replaced === undefined ? 'either' : 'inside',
      }),
    ],
  };
}

function cannotAdopt({ before }: PatternInput, { table, constraint }: Added, replaced: ReplacedKey | undefined): Refusal | undefined {
  if (!('columns' in constraint)) return notForThis;
  if ('usingIndex' in constraint && constraint.usingIndex !== undefined) return notForThis;
  if ('withoutOverlaps' in constraint && constraint.withoutOverlaps === true) return { refused: 'A constraint WITHOUT OVERLAPS cannot adopt an index: it has no online form.' };
  const known = before.table(table);
  if (known !== undefined && known.children.length > 0) return undefined;
  if (constraint.type === 'primaryKey' && replaced === undefined && known?.constraints.some(({ definition }) => definition.type === 'primaryKey') === true) {
    return { refused: 'The table has a primary key: drop it in the same transaction that adopts the new index.' };
  }
  return undefined;
}

/** As written. */
const sourceOf = ({ script }: PatternInput, { span }: Operation): string => script.text.slice(span.start, span.end);

type Tokens = Clause['tokens'];

/** The first parenthesised list behind the token, as written. */
function parenthesised(tokens: Tokens, text: string, from: number): string | undefined {
  for (let i = from; i < tokens.count; i++) {
    if (tokens.code(i) === OPEN_PARENTHESIS) return text.slice(tokens.start(i), tokens.end(closing(tokens, i, tokens.count)));
  }
  return undefined;
}

/** `INCLUDE (…)` or `WITH (…)`, as written; empty when it is not there. */
function after(tokens: Tokens, text: string, word: string): string {
  const at = find(tokens, 0, tokens.count, word);
  return at === tokens.count || tokens.code(at + 1) !== OPEN_PARENTHESIS ? '' : text.slice(tokens.start(at), tokens.end(closing(tokens, at + 1, tokens.count)));
}

function tablespace(tokens: Tokens): string {
  const at = find(tokens, 0, tokens.count, 'tablespace');
  return at === tokens.count ? '' : `TABLESPACE ${tokens.source(at + 1)}`;
}
