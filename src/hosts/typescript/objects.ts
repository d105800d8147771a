import { spreadOf } from './builtins/records.ts';
import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import { keyName } from './members.ts';
import type { Expression, SpreadElement } from './nodes.ts';
import { isGivenAt } from './site.ts';
import type { Accessor, RecordValue, Value } from './value.ts';
import { list, record, text, UNDEFINED } from './value.ts';

export function spreadInto(items: Value[], element: Expression | SpreadElement, frame: Frame): void {
  if (element.type !== 'SpreadElement') {
    const value = evaluate(element, frame);
    isGivenAt(value, element, frame);
    items.push(value);
    return;
  }
  addSpread(items, evaluate(element.argument, frame), element, frame);
}

function addSpread(items: Value[], value: Value, element: SpreadElement, frame: Frame): void {
  if (value.kind === 'list') items.push(...value.items);
  else if (value.kind === 'text') items.push(...[...value.text].map((character) => text(character)));
  else if (value.kind === 'record') items.push(...spreadOf(value));
  else items.push(unknownAt(frame, element, `what \`...${sourceOf(frame, element.argument)}\` adds is only known when it runs`));
}

export function arrayOf(elements: readonly (Expression | SpreadElement | null)[], frame: Frame): Value {
  const [only] = elements;
  if (elements.length === 1 && only?.type === 'SpreadElement') return copyOf(only, frame);
  const value = frame.machine.made(list([]));
  for (const element of elements) {
    if (element === null) value.items.push(UNDEFINED);
    else spreadInto(value.items, element, frame);
  }
  return value;
}

/** `[...rows]` has as many items as there are rows. */
function copyOf(element: SpreadElement, frame: Frame): Value {
  const of = evaluate(element.argument, frame);
  if (of.kind === 'unknown') return { ...unknownAt(frame, element.argument, of.reason), item: of.item ?? unknownAt(frame, element.argument, of.reason) };
  const items: Value[] = [];
  addSpread(items, of, element, frame);
  return frame.machine.made(list(items));
}

export function objectOf(node: Extract<Expression, { readonly type: 'ObjectExpression' }>, frame: Frame): RecordValue {
  const accessors = new Map<string, Accessor>();
  const isAccessor = node.properties.some((property) => property.type === 'Property' && property.kind !== 'init');
  const value: RecordValue = frame.machine.made({ ...record(), ...(isAccessor ? { accessors } : {}), ...(frame.module.main ? { span: placeOf(frame, node) } : {}) });
  for (const property of node.properties) {
    if (property.type === 'SpreadElement') {
      const from = evaluate(property.argument, frame);
      if (from.kind === 'record') {
        for (const [name, entry] of from.entries) value.entries.set(name, entry);
        if (from.partly !== undefined) value.partly = from.partly;
      } else if (from.kind === 'list') for (const [index, item] of from.items.entries()) value.entries.set(String(index), item);
      else if (from.kind === 'unknown' || from.kind === 'chain') value.partly = unknownAt(frame, property, `what \`...${sourceOf(frame, property.argument)}\` adds is only known when it runs`);
      continue;
    }
    const name = keyName(property.key, property.computed, frame);
    if (name === undefined) {
      evaluate(property.value, frame);
      value.partly = unknownAt(frame, property.key, `the name \`${sourceOf(frame, property.key)}\` is only known when it runs`);
      continue;
    }
    const entry = evaluate(property.value, frame);
    if ((property.kind === 'get' || property.kind === 'set') && entry.kind === 'function') accessors.set(name, { ...accessors.get(name), [property.kind]: entry });
    if (property.kind !== 'set') value.entries.set(name, property.kind === 'get' && entry.kind === 'function' ? asideOf(frame, () => entry.call([], value, placeOf(frame, property))) : entry);
  }
  return value;
}

/** What a getter gives when it is first looked at, for those who go over the entries. */
export function asideOf({ machine }: Frame, run: () => Value): Value {
  let value: Value = UNDEFINED;
  machine.aside(() => void machine.collect(() => {
    value = run();
  }));
  return value;
}
