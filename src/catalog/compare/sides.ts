import { KIND_LABELS } from '../apply/context.ts';
import type { Extension, ObjectId, Relation, Routine, UserType } from '../schema.ts';
import type { Assumption, Facts, PartKind, Shadow } from '../state/assumptions.ts';
import { isChange } from '../state/journal.ts';
import { label, readShadowKey } from '../state/learn.ts';
import type { SchemaState, Store } from '../state/store.ts';
import type { Description } from './describe.ts';
import { describeRelation, describeRoutine, describeType, NOTHING, partLabel } from './describe.ts';

/** Something that was there at a moment, with what is known of it. */
export interface Entry {
  readonly label: string;
  readonly owner: string | undefined;
  readonly facts: () => Facts;
  /** Facts that are unknown, but cannot have been this. */
  readonly nots: Record<string, string>;
  readonly maybe: boolean;
  readonly object: ObjectId | undefined;
  /** False: it may have parts that are not told. */
  readonly complete: boolean;
  readonly source?: object | undefined;
}

/** Everything concerned that was there at a moment, by label. */
export type Side = Map<string, Entry>;

/** Objects to look at. */
export interface Concerned {
  readonly relations: Iterable<ObjectId>;
  readonly types: Iterable<ObjectId>;
  readonly routines: Iterable<ObjectId>;
  readonly extensions: Iterable<string>;
  readonly schemas: Iterable<string>;
  readonly shadows: Iterable<string>;
  readonly ghosts: Iterable<string>;
}

/** What has been touched since a moment, and how to read it as it was then and as it is now. */
export interface Touched extends Concerned {
  readonly assumptions: readonly Assumption[];
  readonly then: Reader;
  readonly now: Reader;
}

interface Reader {
  relation(id: ObjectId): Relation | undefined;
  type(id: ObjectId): UserType | undefined;
  routine(id: ObjectId): Routine | undefined;
  extension(name: string): Extension | undefined;
  schema(name: string): SchemaState | undefined;
  shadow(key: string): Shadow | undefined;
  ghost(label: string): ObjectId | undefined;
}

export function collectTouched(store: Store, moment: number): Touched {
  const before = new Map<unknown, Map<unknown, unknown>>();
  const assumptions: Assumption[] = [];
  for (const entry of store.journal.entries.slice(moment)) {
    if (!isChange(entry)) {
      assumptions.push(entry);
      continue;
    }
    const values = before.get(entry.map) ?? new Map<unknown, unknown>();
    before.set(entry.map, values);
    if (!values.has(entry.key)) values.set(entry.key, entry.previous);
  }
  const keys = <Key, Value>(map: Map<Key, Value>): Set<Key> => new Set((before.get(map)?.keys() ?? []) as Iterable<Key>);
  const past = <Key, Value>(map: Map<Key, Value>): ((key: Key) => Value | undefined) => {
    const values = before.get(map);
    return (key) => (values?.has(key) === true ? (values.get(key) as Value | undefined) : map.get(key));
  };
  const shadows = keys(store.shadows);
  const owners = [...[...shadows].map((key) => readShadowKey(key).owner), ...assumptions.flatMap(({ object }) => object ?? [])];
  return {
    relations: new Set([...keys(store.relations), ...owners]),
    types: new Set([...keys(store.types), ...owners]),
    routines: keys(store.routines),
    extensions: keys(store.extensions),
    schemas: keys(store.schemas),
    shadows,
    ghosts: keys(store.ghosts),
    assumptions,
    then: {
      relation: past(store.relations),
      type: past(store.types),
      routine: past(store.routines),
      extension: past(store.extensions),
      schema: past(store.schemas),
      shadow: past(store.shadows),
      ghost: past(store.ghosts),
    },
    now: readerOf(store),
  };
}

/** Reads what is there now. */
export const readerOf = (store: Store): Reader => ({
  relation: (id) => store.relations.get(id),
  type: (id) => store.types.get(id),
  routine: (id) => store.routines.get(id),
  extension: (name) => store.extensions.get(name),
  schema: (name) => store.schemas.get(name),
  shadow: (key) => store.shadows.get(key),
  ghost: (label) => store.ghosts.get(label),
});

export const everything = (store: Store): Concerned => ({
  relations: store.relations.keys(),
  types: store.types.keys(),
  routines: store.routines.keys(),
  extensions: store.extensions.keys(),
  schemas: store.schemas.keys(),
  shadows: store.shadows.keys(),
  ghosts: store.ghosts.keys(),
});

/** Columns and constraints that are the same in the same table: most, where one of many was changed. */
export function partsThatStayed({ relations, shadows, assumptions, then, now }: Touched): ReadonlySet<object> {
  const learnt = new Set([...[...shadows].map((key) => readShadowKey(key).owner), ...assumptions.map(({ object }) => object)]);
  const stayed = new Set<object>();
  for (const id of relations) {
    const [before, after] = [then.relation(id), now.relation(id)];
    if (before?.kind !== 'table' || after?.kind !== 'table' || before.name !== after.name || before.schema !== after.schema || learnt.has(id)) continue;
    const parts = new Set<object>([...before.columns, ...before.constraints]);
    for (const part of [...after.columns, ...after.constraints]) if (parts.has(part)) stayed.add(part);
  }
  return stayed;
}

