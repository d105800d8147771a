import type { ColumnRef, Node, RangeVar, ResTarget, SelectStmt, WithClause } from 'libpg-query';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as, strings } from '../parse/ast.ts';
import { parseTree } from '../parse/engine.ts';
import { figuredName, outputsOf } from '../parse/outputs.ts';
import { isStar } from '../parse/reads.ts';
import type { Tokens } from '../parse/tokens.ts';
import { CLOSE_PARENTHESIS, COMMA, nameEnd, OPEN_PARENTHESIS, tokenize } from '../parse/tokens.ts';
import { quote } from '../quote.ts';

/** What a query is to read instead. */
export interface Retarget {
  /** New names, each in the schema of the old one, by `relationKey` of the relation. */
  readonly relations: ReadonlyMap<string, string>;
  /** A column that is read under another name; the result keeps its names. */
  readonly column?: { readonly table: string; readonly from: string; readonly to: string };
}

export const relationKey = (before: CatalogView, name: ObjectName): string => Object.values(before.resolve(name)).join('\0');

/** The query with other relations or another column in it, every other character as it was; `why` says what leaves it open. */
export function retargeted(text: string, change: Retarget, before: CatalogView): { readonly text: string } | { readonly why: string } {
  const tree = parseTree(text);
  const root = 'error' in tree ? undefined : as(tree.statements[0], 'SelectStmt');
  if (root === undefined) return { why: 'its query cannot be read' };
  const state: State = { text, tokens: tokenize(text).tokens, at: offsets(text), change, before, edits: [], why: undefined };
  select(root, undefined, state);
  if (state.why !== undefined) return { why: state.why };
  let result = text;
  for (const { start, end, by } of state.edits.toSorted((a, b) => b.start - a.start || b.end - a.end)) result = result.slice(0, start) + by + result.slice(end);
  return { text: result };
}

interface State {
  readonly text: string;
  readonly tokens: Tokens;
  /** Characters before a place that the parser counts in bytes. */
  readonly at: (byte: number) => number;
  readonly change: Retarget;
  readonly before: CatalogView;
  readonly edits: { readonly start: number; readonly end: number; readonly by: string }[];
  why: string | undefined;
}

/** What stands in FROM. */
interface Item {
  readonly alias: string;
  /** Of a relation of the catalog. */
  readonly key: string | undefined;
  readonly renamed: string | undefined;
  /** Undefined: nobody can tell. */
  readonly columns: ReadonlySet<string> | undefined;
}

interface Scope {
  readonly items: Item[];
  readonly ctes: Map<string, ReadonlySet<string> | undefined>;
  readonly outputs: ReadonlySet<string>;
  readonly parent: Scope | undefined;
}

function select(statement: SelectStmt, parent: Scope | undefined, state: State): void {
  const { columns: names } = known(statement);
  const scope: Scope = { items: [], ctes: new Map(), outputs: new Set(names), parent };
  ctes(statement.withClause, scope, state);
  if (statement.larg !== undefined) select(statement.larg, scope, state);
  if (statement.rarg !== undefined) select(statement.rarg, scope, state);
  for (const item of statement.fromClause ?? []) from(item, scope, state);
  for (const target of all(statement.targetList, 'ResTarget')) result(target, scope, state);
  for (const by of [...(statement.sortClause ?? []), ...(statement.distinctClause ?? [])]) sorting(by, scope, state);
  for (const [field, value] of Object.entries(statement)) if (!READ_BY_ITSELF.has(field)) visit(value, scope, state);
}

const READ_BY_ITSELF: ReadonlySet<string> = new Set(['withClause', 'larg', 'rarg', 'fromClause', 'targetList', 'sortClause', 'distinctClause'] satisfies (keyof SelectStmt)[]);

/** Names of the result, where all of them can be told. */
function known(statement: SelectStmt): { readonly columns: readonly string[]; readonly complete: boolean } {
  const { names, hasStar } = outputsOf(statement);
  const columns = names.filter((name) => name !== undefined);
  return { columns, complete: !hasStar && columns.length === names.length };
}

const setOf = (statement: SelectStmt | undefined): ReadonlySet<string> | undefined => {
  const outputs = statement === undefined ? undefined : known(statement);
  return outputs?.complete === true ? new Set(outputs.columns) : undefined;
};

