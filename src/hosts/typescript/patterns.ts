import { called } from './calls.ts';
import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { unknownAt } from './frame.ts';
import { keyName, member } from './members.ts';
import type { MemberExpression, Node, Pattern } from './nodes.ts';
import { declare, find, outermost } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Value } from './value.ts';
import { list, record, UNDEFINED } from './value.ts';

/** Takes a value apart into new variables. */
export const bind = (pattern: Pattern, value: Value, frame: Frame, into: Scope = frame.scope): void =>
  each(pattern, value, frame, (name, own) => {
    const known = into.names.get(name);
    if (known === undefined) declare(into, name, own);
    else known.value = own;
  });

/** Sets variables and members that are there. */
export const assign = (pattern: Pattern, value: Value, frame: Frame): void =>
  each(pattern, value, frame, (name, own) => {
    const binding = find(frame.scope, name);
    if (binding === undefined) declare(outermost(frame.scope), name, own);
    else {
      frame.machine.wrote(binding);
      binding.value = own;
    }
  });

function each(pattern: Pattern, value: Value, frame: Frame, set: (name: string, value: Value) => void): void {
  switch (pattern.type) {
    case 'Identifier':
      set(pattern.name, value);
      return;
    case 'AssignmentPattern':
      each(pattern.left, value.kind === 'undefined' ? evaluate(pattern.right, frame) : value, frame, set);
      return;
    case 'RestElement':
      each(pattern.argument, value, frame, set);
      return;
    case 'MemberExpression':
      setMember(pattern, value, frame);
      return;
    case 'ArrayPattern':
      for (const [index, element] of pattern.elements.entries()) {
        if (element === null) continue;
        if (element.type === 'RestElement') each(element.argument, value.kind === 'list' ? list(value.items.slice(index)) : value, frame, set);
        else each(element, itemOf(value, index, element, frame), frame, set);
      }
      return;
    case 'ObjectPattern': {
      const taken = new Set<string>();
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') {
          const rest = value.kind === 'record' ? { ...record([...value.entries].filter(([name]) => !taken.has(name))), ...(value.partly === undefined ? {} : { partly: value.partly }) } : value;
          each(property.argument, rest, frame, set);
          continue;
        }
        const name = keyName(property.key, property.computed, frame);
        if (name !== undefined) taken.add(name);
        const own = name === undefined ? unknownAt(frame, property.key, 'its name is only known when it runs') : member(value, name, property.key, frame);
        each(property.value, own, frame, set);
      }
      return;
    }
    default:
      // `(a as B) = …` and other wrappings of TypeScript.
      // `(a as T)`; a function has a flag of that name.
      if (typeof (pattern as { readonly expression?: unknown }).expression === 'object') each((pattern as unknown as { readonly expression: Pattern }).expression, value, frame, set);
  }
}

function itemOf(value: Value, index: number, node: Node, frame: Frame): Value {
  if (value.kind === 'list') return value.items[index] ?? UNDEFINED;
  if (value.kind === 'unknown' && value.item !== undefined) return member(value, String(index), node, frame);
  if (value.kind === 'unknown' || value.kind === 'chain') return unknownAt(frame, node, value.kind === 'unknown' ? value.reason : `it is part of what ${value.root} gives`, value.kind === 'unknown' && value.sends === true ? { sends: true } : {});
  return member(value, String(index), node, frame);
}

function setMember(node: MemberExpression, value: Value, frame: Frame): void {
  const of = node.object.type === 'Super' ? frame.self : evaluate(node.object, frame);
  const name = keyName(node.property, node.computed, frame);
  if (of.kind === 'function' && name !== undefined) of.members.set(name, value);
  if (of.kind === 'list' || of.kind === 'record') frame.machine.touch(of);
  if (of.kind === 'list' && name === 'length' && value.kind === 'number' && value.value < of.items.length) of.items.length = Number(value.value);
  if (of.kind === 'list' && name !== undefined && /^\d{1,6}$/.test(name) && Number(name) <= of.items.length) of.items[Number(name)] = value;
  // What a package's class made is what it was made of: behind a change it is something else.
  if (of.kind === 'chain' && of.steps.at(-1)?.step === 'new' && node.object.type === 'Identifier') assign(node.object, unknownAt(frame, node, `\`${node.object.name}\` is changed after it was made`), frame);
  const host = of.kind === 'unknown' ? of.present : of;
  if (host?.kind === 'host' && name !== undefined) host.host.set?.(name, value);
  if (of.kind !== 'record') return;
  const setter = name === undefined ? undefined : of.accessors?.get(name)?.set;
  if (setter !== undefined) called(setter, [value], of, node, frame);
  else if (name === undefined) of.partly = unknownAt(frame, node, 'the name of an entry is only known when it runs');
  else of.entries.set(name, value);
}
