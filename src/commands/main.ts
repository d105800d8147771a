import { parseArguments } from './arguments.ts';
import { explainCommand } from './explain.ts';
import { commandHelp, overview } from './help.ts';
import { inspectCommand } from './inspect.ts';
import { lintCommand } from './lint.ts';
import { rulesCommand } from './rules.ts';
import type { CommandName } from './specs.ts';
import { COMMANDS, isCommand } from './specs.ts';
import { print, terminalFor } from './terminal.ts';

/** Everything but the first look at the command line, in one piece, which starts faster than many. Answers with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (first === '--help' || first === '-h' || first === 'help') return showHelp(rest[0]);
  const command = first !== undefined && isCommand(first) ? first : undefined;
  const words = command === undefined ? argv : rest;
  const options = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  if (options.includes('--help') || options.includes('-h')) return showHelp(command);
  return RUN[command ?? 'lint'](words);
}

const RUN: { readonly [K in CommandName]: (argv: readonly string[]) => number | Promise<number> } = {
  lint(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.lint, 'lint');
    return lintCommand(operands, options, terminalFor(options.color));
  },
  async fix(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.fix, 'fix');
    const { fixCommand } = await import('./fix.ts');
    return fixCommand(operands, options, terminalFor(options.color));
  },
  async plan(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.plan, 'plan');
    const { planCommand } = await import('./plan.ts');
    return planCommand(operands, options, terminalFor(options.color));
  },
  async baseline(argv) {
    const { options } = parseArguments(argv, COMMANDS.baseline, 'baseline');
    const { baselineCommand } = await import('./baseline.ts');
    return baselineCommand(options);
  },
  async report(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.report, 'report');
    const { reportCommand } = await import('./report.ts');
    return reportCommand(operands, options);
  },
  async init(argv) {
    const { options } = parseArguments(argv, COMMANDS.init, 'init');
    const { initCommand } = await import('./init.ts');
    return initCommand(options, terminalFor(options.color));
  },
  async doctor(argv) {
    const { options } = parseArguments(argv, COMMANDS.doctor, 'doctor');
    const { doctorCommand } = await import('./doctor.ts');
    return doctorCommand(options, terminalFor(options.color));
  },
  async completion(argv) {
    const { operands } = parseArguments(argv, COMMANDS.completion, 'completion');
    const { completionCommand } = await import('./completion.ts');
    return completionCommand(operands);
  },
  async trace(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.trace, 'trace');
    const { traceCommand } = await import('./trace.ts');
    return traceCommand(operands, options, terminalFor(options.color));
  },
  async verify(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.verify, 'verify');
    const { verifyCommand } = await import('./verify.ts');
    return verifyCommand(operands, options, terminalFor(options.color));
  },
  async stats(argv) {
    const { options } = parseArguments(argv, COMMANDS.stats, 'stats');
    const { statsCommand } = await import('./stats.ts');
    return statsCommand(options);
  },
  rules(argv) {
    const { options } = parseArguments(argv, COMMANDS.rules, 'rules');
    return rulesCommand(options, terminalFor(options.color));
  },
  explain(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.explain, 'explain');
    return explainCommand(operands, terminalFor(options.color));
  },
  inspect(argv) {
    const { operands, options } = parseArguments(argv, COMMANDS.inspect, 'inspect');
    return inspectCommand(operands, options, terminalFor(options.color));
  },
};

function showHelp(command: string | undefined): number {
  const terminal = terminalFor(undefined);
  print(command !== undefined && isCommand(command) ? commandHelp(command, terminal) : overview(terminal));
  return 0;
}
