import { wrap } from '../report/layout.ts';
import type { OptionSpec, OptionSpecs } from './arguments.ts';
import type { CommandSpec } from './common-options.ts';
import type { CommandName } from './specs.ts';
import { COMMANDS } from './specs.ts';
import type { Terminal } from './terminal.ts';

/** `lockkeeper --help`. */
export function overview({ color, width }: Terminal): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  return page([
    `${color.bold('lockkeeper')}: what a database migration will do to everyone else, before it does`,
    '',
    `${color.bold('Usage')}  lockkeeper [command] [options]`,
    '',
    color.bold('Commands'),
    ...names.flatMap((name) => entry(color.cyan(name), name.length, COMMANDS[name].summary, 12, width)),
    '',
    color.bold('Examples'),
    ...examples([...COMMANDS.lint.examples.slice(0, 3), ...COMMANDS.explain.examples], color),
    '',
    color.bold('Options'),
    ...entry(color.cyan('--help'), 6, 'This page; after a command, the page of the command.', 12, width),
    ...entry(color.cyan('--version'), 9, 'The version.', 12, width),
    '',
    color.bold('Exit code'),
    '  0  nothing at or above --fail-on      1  findings      2  could not run',
  ]);
}

/** `lockkeeper <command> --help`. */
export function commandHelp(name: CommandName, { color, width }: Terminal): string {
  const spec: CommandSpec = COMMANDS[name];
  return page([
    ...wrap(spec.about, width),
    '',
    `${color.bold('Usage')}  lockkeeper ${name}${spec.operands === '' ? '' : ` ${spec.operands}`} [options]`,
    '',
    color.bold('Examples'),
    ...examples(spec.examples, color),
    '',
    ...(spec.topics === undefined ? [] : [color.bold(spec.topics.title), ...spec.topics.entries.flatMap(([word, says]) => [`  ${color.cyan(word)}`, ...wrap(says, width - 6).map((line) => `      ${line}`)]), '']),
    color.bold('Options'),
    ...optionLines(spec.options, color, width),
  ]);
}

function optionLines(specs: OptionSpecs, color: Terminal['color'], width: number): readonly string[] {
  const labels = Object.entries(specs).map(([name, spec]) => ({ label: label(name, spec), help: spec.help }));
  const column = Math.min(30, Math.max(...labels.map((each) => each.label.length)) + 4);
  return labels.flatMap((each) => entry(color.cyan(each.label), each.label.length, each.help, column, width));
}

const label = (name: string, { short, negatable, value }: OptionSpec): string =>
  `${short === undefined ? '' : `-${short}, `}--${negatable === true && value === undefined ? '[no-]' : ''}${name}${value === undefined ? '' : ` <${value}>`}`;

function entry(painted: string, length: number, help: string, column: number, width: number): readonly string[] {
  const [first = '', ...rest] = wrap(help, Math.max(30, width - column - 2));
  const indent = ' '.repeat(column + 2);
  const fits = length + 2 <= column;
  return [...(fits ? [`  ${painted}${' '.repeat(column - length)}${first}`] : [`  ${painted}`, indent + first]), ...rest.map((line) => indent + line)];
}

const examples = (list: CommandSpec['examples'], color: Terminal['color']): readonly string[] =>
  list.flatMap(([command, says]) => [`  ${color.dim('$')} ${command}`, `    ${color.dim(says)}`]);

const page = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
