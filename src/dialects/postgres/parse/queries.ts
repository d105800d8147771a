import type { Node, SelectStmt, WithClause } from 'libpg-query';
import type { Picks, Query, RelationUse } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as } from './ast.ts';
import { isBounded, limitingRelations, limitsRows, pickedByCtes, pickedBySelect } from './bounds.ts';
import { checksOf } from './checks/checks.ts';
import type { Context } from './context.ts';
import { spanOf, textOf } from './context.ts';
import type { Outputs } from './outputs.ts';
import { outputsOf, returnedOutputs } from './outputs.ts';
import { nameKey, neededByParts, neededBySelect, writtenByCtes } from './needs.ts';
import { resultsOf } from './results.ts';
import type { Source } from './sources.ts';
import { changedSources } from './sources.ts';
import { distinct, distinctCalls, readsOf } from './reads.ts';
import { relationName } from './names.ts';
import type { Range } from './tokens.ts';

/** A query as seen from outside. Data-modifying statements count with their target among the writes. */
export function query(node: Node, context: Context, range: Range): Query {
  const select = as(node, 'SelectStmt');
  if (select !== undefined) {
    const results = resultsOf(select);
    const built = withChecks(node, context, build(context, range, { parts: [node], outputs: outputsOf(select), bounded: isBounded(select), needs: neededBySelect(select), around: [], picked: pickedBySelect(select, context.variables) }));
    return results.length === 0 ? built : { ...built, results };
  }
  const insert = as(node, 'InsertStmt');
  const source = as(insert?.selectStmt, 'SelectStmt');
  const changed = insert ?? as(node, 'UpdateStmt') ?? as(node, 'DeleteStmt') ?? as(node, 'MergeStmt');
  const built = build(context, range, {
    parts: [node],
    outputs: returnedOutputs(changed?.returningClause?.exprs),
    bounded: insert !== undefined && (source === undefined || isBounded(source)),
  });
  return withChecks(node, context, built);
}

function withChecks(node: Node, context: Context, built: Query): Query {
  const checks = checksOf(node, context);
  return checks.length === 0 ? built : { ...built, checks };
}

export interface QueryParts {
  readonly with?: WithClause | undefined;
  readonly parts: readonly unknown[];
  readonly outputs: Outputs;
  readonly bounded: boolean;
  readonly boundedBy?: readonly ObjectName[];
  readonly needs?: Query['needs'] & object;
  /** What the names in it can be of besides its own FROM; absent: nobody knows. */
  readonly around?: readonly Source[];
  /** Which rows of a relation are read, where it is read in one place. */
  readonly picked?: ReadonlyMap<string, Picks>;
}

export function build(context: Context, range: Range, { with: clause, parts, outputs, bounded, boundedBy = [], needs = [], around, picked: read }: QueryParts): Query {
  const reading = readsOf(parts, context.variables, clause, around);
  const own = clause ?? within(parts[0]);
  const ctes = writtenByCtes(own);
  const picked = pickedByCtes(own, context.variables);
  const uses = distinct(
    reading.uses.map(({ relation, access, only }): RelationUse => ({ relation, access, only })),
    ({ relation, access, only }) => `${access} ${String(only)} ${relation.schema ?? ''}.${relation.name}`,
  );
  return {
    text: textOf(context, range),
    span: spanOf(context, range),
    reads: uses.filter(({ access }) => access === 'read' || access === 'lockRows').map((use) => (isAlone(use.relation, reading.uses) ? withPicks(use, read?.get(nameKey(use.relation))) : use)),
    writes: uses.filter(({ access }) => access !== 'read' && access !== 'lockRows').map((use): RelationUse => withPicks(withNeeds(use, ctes.get(nameKey(use.relation))), picked.get(nameKey(use.relation)))),
    calls: distinctCalls(reading.calls),
    outputs: outputs.names,
    ...(outputs.spread === undefined ? {} : { spread: outputs.spread }),
    columns: distinct(reading.columns, ({ qualifier, name }) => `${qualifier ?? ''}.${name}`),
    bounded,
    ...(boundedBy.length === 0 ? {} : { boundedBy }),
    hasStar: outputs.hasStar,
    ...(reading.mentions.length === 0 ? {} : { mentions: distinct(reading.mentions, ({ column, of }) => `${column} ${of.map(nameKey).join(' ')}`) }),
    ...(reading.stars.length === 0 ? {} : { stars: distinct(reading.stars, nameKey) }),
    ...(reading.aliases.length === 0 ? {} : { aliases: distinct(reading.aliases, ({ name, relation }) => `${name} ${relation === undefined ? '' : nameKey(relation)}`) }),
    ...(needs.length === 0 ? {} : { needs }),
  };
}

