import type { DeleteStmt, InsertStmt, MergeStmt, Node, UpdateStmt, WithClause } from 'libpg-query';
import { MANY_SOURCES } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as } from './ast.ts';
import { relationName } from './names.ts';

/** Names that hide relations: common table expressions in force. */
export interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | undefined;
}

/** An item of FROM. */
export interface Source {
  readonly aliases: readonly string[];
  /** Undefined for what is no relation of the catalog, as a CTE. */
  readonly relation: ObjectName | undefined;
  /** Its columns go by other names here. */
  readonly renamed?: true;
}

/** The items of FROM of a query and of those around it, innermost last. */
export type Levels = readonly (readonly Source[])[];
export type Change = InsertStmt | UpdateStmt | DeleteStmt | MergeStmt;

/** The relations that a bare name can be a column of; none where it is the name of one of them. */
export function anywhere(name: string, sources: Levels): readonly ObjectName[] | undefined {
  if (sources.reduce((sum, level) => sum + level.length, 0) > MANY_SOURCES) return undefined;
  return sources.some((level) => level.some(({ aliases }) => aliases.includes(name))) ? undefined : known(sources.flat());
}

/** Undefined where one of them is no relation, or has other names for its columns. */
export function known(sources: readonly Source[] | undefined): readonly ObjectName[] | undefined {
  const relations = (sources ?? []).flatMap(({ relation, renamed }) => (relation === undefined || renamed === true ? [] : [relation]));
  return relations.length === sources?.length ? relations : undefined;
}

export function sourcesOf(items: readonly (Node | undefined)[] | undefined, around: readonly string[], scope: Scope | undefined): readonly Source[] {
  return (items ?? []).flatMap((item) => {
    const join = as(item, 'JoinExpr');
    if (join !== undefined) return sourcesOf([join.larg, join.rarg], [...around, ...(join.alias?.aliasname === undefined ? [] : [join.alias.aliasname])], scope);
    const relation = as(item, 'RangeVar');
    const own = (relation ?? as(item, 'RangeSubselect') ?? as(item, 'RangeFunction'))?.alias?.aliasname ?? relation?.relname;
    const name = relation === undefined ? undefined : relationName(relation);
    const isKnown = name !== undefined && (name.schema !== undefined || !hidden(scope, name.name));
    const renamed = around.length > 0 || relation?.alias?.colnames !== undefined;
    return [{ aliases: own === undefined ? around : [...around, own], relation: isKnown ? name : undefined, ...(renamed && { renamed }) }];
  });
}

/** What `*` stands for, or `alias.*`, which may be one of a query around. */
export function starred(alias: string | undefined, sources: Levels): readonly ObjectName[] {
  const own = alias === undefined ? sources.at(-1) : sources.findLast((level) => level.some(({ aliases }) => aliases.includes(alias)));
  return (own ?? []).flatMap(({ aliases, relation }) => (relation === undefined || (alias !== undefined && !aliases.includes(alias)) ? [] : [relation]));
}

/** What the names in a data-modifying statement can be of: its target, and what it takes rows from. */
export function changedSources(statement: Change, scope: Scope = scopeOf(statement.withClause)): readonly Source[] {
  const items = 'fromClause' in statement ? statement.fromClause : 'usingClause' in statement ? statement.usingClause : 'sourceRelation' in statement ? [statement.sourceRelation] : [];
  const { relation } = statement;
  const own: readonly Source[] = relation === undefined ? [] : [{ aliases: [relation.alias?.aliasname ?? relation.relname ?? '', ...('onConflictClause' in statement ? ['excluded'] : [])], relation: relationName(relation) }];
  return [...own, ...sourcesOf(items, [], scope)];
}

/** The common table expressions of one statement. */
export const scopeOf = (clause: WithClause | undefined): Scope => ({ names: new Set(all(clause?.ctes, 'CommonTableExpr').map(({ ctename }) => ctename ?? '')), parent: undefined });

export function hidden(scope: Scope | undefined, name: string): boolean {
  for (let each = scope; each !== undefined; each = each.parent) if (each.names.has(name)) return true;
  return false;
}