function ctes(clause: WithClause | undefined, scope: Scope, state: State): void {
  const found = all(clause?.ctes, 'CommonTableExpr');
  // Each may read those before it, and itself where it is recursive.
  if (clause?.recursive === true) for (const { ctename = '' } of found) scope.ctes.set(ctename, undefined);
  for (const { ctename = '', ctequery, aliascolnames } of found) {
    const query = as(ctequery, 'SelectStmt');
    if (query === undefined) state.why ??= `its WITH has more than queries`;
    else select(query, scope, state);
    scope.ctes.set(ctename, aliascolnames === undefined ? setOf(query) : new Set(strings(aliascolnames)));
  }
}

function from(node: Node, scope: Scope, state: State): void {
  const { change } = state;
  const range = as(node, 'RangeVar');
  if (range !== undefined) {
    scope.items.push(relation(range, scope, state));
    return;
  }
  const join = as(node, 'JoinExpr');
  if (join !== undefined) {
    const first = scope.items.length;
    for (const side of [join.larg, join.rarg]) if (side !== undefined) from(side, scope, state);
    const reads = change.column !== undefined && scope.items.slice(first).some(({ key }) => key === change.column?.table);
    if (reads && (join.isNatural === true || strings(join.usingClause).includes(change.column?.from ?? ''))) state.why ??= `it joins by the name of the column`;
    if (join.alias !== undefined) state.why ??= 'it gives a join a name';
    visit(join.quals, scope, state);
    return;
  }
  const inner = as(node, 'RangeSubselect');
  if (inner !== undefined) {
    const query = as(inner.subquery, 'SelectStmt');
    if (query !== undefined) select(query, inner.lateral === true ? scope : { ...scope, items: [] }, state);
    scope.items.push({ alias: inner.alias?.aliasname ?? '', key: undefined, renamed: undefined, columns: inner.alias?.colnames === undefined ? setOf(query) : new Set(strings(inner.alias.colnames)) });
    return;
  }
  visit(node, scope, state);
  const alias = as(node, 'RangeFunction')?.alias ?? as(node, 'RangeTableFunc')?.alias ?? as(node, 'RangeTableSample')?.relation;
  scope.items.push({ alias: alias !== undefined && 'aliasname' in alias ? (alias.aliasname ?? '') : '', key: undefined, renamed: undefined, columns: undefined });
  if (as(node, 'RangeTableSample') !== undefined) state.why ??= 'it takes a sample';
}

function relation(range: RangeVar, scope: Scope, state: State): Item {
  const { before, change, tokens } = state;
  const name: ObjectName = { ...(range.schemaname === undefined ? {} : { schema: range.schemaname }), name: range.relname ?? '' };
  const alias = range.alias?.aliasname;
  const own = range.schemaname === undefined ? cteOf(name.name, scope) : undefined;
  if (own !== undefined) return { alias: alias ?? name.name, key: undefined, renamed: undefined, columns: own.columns };
  const key = relationKey(before, name);
  const renamed = change.relations.get(key);
  if ((renamed !== undefined || key === change.column?.table) && range.alias?.colnames !== undefined) state.why ??= `it gives the columns of ${name.name} other names`;
  if (renamed !== undefined) replace(nameEnd(tokens, tokenAt(range.location, state)) - 1, renamed, state);
  const found = before.relation(name);
  const columns = found?.kind === 'table' && found.complete ? found.columns.map((column) => column.name) : (found?.kind === 'view' || found?.kind === 'materializedView') && found.complete && found.columns.every((column) => column !== undefined) ? found.columns.map(String) : undefined;
  return { alias: alias ?? name.name, key, renamed: alias === undefined ? renamed : undefined, columns: columns === undefined ? undefined : new Set(columns) };
}

function cteOf(name: string, scope: Scope | undefined): { readonly columns: ReadonlySet<string> | undefined } | undefined {
  for (let at = scope; at !== undefined; at = at.parent) if (at.ctes.has(name)) return { columns: at.ctes.get(name) };
  return undefined;
}

/** A result that goes by the name of the column goes on doing so. */
function result(target: ResTarget, scope: Scope, state: State): void {
  const count = state.edits.length;
  visit(target.val, scope, state);
  const { column } = state.change;
  if (column === undefined || target.name !== undefined || state.edits.length === count || isStar(target.val) || figuredName(target.val) !== column.from) return;
  const end = endOfTarget(tokenAt(target.location, state), state.tokens);
  state.edits.push({ start: state.tokens.end(end - 1), end: state.tokens.end(end - 1), by: ` AS ${quote(column.from)}` });
}

