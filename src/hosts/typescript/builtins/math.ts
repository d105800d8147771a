import type { Method } from '../host.ts';
import { numeric } from '../operators.ts';
import type { Value } from '../value.ts';
import { hostValue, number, unknown } from '../value.ts';

const known = (args: readonly Value[]): readonly number[] | undefined => {
  const own = args.map(numeric);
  return own.every((one) => one !== undefined) ? own : undefined;
};

const NAMES = ['abs', 'ceil', 'floor', 'max', 'min', 'pow', 'round', 'sign', 'sqrt', 'cbrt', 'trunc', 'log', 'log2', 'log10', 'exp', 'hypot'] as const;

const methods = new Map<string, Method>(
  NAMES.map((name) => [
    name,
    (args, site) => {
      const own = known(args);
      return own === undefined ? unknown('it is computed from something unknown', site.call, site.source(site.call)) : number((Math[name] as (...all: readonly number[]) => number)(...own));
    },
  ]),
);

export const MATH: Value = hostValue({
  name: 'Math',
  methods: methods.set('random', (_args, site) => unknown('it is a random number', site.span, site.source(site.call))),
  member: (name, site) => (name === 'PI' || name === 'E' ? number(Math[name]) : unknown(`\`Math.${name}\` is not followed`, site.call, site.source(site.call))),
});
