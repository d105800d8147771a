import type { ObjectName } from '../../../ir/names.ts';
import type { PartitionBound } from '../../../ir/partitions.ts';
import type { PatternHandler, PatternInput, Plan, Refusal, Step } from '../../../remedy/step.ts';
import { defaultPartition } from '../effects/default-partition.ts';
import { CLOSE_PARENTHESIS, OPEN_PARENTHESIS, closing, find } from '../parse/tokens.ts';
import { quote, quoteName } from '../quote.ts';
import { boundCondition } from './bound-condition.ts';
import { boundSql } from './bounds.ts';
import { insideBlock, isOnly, ownClause, slug, wholeStatement } from './clause.ts';
import { notForThis, step, wanted } from './form.ts';
import { freshName } from './names.ts';

/** A table by itself, which then becomes a partition: only the second locks the parent, and not against reads and writes. */
export const createPartition: PatternHandler = (input) => {
  const op = wanted(input, 'createTable');
  if (op?.partitionOf === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  if (op.columns.length > 0 || op.constraints.length > 0) return { refused: 'The partition declares columns or constraints of its own: create it as a table by itself and attach it.' };
  if (op.ifNotExists) return { refused: 'IF NOT EXISTS leaves open what there is already: a table that is there would be attached whatever it is.' };
  const { parent, bound } = op.partitionOf;
  const excluded = excludeFromDefault(input, parent, bound);
  if ('refused' in excluded) return excluded;
  const name = quoteName(op.table);
  const likes = ['DEFAULTS', 'CONSTRAINTS', 'GENERATED', 'STORAGE', ...(input.version >= 14 ? ['COMPRESSION'] : [])].map((what) => `INCLUDING ${what}`).join(' ');
  const persistence = op.persistence === 'unlogged' ? 'UNLOGGED ' : '';
  const tail = tailOf(input);
  return {
    title: `Create ${op.table.name} by itself, then attach it`,
    safety: 'safe',
    covers: [op],
    steps: [
      ...excluded.before,
      // Together, so that the table is new and empty when it is attached.
      step({
        phase: excluded.before.length === 0 ? 'expand' : 'switch',
        title: `Create ${op.table.name} by itself and attach it to ${parent.name}`,
        slug: slug('attach', op.table.name),
        up: [
          `CREATE ${persistence}TABLE ${name} (LIKE ${quoteName(parent)} ${likes})${tail === '' ? '' : ` ${tail}`}`,
          `ALTER TABLE ${quoteName(parent)} ATTACH PARTITION ${name} ${boundSql(bound)}`,
          ...excluded.after,
        ],
        down: [`DROP TABLE ${name}`, ...excluded.again],
        transaction: 'either',
      }),
    ],
  };
};

/** Whatever stands behind the bound: PARTITION BY, USING, WITH, TABLESPACE. */
function tailOf(input: PatternInput): string {
  const { tokens, text } = ownClause(input);
  const of = find(tokens, 0, tokens.count, 'of');
  const start = find(tokens, of, tokens.count, 'values', 'default');
  let at = start + 1;
  if (tokens.is(start, 'values')) {
    for (; at < tokens.count; at++) {
      if (tokens.code(at) !== OPEN_PARENTHESIS) continue;
      at = closing(tokens, at, tokens.count);
      if (tokens.code(at) === CLOSE_PARENTHESIS && !tokens.is(at + 1, 'to')) break;
    }
    at++;
  }
  return text.slice(tokens.start(at)).trim();
}

/** A constraint that says the same as the bound, checked while the table is used, spares ATTACH its scan. */
export const attachPartition: PatternHandler = (input) => {
  const op = wanted(input, 'attachPartition');
  if (op === undefined) return notForThis;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const { before } = input;
  const parent = before.table(op.table);
  const key = parent?.partitionBy;
  if (key === undefined) return { refused: `The history does not say by what ${op.table.name} is partitioned.` };
  if (op.bound.kind === 'hash') return { refused: 'No constraint can say what a hash bound says: attach the partition while it is small or empty, or in a maintenance window.' };
  if (op.bound.kind === 'default') return { refused: 'A DEFAULT partition is scanned when it is attached: attach it while it is empty.' };
  const condition = parent === undefined ? undefined : boundCondition(key, op.bound, parent);
  if (condition === undefined) return { refused: `${op.table.name} is partitioned by an expression, for which the constraint has to be written by hand: it must say what the bound says, NULLs excluded.` };
  const excluded = excludeFromDefault(input, op.table, op.bound);
  if ('refused' in excluded) return excluded;
  const name = quoteName(op.partition);
  const check = freshName(before, op.partition, `${op.partition.name}_bound`);
  const own = prove(op.partition, check, condition);
  const attach = isOnly(input) ? wholeStatement(input).text : `ALTER TABLE ${quoteName(op.table)} ATTACH PARTITION ${name} ${boundSql(op.bound)}`;
  const plan: Plan = {
    title: `Prove that ${op.partition.name} holds only what belongs into it, then attach it`,
    safety: 'safe',
    covers: [op],
    steps: [...own, ...excluded.before, attachStep(op.table, op.partition, attach, [`ALTER TABLE ${name} DROP CONSTRAINT ${quote(check)}`, ...excluded.after], [addCheck(op.partition, check, condition), ...excluded.again])],
  };
  return plan;
};

function attachStep(parent: ObjectName, partition: ObjectName, attach: string, after: readonly string[], again: readonly string[]): Step {
  return step({
    phase: 'switch',
    title: `Attach ${partition.name} to ${parent.name}`,
    slug: slug('attach', partition.name),
    up: [attach, ...after],
    down: [`ALTER TABLE ${quoteName(parent)} DETACH PARTITION ${quoteName(partition)}`, ...again],
    transaction: 'either',
    notes: ['Whoever goes back by this step alone validates the constraints again before going forward: they come back NOT VALID, and spare no scan so.', 'The server says at log level DEBUG1 whether a constraint has spared it the scan.'],
  });
}

/** A CHECK that is added without a look at the rows, and validated apart. */
function prove(table: ObjectName, name: string, condition: string): readonly Step[] {
  const target = quoteName(table);
  return [
    step({
      title: `Refuse rows in ${table.name} that do not fit the bound`,
      slug: slug('add', name),
      up: [addCheck(table, name, condition)],
      down: [`ALTER TABLE ${target} DROP CONSTRAINT IF EXISTS ${quote(name)}`],
      transaction: 'either',
      preconditions: [{ title: `Every row of ${table.name} fits`, sql: `SELECT * FROM ${target} WHERE NOT (${condition}) LIMIT 100` }],
    }),
    step({
      phase: 'migrate',
      title: `Check the rows of ${table.name} while writes go on`,
      slug: slug('validate', name),
      up: [`ALTER TABLE ${target} VALIDATE CONSTRAINT ${quote(name)}`],
      down: [],
      transaction: 'either',
    }),
  ];
}

const addCheck = (table: ObjectName, name: string, condition: string): string => `ALTER TABLE ${quoteName(table)} ADD CONSTRAINT ${quote(name)} CHECK (${condition}) NOT VALID`;

interface Excluded {
  readonly before: readonly Step[];
  /** What is no longer needed once the partition is attached. */
  readonly after: readonly string[];
  /** What puts it back, on the way back. */
  readonly again: readonly string[];
}

/** The DEFAULT partition is scanned for rows of the new bound, unless a constraint rules them out. */
function excludeFromDefault({ before }: PatternInput, parentName: ObjectName, bound: PartitionBound): Excluded | Refusal {
  const parent = before.table(parentName);
  const other = parent === undefined ? undefined : defaultPartition(parent, before);
  if (parent?.partitionBy === undefined || other === undefined || bound.kind === 'hash' || bound.kind === 'default') return { before: [], after: [], again: [] };
  const condition = boundCondition(parent.partitionBy, bound, parent);
  if (condition === undefined) return { refused: `${parentName.name} has a DEFAULT partition and is partitioned by an expression: the constraint that keeps the new rows out of it has to be written by hand.` };
  if (other.partitionBy !== undefined) return { refused: `The DEFAULT partition ${other.name} is partitioned itself: rule the new rows out in each of its partitions.` };
  const name: ObjectName = { schema: other.schema, name: other.name };
  const check = freshName(before, name, `${other.name}_excludes`);
  return { before: prove(name, check, `NOT (${condition})`), after: [`ALTER TABLE ${quoteName(name)} DROP CONSTRAINT ${quote(check)}`], again: [addCheck(name, check, `NOT (${condition})`)] };
}