const isAlone = ({ schema, name }: ObjectName, uses: readonly { readonly relation: ObjectName }[]): boolean => uses.filter(({ relation }) => relation.name === name && relation.schema === schema).length === 1;

const withNeeds = (use: RelationUse, needs: RelationUse['needs']): RelationUse => (needs === undefined || needs.length === 0 ? use : { ...use, needs });

const withPicks = (use: RelationUse, picks: Picks | undefined): RelationUse => (picks === undefined || use.access === 'insert' ? use : { ...use, picks });

/** The WITH clause of a whole statement. */
function within(part: unknown): WithClause | undefined {
  const node = part as Node | undefined;
  const statement = as(node, 'SelectStmt') ?? as(node, 'InsertStmt') ?? as(node, 'UpdateStmt') ?? as(node, 'DeleteStmt') ?? as(node, 'MergeStmt');
  return statement?.withClause;
}

/** The query of an expression on its own, as in PERFORM or IF. */
export function expressionQuery(node: Node, context: Context, range: Range): Query {
  return build(context, range, { parts: [node], outputs: { names: [undefined], hasStar: false }, bounded: true });
}

/** The part of a data-modifying statement besides its target. */
export const restOf = (node: Node, context: Context, range: Range): Query => withChecks(node, context, besideTarget(node, context, range));

function besideTarget(node: Node, context: Context, range: Range): Query {
  const insert = as(node, 'InsertStmt');
  if (insert !== undefined) {
    const source: SelectStmt | undefined = as(insert.selectStmt, 'SelectStmt');
    return build(context, range, {
      with: insert.withClause,
      parts: [insert.selectStmt, insert.onConflictClause, insert.returningClause],
      outputs: returnedOutputs(insert.returningClause?.exprs),
      around: changedSources(insert),
      bounded: source === undefined || isBounded(source, insert.withClause),
      needs: source === undefined ? [] : neededBySelect(source, insert.withClause),
      ...(source === undefined || insert.withClause !== undefined ? {} : { picked: pickedBySelect(source, context.variables) }),
    });
  }
  const update = as(node, 'UpdateStmt');
  if (update !== undefined) {
    return build(context, range, {
      with: update.withClause,
      parts: [update.fromClause, update.targetList, update.whereClause, update.returningClause],
      outputs: returnedOutputs(update.returningClause?.exprs),
      around: changedSources(update),
      bounded: limitsRows(update.whereClause, update.fromClause, update.withClause),
      boundedBy: limitingRelations(update.whereClause, update.fromClause, update.withClause),
      needs: neededByParts(update.fromClause, update.whereClause, update.withClause),
    });
  }
  const deletion = as(node, 'DeleteStmt');
  if (deletion !== undefined) {
    return build(context, range, {
      with: deletion.withClause,
      parts: [deletion.usingClause, deletion.whereClause, deletion.returningClause],
      outputs: returnedOutputs(deletion.returningClause?.exprs),
      around: changedSources(deletion),
      bounded: limitsRows(deletion.whereClause, deletion.usingClause, deletion.withClause),
      boundedBy: limitingRelations(deletion.whereClause, deletion.usingClause, deletion.withClause),
      needs: neededByParts(deletion.usingClause, deletion.whereClause, deletion.withClause),
    });
  }
  const merge = as(node, 'MergeStmt');
  return build(context, range, {
    with: merge?.withClause,
    parts: [merge?.sourceRelation, merge?.joinCondition, merge?.mergeWhenClauses, merge?.returningClause],
    outputs: returnedOutputs(merge?.returningClause?.exprs),
    bounded: merge !== undefined && limitsRows(merge.joinCondition, merge.sourceRelation === undefined ? [] : [merge.sourceRelation], merge.withClause) && merge.mergeWhenClauses?.some((clause) => as(clause, 'MergeWhenClause')?.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE') !== true,
    needs: merge?.sourceRelation === undefined || merge.mergeWhenClauses?.some((clause) => as(clause, 'MergeWhenClause')?.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE') === true ? [] : neededByParts([merge.sourceRelation], undefined, merge.withClause),
  });
}

/** The relations that a list of RangeVar nodes names. */
export const relations = (nodes: readonly Node[] | undefined) => all(nodes, 'RangeVar').map((each) => relationName(each));
