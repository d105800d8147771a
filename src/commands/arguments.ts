import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';

/** An option of a command; `negatable` ones have a `--no-` form. */
export interface OptionSpec {
  readonly type: 'flag' | 'value' | 'values';
  readonly short?: string;
  /** Name of the value in help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly negatable?: boolean;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Option names are as typed (`max-warnings`). A negated option is false. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [K in keyof Specs]?: (Specs[K]['type'] extends 'flag' ? boolean : Specs[K]['type'] extends 'values' ? readonly string[] : string) | (Specs[K]['negatable'] extends true ? false : never);
};

export interface Arguments<Specs extends OptionSpecs> {
  readonly options: OptionValues<Specs>;
  readonly operands: readonly string[];
}

/**
 * Options may stand anywhere; `--name value`, `--name=value`, `-n value`, `-nvalue`, `-ab`; `--` ends them and `-` is an operand.
 * Small and ours because it is loaded on every start.
 */
export function parseArguments<Specs extends OptionSpecs>(argv: readonly string[], { options: specs, operands: taken }: { readonly options: Specs; readonly operands: string }, command: string): Arguments<Specs> {
  const options: Record<string, string | boolean | string[]> = {};
  const operands: string[] = [];
  const queue = [...argv];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      operands.push(...queue);
      break;
    }
    if (word.startsWith('--')) long(word.slice(2));
    else if (word.startsWith('-') && word !== '-') short(word.slice(1));
    else operands.push(word);
  }
  const most = taken.includes('…') ? operands.length : taken === '' ? 0 : 1;
  if (operands.length > most) throw userError(`lockkeeper ${command} takes ${most === 0 ? 'options only' : taken}: what is "${operands[most] ?? ''}"? See lockkeeper ${command} --help.`);
  return { options: options as OptionValues<Specs>, operands };

  function long(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const given = equals < 0 ? undefined : text.slice(equals + 1);
    const spec = own(specs, name);
    if (spec !== undefined) set(name, spec, given, `--${name}`);
    else if (name.startsWith('no-') && own(specs, name.slice(3))?.negatable === true && given === undefined) options[name.slice(3)] = false;
    else throw userError(`There is no option --${name}.${didYouMean(name, longNames(specs)).replace('"', '"--')} See lockkeeper ${command} --help.`);
  }

  function short(letters: string): void {
    const letter = letters.charAt(0);
    const name = Object.keys(specs).find((key) => specs[key]?.short === letter);
    const spec = name === undefined ? undefined : specs[name];
    if (name === undefined || spec === undefined) throw userError(`There is no option -${letter}. See lockkeeper ${command} --help.`);
    const rest = letters.slice(1);
    if (spec.type === 'flag') {
      set(name, spec, undefined, `-${letter}`);
      if (rest !== '') short(rest);
    } else set(name, spec, rest === '' ? undefined : rest.replace(/^=/, ''), `-${letter}`);
  }

  function set(name: string, spec: OptionSpec, given: string | undefined, typed: string): void {
    if (spec.type === 'flag') {
      if (given !== undefined) throw userError(`${typed} takes no value.`);
      options[name] = true;
      return;
    }
    const value = given ?? queue.shift();
    if (value === undefined) throw userError(`${typed} needs a value: ${typed} <${spec.value ?? 'value'}>.`);
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      throw userError(`${typed} must be one of ${spec.choices.join(', ')}, not "${value}".${didYouMean(value, spec.choices)}`);
    }
    if (spec.type === 'value') options[name] = value;
    else {
      const before = options[name];
      options[name] = Array.isArray(before) ? [...before, value] : [value];
    }
  }
}

const own = (specs: OptionSpecs, name: string): OptionSpec | undefined => (Object.hasOwn(specs, name) ? specs[name] : undefined);

const longNames = (specs: OptionSpecs): readonly string[] => Object.entries(specs).flatMap(([name, { negatable }]) => (negatable === true ? [name, `no-${name}`] : [name]));

/** A whole number from the command line. */
export function wholeNumber(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw userError(`--${option} must be a whole number, 0 or more, not "${text}".`);
  return Number(text);
}
