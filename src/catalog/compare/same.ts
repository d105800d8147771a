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

/** Whether two values of catalogs say the same, places in files aside. */
export function same(first: unknown, second: unknown, field: string, pairs: Pairs): boolean {
  if (typeof first === 'number' && typeof second === 'number') return IDENTITIES.has(field) ? pair(first, second, pairs) : first === second;
  if (first === second) return typeof first !== 'object' || first === null || identitiesIn(first, field).every((one) => pair(one, one, pairs));
  if (typeof first !== 'object' || typeof second !== 'object' || first === null || second === null) return false;
  if (Array.isArray(first)) return Array.isArray(second) && sameLists(first, second, field, pairs);
  if (field === 'origin') return sameOrigin(first, second);
  const one = first as Readonly<Record<string, unknown>>;
  const other = second as Readonly<Record<string, unknown>>;
  for (const key in one) if (key !== 'span' && !same(one[key], other[key], key, pairs)) return false;
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

function sameLists(first: readonly unknown[], second: readonly unknown[], field: string, pairs: Pairs): boolean {
  if (first.length !== second.length) return false;
  if (UNORDERED.has(field) && first.every((one) => typeof one === 'number')) {
    const others = new Set(second);
    return first.every((one) => others.has(pairs.there.get(one)));
  }
  if (!BY_NAME.has(field) || !first.every((one) => nameOf(one) !== '')) return first.every((one, index) => same(one, second[index], field, pairs));
  const [ours, theirs] = [byName(first), byName(second)];
  return ours.every((one, index) => same(one, theirs[index], '', pairs));
}

const byName = (parts: readonly unknown[]): readonly unknown[] => parts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));

const nameOf = (part: unknown): string => (typeof part === 'object' && part !== null && 'name' in part ? String(part.name) : '');
