import type { OptionSpecs } from './arguments.ts';

/** What a command is called with and what its help says. Loaded on every start, so data only. */
export interface CommandSpec<Options extends OptionSpecs = OptionSpecs> {
  readonly summary: string;
  /** What stands after the name, as help shows it. */
  readonly operands: string;
  readonly about: string;
  readonly options: Options;
  readonly examples: readonly (readonly [command: string, says: string])[];
  /** What else can stand behind the name, as help lists it. */
  readonly topics?: { readonly title: string; readonly entries: readonly (readonly [word: string, says: string])[] };
}

export const GENERAL = {
  color: { type: 'flag', negatable: true, help: 'Colours: on by default on a terminal. NO_COLOR and FORCE_COLOR are respected.' },
  help: { type: 'flag', short: 'h', help: 'Show this page.' },
} as const satisfies OptionSpecs;

export const CONFIG = {
  config: { type: 'value', short: 'c', value: 'file', negatable: true, help: 'Use this configuration instead of the nearest one; --no-config: none.' },
} as const satisfies OptionSpecs;

export const READING = {
  framework: { type: 'value', value: 'name', help: 'The migration tool, when it is not recognised by itself.' },
  dialect: { type: 'value', value: 'name@version', help: 'Engine and major version, as in postgres@15.' },
  'stdin-path': { type: 'value', value: 'path', help: 'With - as path: where the text from standard input would stand.' },
} as const satisfies OptionSpecs;

