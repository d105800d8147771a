/** Identities of one catalog and those of another that stand for them. */
export interface Pairs {
  readonly there: Map<number, number>;
  readonly back: Map<number, number>;
}

export function pair(first: number, second: number, { there, back }: Pairs): boolean {
  if (there.has(first) || back.has(second)) return there.get(first) === second;
  there.set(first, second);
  back.set(second, first);
  return true;
}

/** Identities that stand for other ones on the other side. */
export function moved({ there }: Pairs): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [first, second] of there) if (first !== second) found.add(first).add(second);
  return found;
}

/** Fields that hold identities. */
const IDENTITIES: ReadonlySet<string> = new Set([
  ...['id', 'subject', 'table', 'parent', 'ofType', 'typeId', 'defaultTypeId', 'sequence', 'index', 'references'],
  ...['dependents', 'reads', 'indexes', 'inherits', 'children', 'referencedBy'],
]);

/** Lists that are sets to whoever reads them by name, as for differences: of identities, and of parts with names. */
const UNORDERED: ReadonlySet<string> = new Set(['dependents', 'reads', 'indexes', 'children', 'referencedBy']);
const BY_NAME: ReadonlySet<string> = new Set(['columns', 'constraints', 'triggers', 'policies', 'rules']);

/** Identities, or sets of them, that have to stand for each other. */
type Condition = readonly [number, number] | readonly [readonly unknown[], readonly unknown[]];

/** Whether two values of catalogs say the same, places in files aside. */
export function same(first: unknown, second: unknown, pairs: Pairs): boolean {
  if (typeof first !== 'object' || typeof second !== 'object' || first === null || second === null) return first === second;
  return conditionsFor(first, second)?.every((condition) => holds(condition, pairs)) === true;
}

function holds([one, other]: Condition, pairs: Pairs): boolean {
  if (typeof one === 'number') return pair(one, other as number, pairs);
  const others = new Set(other as readonly unknown[]);
  return one.every((id) => others.has(pairs.there.get(id as number)));
}

/** A WeakMap would keep them longer, see `recently`. */
const compared = new Map<object, Map<object, readonly Condition[] | null>>();

/** Values that are remembered at a time. */
const MOST = 2_000;

/** What has to hold for two values, which never change, to say the same; null: they do not. */
function conditionsFor(first: object, second: object): readonly Condition[] | null {
  let own = compared.get(first);
  if (own === undefined) {
    if (compared.size >= MOST) compared.clear();
    compared.set(first, (own = new Map()));
  }
  let found = own.get(second);
  if (found === undefined) {
    const conditions: Condition[] = [];
    own.set(second, (found = compare(first, second, '', conditions) ? conditions : null));
  }
  return found;
}

/** Answers with false where they differ whatever stands for what. */
function compare(first: unknown, second: unknown, field: string, conditions: Condition[]): boolean {
  if (typeof first === 'number' && typeof second === 'number') {
    if (IDENTITIES.has(field)) conditions.push([first, second]);
    return IDENTITIES.has(field) || first === second;
  }
  if (first === second) {
    if (typeof first === 'object' && first !== null) for (const one of identitiesIn(first, field)) conditions.push([one, one]);
    return true;
  }
  if (typeof first !== 'object' || typeof second !== 'object' || first === null || second === null) return false;
  if (Array.isArray(first)) return Array.isArray(second) && compareLists(first, second, field, conditions);
  if (field === 'origin') return sameOrigin(first, second);
  const one = first as Readonly<Record<string, unknown>>;
  const other = second as Readonly<Record<string, unknown>>;
  for (const key in one) if (key !== 'span' && !compare(one[key], other[key], key, conditions)) return false;
  for (const key in other) if (key !== 'span' && other[key] !== undefined && one[key] === undefined) return false;
  return true;
}

const known = new WeakMap<object, readonly number[]>();

/** All that a value of a catalog, which never changes, speaks of. */
export function identitiesIn(value: object, field = ''): readonly number[] {
  let found = known.get(value);
  if (found === undefined) known.set(value, (found = [...new Set(collected(value, field))]));
  return found;
}

function collected(value: unknown, field: string): readonly number[] {
  if (typeof value === 'number') return IDENTITIES.has(field) ? [value] : [];
  if (typeof value !== 'object' || value === null || field === 'origin' || field === 'span') return [];
  return Array.isArray(value) ? value.flatMap((one) => collected(one, field)) : Object.entries(value).flatMap(([key, one]) => collected(one, key));
}

/** Whether the history has made it: in which migration is not asked again when that is over. */
const sameOrigin = (first: object, second: object): boolean =>
  'migration' in first && 'migration' in second && Number(first.migration) < 0 === Number(second.migration) < 0;

function compareLists(first: readonly unknown[], second: readonly unknown[], field: string, conditions: Condition[]): boolean {
  if (first.length !== second.length) return false;
  if (UNORDERED.has(field) && first.every((one) => typeof one === 'number')) {
    conditions.push([first, second]);
    return true;
  }
  if (!BY_NAME.has(field) || !first.every((one) => nameOf(one) !== '')) return first.every((one, index) => compare(one, second[index], field, conditions));
  const [ours, theirs] = [byName(first), byName(second)];
  return ours.every((one, index) => compare(one, theirs[index], '', conditions));
}

const byName = (parts: readonly unknown[]): readonly unknown[] => parts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));

const nameOf = (part: unknown): string => (typeof part === 'object' && part !== null && 'name' in part ? String(part.name) : '');
