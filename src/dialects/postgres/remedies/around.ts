import type { PatternHandler, Patterns } from '../../../remedy/step.ts';

/** The same patterns, with something said about each input or result. */
export const around = (patterns: Patterns, wrap: (handler: PatternHandler) => PatternHandler): Patterns =>
  Object.fromEntries(Object.entries(patterns).map(([name, handler]) => [name, wrap(handler)])) as unknown as Patterns;
