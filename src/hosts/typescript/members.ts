import { called } from './calls.ts';
import { builtinMember } from './builtins/members.ts';
import { rowsMember } from './builtins/rows.ts';
import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import type { Expression, MemberExpression, Node, PrivateIdentifier } from './nodes.ts';
import { printed } from './operators.ts';
import { chainPath } from './recorder.ts';
import { siteOf } from './site.ts';
import type { Value } from './value.ts';
import { hostValue, isNothing, SHORT, UNDEFINED } from './value.ts';

export interface Member {
  readonly value: Value;
  readonly of: Value;
  /** Undefined: it is computed from something unknown. */
  readonly name: string | undefined;
}

export function memberOf(node: MemberExpression, frame: Frame): Member {
  const of = node.object.type === 'Super' ? (frame.above ?? UNDEFINED) : evaluate(node.object, frame);
  if (of === SHORT || (node.optional === true && isNothing(of))) return { of: SHORT, name: '', value: SHORT };
  const name = keyName(node.property, node.computed, frame);
  if (name === undefined) return { of, name, value: unknownAt(frame, node, `the member \`${sourceOf(frame, node.property)}\` is only known when it runs`, sends(of) ? { sends: true } : {}) };
  return { of: node.object.type === 'Super' ? frame.self : of, name, value: member(of, name, node, frame) };
}

/** Name of a member or entry; undefined where it is computed from something unknown. */
export function keyName(key: Expression | PrivateIdentifier, computed: boolean, frame: Frame): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (!computed) return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
  const value = evaluate(key, frame);
  // A thing of a package, as `[Op.gt]`: by its path.
  return value.kind === 'chain' ? chainPath(value) : printed(value)?.text;
}

export function member(of: Value, name: string, node: Node, frame: Frame): Value {
  switch (of.kind) {
    case 'record':
      if (of.accessors?.get(name)?.get !== undefined) return called(of.accessors.get(name)?.get ?? UNDEFINED, [], of, node, frame);
      if (name === 'constructor' && of.madeBy !== undefined) return of.madeBy;
      return of.entries.get(name) ?? builtinMember(of, name) ?? of.partly ?? (of.madeBy?.base === undefined ? UNDEFINED : member(of.madeBy.base, name, node, frame));
    case 'function':
      return of.members.get(name) ?? builtinMember(of, name) ?? (name === 'name' ? { kind: 'text', text: of.name, runs: [] } : of.base === undefined ? UNDEFINED : member(of.base, name, node, frame));
    case 'chain': {
      if (isPromiseMember(name)) return builtinMember(of, name) ?? UNDEFINED;
      const span = placeOf(frame, node);
      return { ...of, steps: [...of.steps, { step: 'member', name, span }], span };
    }
    case 'host': {
      const { host } = of;
      const method = host.methods?.get(name);
      if (method !== undefined) return hostValue({ name: `${host.name}.${name}`, call: method, ...(host.sends === undefined ? {} : { sends: true }) });
      const own = host.member?.(name, siteOf(node, frame));
      if (own !== undefined) return own;
      const common = builtinMember(of, name);
      if (common !== undefined) return common;
      return unknownAt(frame, node, `\`${name}\` of ${host.name} is not known`, { sends: true });
    }
    case 'unknown':
      if (of.present !== undefined && !isPromiseMember(name)) return member(of.present, name, node, frame);
      if (of.item !== undefined && !isPromiseMember(name)) return rowsMember(of, of.item, name);
      return isPromiseMember(name) ? (builtinMember(of, name) ?? of) : unknownAt(frame, node, of.source === '' ? of.reason : /^process\.env\b/.test(`${of.source}.${name}`) ? `\`${sourceOf(frame, node)}\` is read from the environment` : of.reason, { ...(of.sends === true ? { sends: true as const } : {}), ...(of.asksExistence === true ? { asksExistence: true as const } : {}) });
    case 'null':
    case 'undefined':
      if (of === SHORT) return SHORT;
      // What a call gives may be a promise of nothing.
      if (isPromiseMember(name)) return builtinMember(of, name) ?? of;
      return unknownAt(frame, node, `\`${sourceOf(frame, node)}\` stops the program: it is a member of ${of.kind}`);
    case 'list':
      return of.named?.get(name) ?? builtinMember(of, name) ?? UNDEFINED;
    default:
      return builtinMember(of, name) ?? UNDEFINED;
  }
}

export const isPromiseMember = (name: string): boolean => name === 'then' || name === 'catch' || name === 'finally' || name === 'tap';

/** Whether handing it to code that cannot be read may send something; looks a few levels into lists and objects. */
export function sends(value: Value, depth = 3): boolean {
  if (value.kind === 'host') return value.host.sends === true;
  if (value.kind === 'unknown') return value.sends === true;
  if (depth === 0) return false;
  if (value.kind === 'list') return value.items.slice(0, 50).some((item) => sends(item, depth - 1));
  return value.kind === 'record' && [...value.entries.values()].slice(0, 50).some((item) => sends(item, depth - 1));
}
