import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { keyName } from './members.ts';
import type { ClassNode } from './nodes.ts';
import type { Decorated, Value } from './value.ts';

/** What decorates a class. Nothing that happens meanwhile is part of what the program sends. */
export function decorations(node: ClassNode, frame: Frame): Decorated {
  const { machine } = frame;
  let found: Decorated = { own: [], members: [] };
  const read = (of: { readonly decorators?: ClassNode['decorators'] }): readonly Value[] => (of.decorators ?? []).map(({ expression }) => evaluate(expression, frame));
  machine.aside(() => {
    machine.collect(() => {
      const members = node.body.body.flatMap((member) => {
        const name = member.type === 'StaticBlock' || member.static ? undefined : keyName(member.key, member.computed, frame);
        return name === undefined || member.type === 'StaticBlock' ? [] : [{ name, by: read(member) }];
      });
      found = { own: read(node), members };
    });
  });
  return found;
}
