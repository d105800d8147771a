#!/usr/bin/env node
import { parseArguments } from './commands/arguments.ts';
import type { CommandName } from './commands/specs.ts';
import { COMMANDS, isCommand } from './commands/specs.ts';
import { complain, print, terminalFor } from './commands/terminal.ts';
import { isUserError } from './config/errors.ts';

async function main(argv: readonly string[]): Promise<number> {
  try {
    const [first] = argv;
    if (first === '--version' || first === '-v' || first === '-V') {
      print(`${(await import('./version.ts')).version}\n`);
      return 0;
    }
    if (first === '--help' || first === '-h' || first === 'help') return await showHelp(argv.slice(1));
    const named = first !== undefined && isCommand(first);
    return await run(named ? first : 'lint', named ? argv.slice(1) : argv);
  } catch (error) {
    if (isUserError(error)) for (const line of error.lines) complain(`lockkeeper: ${line}`);
    else complain(crash(error));
    return 2;
  }
}

const RUN: { readonly [K in CommandName]: (argv: readonly string[]) => Promise<number> } = {
  async lint(argv) {
    const { lintCommand } = await import('./commands/lint.ts');
    const { operands, options } = parseArguments(argv, COMMANDS.lint.options, 'lint');
    return lintCommand(operands, options, terminalFor(options.color));
  },
  async rules(argv) {
    const { options } = parseArguments(argv, COMMANDS.rules.options, 'rules');
    const { rulesCommand } = await import('./commands/rules.ts');
    return rulesCommand(options, terminalFor(options.color));
  },
  async explain(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.explain.options, 'explain');
    const { explainCommand } = await import('./commands/explain.ts');
    return explainCommand(operands, terminalFor(options.color));
  },
  async inspect(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.inspect.options, 'inspect');
    const { inspectCommand } = await import('./commands/inspect.ts');
    return inspectCommand(operands, options, terminalFor(options.color));
  },
};

async function run(command: CommandName, argv: readonly string[]): Promise<number> {
  const before = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (before.includes('--help') || before.includes('-h')) return showHelp([command]);
  return RUN[command](argv);
}

async function showHelp([command]: readonly string[]): Promise<number> {
  const { commandHelp, overview } = await import('./commands/help.ts');
  const terminal = terminalFor(undefined);
  print(command !== undefined && isCommand(command) ? commandHelp(command, terminal) : overview(terminal));
  return 0;
}

/** A mistake of ours: everything that helps to find it, causes included. */
function crash(error: unknown): string {
  const parts: string[] = [];
  for (let current: unknown = error; current !== undefined && parts.length < 5; current = current instanceof Error ? current.cause : undefined) {
    parts.push(current instanceof Error ? (current.stack ?? current.message) : String(current));
  }
  return `lockkeeper crashed. This is a bug: please report it with the lines below and, if you can, the migration.\n${parts.join('\ncaused by: ')}`;
}

process.exitCode = await main(process.argv.slice(2));
