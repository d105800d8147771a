import type { Span } from '../../source/text.ts';
import type { Told } from './changes.ts';
import type { Host, Site } from './host.ts';
import type { ChainValue, HostValue, Value } from './value.ts';
import { hostValue } from './value.ts';

/** Something that stands for itself and keeps what is done to it; see `ChainValue`. */
export const chain = (root: string, span: Span, onCall?: Host['onChainCall']): ChainValue => ({ kind: 'chain', root, steps: [], span, ...(onCall === undefined ? {} : { onCall }) });

/** `DataTypes.STRING` of a chain: the names of its members up to the first call, joined with a dot; the root is left out. */
export function chainPath({ steps }: ChainValue): string {
  const names: string[] = [];
  for (const step of steps) {
    if (step.step !== 'member') break;
    names.push(step.name);
  }
  return names.join('.');
}

/** A call that was made on a recorder. */
export interface Recorded {
  readonly name: string;
  readonly args: readonly Value[];
  readonly site: Site;
}

export interface Recorder {
  readonly value: HostValue;
  /** In the order in which they were made; grows. */
  readonly calls: readonly Recorded[];
}

/** A builder that is changed in place, made at `began`: any method may be called on it, is kept, and gives the builder again. Members that `known` refuses are none. */
export function recorder(name: string, known: (member: string) => boolean, more: Omit<Host, 'name'> = {}, called?: (call: Recorded) => void, began?: Site): Recorder {
  const calls: Recorded[] = [];
  const told: Told = { kind: 'told', parts: [calls] };
  began?.changes.made(told);
  const value: HostValue = hostValue({
    name,
    ...more,
    member(member, site) {
      const own = more.member?.(member, site);
      if (own !== undefined || !known(member)) return own;
      return hostValue({
        name: `${name}.${member}`,
        call(args, at) {
          const call = { name: member, args, site: at };
          at.changes.touch(told);
          calls.push(call);
          called?.(call);
          return value;
        },
      });
    },
  });
  return { value, calls };
}