const AFTER_TARGETS: ReadonlySet<string> = new Set(['from', 'into', 'where', 'group', 'having', 'window', 'union', 'intersect', 'except', 'order', 'limit', 'offset', 'fetch', 'for']);

function endOfTarget(first: number, tokens: Tokens): number {
  let depth = 0;
  for (let at = first; at < tokens.count; at++) {
    const code = tokens.code(at);
    if (code === OPEN_PARENTHESIS) depth++;
    else if (code === CLOSE_PARENTHESIS && depth-- === 0) return at;
    else if (depth === 0 && (code === COMMA || (AFTER_TARGETS.has(tokens.word(at)) && !tokens.is(at - 1, 'distinct')))) return at;
  }
  return tokens.count;
}

/** A bare name that is one of the result is that. */
function sorting(node: Node, scope: Scope, state: State): void {
  const key = as(node, 'SortBy')?.node ?? node;
  const [name, ...more] = strings(as(key, 'ColumnRef')?.fields);
  if (name === undefined || more.length > 0 || !scope.outputs.has(name)) visit(node, scope, state);
}

function visit(value: unknown, scope: Scope, state: State): void {
  if (Array.isArray(value)) for (const one of value) visit(one, scope, state);
  else if (typeof value === 'object' && value !== null) {
    const node = value as Node;
    const query = as(node, 'SelectStmt');
    const ref = as(node, 'ColumnRef');
    if (query !== undefined) select(query, scope, state);
    else if (ref !== undefined) reference(ref, scope, state);
    else for (const one of Object.values(value)) visit(one, scope, state);
  }
}

function reference(ref: ColumnRef, scope: Scope, state: State): void {
  const { column } = state.change;
  const fields = strings(ref.fields);
  const first = tokenAt(ref.location, state);
  const star = isStar({ ColumnRef: ref });
  const [name, qualifier] = star ? [undefined, fields.at(-1)] : [fields.at(-1), fields.at(-2)];
  if (qualifier === undefined) {
    if (star) {
      if (scope.items.some(({ key }) => key !== undefined && key === column?.table)) state.why ??= 'it takes all columns with a star';
    } else if (name !== undefined) bare(name, first, scope, state);
    return;
  }
  const item = named(qualifier, scope);
  if (item?.renamed !== undefined) replace(first + 2 * (star ? fields.length - 1 : fields.length - 2), item.renamed, state);
  if (item?.key === undefined || item.key !== column?.table) return;
  if (star) state.why ??= 'it takes all columns with a star';
  else if (name === column.from) replace(first + 2 * (fields.length - 1), column.to, state);
}

function bare(name: string, token: number, scope: Scope, state: State): void {
  const { column } = state.change;
  if (column?.from === name) {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      if (at.items.some(({ key }) => key === column.table)) return replace(token, column.to, state);
      if (at.items.some(({ columns }) => columns?.has(name) === true)) return;
      if (at.items.some(({ columns }) => columns === undefined)) {
        state.why ??= `nobody can tell whose column ${name} it reads`;
        return;
      }
    }
    return;
  }
  const item = named(name, scope);
  const isColumn = item === undefined || scope.items.some(({ columns }) => columns?.has(name) === true);
  if (!isColumn && (item.renamed !== undefined || (item.key !== undefined && item.key === column?.table))) state.why ??= `it takes whole rows of ${name}`;
}

function named(alias: string, scope: Scope): Item | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.items.find((item) => item.alias === alias);
    if (found !== undefined) return found;
  }
  return undefined;
}

function replace(token: number, name: string, { tokens, edits }: State): void {
  edits.push({ start: tokens.start(token), end: tokens.end(token), by: quote(name) });
}

function tokenAt(location: number | undefined, { tokens, at }: State): number {
  const place = at(location ?? 0);
  let [low, high] = [0, tokens.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.start(middle) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function offsets(text: string): (byte: number) => number {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === text.length) return (byte) => byte;
  const decoder = new TextDecoder();
  return (byte) => decoder.decode(bytes.subarray(0, byte)).length;
}
