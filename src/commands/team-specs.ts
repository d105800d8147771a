import type { CommandSpec } from './common-options.ts';
import { CONFIG, GENERAL, READING } from './common-options.ts';

export const BASELINE = {
  summary: 'Record the findings of today, so that only new ones fail',
  operands: '',
  about:
    'Writes lockkeeper.baseline.json beside the configuration or at the root of the project: every finding that there is now. lint reads it by itself and reports what is not in it. An entry survives when lines move, when the file is renamed and when other statements change; it ends when its own statement does. Commit the file.',
  options: {
    prune: { type: 'flag', help: 'Only take out what is gone; add nothing.' },
    check: { type: 'flag', help: 'Change nothing: exit with 1 when it holds something that is gone.' },
    file: { type: 'value', value: 'file', help: 'Write this file; name it to lint with --baseline.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper baseline', 'on the first day in an old project'],
    ['lockkeeper baseline --prune', 'after old migrations were put right or squashed'],
    ['lockkeeper baseline --check', 'in CI, so that it does not grow stale'],
  ],
} as const satisfies CommandSpec;

export const REPORT = {
  summary: 'Write the report of a change that people read: HTML or Markdown',
  operands: '[path…]',
  about:
    'Writes one page about a change, for whoever approves or carries it out: the risk of each migration and why, what is locked when and who waits, the plan that blocks nobody, a checklist, queries for before and after, and how to take it back. The HTML page needs no network and no script. With sizes of tables (lockkeeper stats, or tables in the configuration) it says how long things take.',
  options: {
    format: { type: 'value', short: 'f', value: 'name', choices: ['html', 'markdown'], help: 'html (default) or markdown.' },
    'output-file': { type: 'value', short: 'o', value: 'file', help: 'Where to; - is standard output. Default: migration-report.html, or standard output for Markdown.' },
    since: { type: 'value', value: 'git ref', help: 'What is new or changed since the branch left this commit.' },
    changed: { type: 'flag', help: 'What differs from the last commit.' },
    'start-after': { type: 'value', value: 'version', help: 'Only migrations after this version or file.' },
    stats: { type: 'value', value: 'file', help: 'Sizes of tables, as lockkeeper stats writes them.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper report --since origin/main', 'what this branch will do, in migration-report.html'],
    ['lockkeeper report db/migrations/0042_add_index.sql -f markdown', 'one migration, for a ticket'],
  ],
} as const satisfies CommandSpec;

export const INIT = {
  summary: 'Set a project up: look around, write a configuration, offer hook and workflow',
  operands: '',
  about:
    'Shows what it finds: migrations and their tool, the engine, the version of the server as compose files, CI, Prisma and Supabase name it. Then writes a small commented configuration, and a pre-commit hook and a GitHub workflow if you like. Nothing that is there is overwritten.',
  options: {
    yes: { type: 'flag', short: 'y', help: 'Ask nothing: write the configuration only.' },
    hook: { type: 'flag', help: 'With --yes: the hook, too.' },
    workflow: { type: 'flag', help: 'With --yes: the workflow, too.' },
    ...GENERAL,
  },
  examples: [
    ['lockkeeper init', 'asks before each file'],
    ['lockkeeper init --yes --workflow', 'configuration and workflow'],
  ],
} as const satisfies CommandSpec;

export const DOCTOR = {
  summary: 'Say what is wrong with the set-up, in plain words',
  operands: '',
  about: 'Looks at the configuration, the migrations that are recognised, the version that they are judged for, the baseline and git, and says what is well, what to know and what is wrong. Exits with 1 when something is wrong.',
  options: { ...CONFIG, ...GENERAL },
  examples: [['lockkeeper doctor', 'when a result is not what you expect']],
} as const satisfies CommandSpec;

export const COMPLETION = {
  summary: 'Print the completion script for a shell',
  operands: '<bash|zsh|fish>',
  about: 'Prints a script with which the shell completes commands, options and the names of rules.',
  options: { ...GENERAL },
  examples: [
    ['source <(lockkeeper completion bash)', 'in ~/.bashrc'],
    ['lockkeeper completion zsh > "${fpath[1]}/_lockkeeper"', 'for zsh'],
    ['lockkeeper completion fish > ~/.config/fish/completions/lockkeeper.fish', 'for fish'],
  ],
} as const satisfies CommandSpec;