/** `without`: parts that nobody needs to hear of. */
export function describeSide(store: Store, touched: Concerned, reader: Reader, without: ReadonlySet<object> = NONE): { readonly side: Side; readonly subjects: Map<number, Entry> } {
  const side: Side = new Map();
  const add = ({ label, owner, facts, object, complete, source }: Omit<Description, 'object'> & { readonly object?: ObjectId | undefined }): void => {
    side.set(label, { label, owner, facts, nots: {}, maybe: false, object, complete, source });
  };
  for (const label of touched.ghosts) {
    const object = reader.ghost(label);
    if (object !== undefined) add({ label, owner: undefined, facts: NOTHING, object, complete: false });
  }
  for (const id of touched.relations) {
    const relation = reader.relation(id);
    if (relation === undefined || relation.schema === store.semantics.temporarySchema) continue;
    for (const description of describeRelation(relation, reader, without)) add(description);
  }
  for (const id of touched.types) {
    const type = reader.type(id);
    if (type !== undefined) for (const description of describeType(type)) add(description);
  }
  for (const id of touched.routines) {
    const routine = reader.routine(id);
    if (routine !== undefined) add(describeRoutine(routine));
  }
  for (const name of touched.extensions) {
    if (reader.extension(name) !== undefined) add({ label: `extension ${name}`, owner: undefined, facts: NOTHING, complete: true });
  }
  for (const name of touched.schemas) {
    const schema = reader.schema(name);
    if (schema !== undefined) add({ label: `schema ${name}`, owner: undefined, facts: () => ({ comment: schema.comment ?? 'none' }), complete: true });
  }
  return { side, subjects: addShadows(side, touched, reader) };
}

const NONE: ReadonlySet<object> = new Set();

/** Parts that are there without being known in full. */
function addShadows(side: Side, touched: Concerned, reader: Reader): Map<number, Entry> {
  const subjects = new Map<number, Entry>();
  for (const key of touched.shadows) {
    const shadow = reader.shadow(key);
    const { owner: id, part, name } = readShadowKey(key);
    const owner = reader.relation(id) ?? reader.type(id);
    if (shadow === undefined || owner === undefined) continue;
    const own = label('values' in owner || 'checks' in owner || owner.kind === 'other' ? typeKind(owner) : KIND_LABELS[owner.kind], owner);
    subjects.set(shadow.subject, addPart(side, own, owner, part, name, shadow.facts, id, false));
  }
  return subjects;
}

const typeKind = (type: UserType): string => (type.kind === 'domain' ? 'domain' : 'type');

/** What operations gave away about the time before them. */
export function addAssumptions(side: Side, subjects: Map<number, Entry>, { assumptions, then }: Touched): void {
  const assumed = new Map<ObjectId, string>();
  for (const { subject, object, part, name, maybe, not } of assumptions) {
    if (part === undefined) {
      if (!side.has(name)) side.set(name, { label: name, owner: undefined, facts: NOTHING, nots: {}, maybe, object, complete: false });
      if (object !== undefined) assumed.set(object, name);
      continue;
    }
    if (object === undefined) continue;
    const relation = then.relation(object);
    const type = then.type(object);
    const own = relation !== undefined ? label(KIND_LABELS[relation.kind], relation) : type !== undefined ? label(typeKind(type), type) : assumed.get(object);
    // Made since then, so that it had no parts.
    if (own === undefined) continue;
    const entry = subjects.get(subject) ?? addPart(side, own, qualifiedOf(own), part, name, {}, object, maybe);
    subjects.set(subject, entry);
    if (not !== undefined && entry.facts()[not.fact] === undefined) entry.nots[not.fact] ??= not.value;
  }
}

/** The word or words before the name in a label. */
export const kindOf = (own: string): string => own.slice(0, own.indexOf(' ', own.startsWith('materialized ') || own.startsWith('enum ') ? own.indexOf(' ') + 1 : 0));

/** `table public.users` without its kind, as the parts are named after it. */
function qualifiedOf(own: string): { readonly schema: string; readonly name: string } {
  const [schema = '', ...name] = own.slice(kindOf(own).length + 1).split('.');
  return { schema, name: name.join('.') };
}

const PART_LABELS: { readonly [Part in PartKind]: string } = {
  itself: '',
  column: 'column',
  constraint: 'constraint',
  trigger: 'trigger',
  policy: 'policy',
  rule: 'rule',
  value: 'enum value',
  attribute: 'attribute',
};

function addPart(
  side: Side,
  own: string,
  owner: { readonly schema: string; readonly name: string },
  part: PartKind,
  name: string,
  facts: Facts,
  object: ObjectId,
  maybe: boolean,
): Entry {
  const whole = part === 'itself';
  const name_ = whole ? own : partLabel(PART_LABELS[part], owner, name);
  const known = side.get(name_);
  const entry: Entry =
    known === undefined
      ? { label: name_, owner: whole ? undefined : own, facts: () => facts, nots: {}, maybe, object, complete: !whole }
      : { ...known, facts: () => ({ ...facts, ...known.facts() }) };
  side.set(name_, entry);
  return entry;
}
