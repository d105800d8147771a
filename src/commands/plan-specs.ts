import { CHANGES } from './change-specs.ts';
import type { CommandSpec } from './common-options.ts';
import { CONFIG, GENERAL, READING } from './common-options.ts';

export const PLAN = {
  summary: 'Show the steps that do the same without blocking anybody',
  operands: '<path[:line]>… | <change> <what>…',
  about:
    'Plans the expand/contract sequence for a finding or for a whole migration: its phases, the migration files of each step forward and back, what each step locks, where the application has to be deployed, what to ask the database before and afterwards. What no migration says yet can be asked for by name: the steps then follow the last migration.',
  options: {
    rule: { type: 'values', short: 'r', value: 'name', help: 'Plan only for what this rule finds. May be given several times.' },
    write: { type: 'flag', help: 'Create the files, and take the original statement out.' },
    sql: { type: 'value', value: 'statement', help: 'Plan for this statement, as it would stand in the next migration.' },
    in: { type: 'value', value: 'folder', help: 'With --sql or a change: the migrations that it follows, where there are several.' },
    using: { type: 'value', value: 'expression', help: 'change-type: the new value, made from the old one.' },
    back: { type: 'values', value: 'column=expression', help: 'split-column, merge-columns with --sync trigger: how an old column is computed from the new ones. May be given several times.' },
    replacement: { type: 'value', value: 'value', help: 'remove-enum-value: what the rows get that have the value.' },
    value: { type: 'value', value: 'expression', help: 'For a new column that must have a value: what the rows that exist get.' },
    sync: { type: 'value', value: 'who', choices: ['application', 'trigger'], help: 'Who keeps old and new columns equal: the application (default) or generated triggers.' },
    'batch-size': { type: 'value', value: 'rows', help: 'Rows of a batch in backfills. Default: 1000.' },
    format: { type: 'value', short: 'f', value: 'name', choices: ['text', 'markdown', 'json'], help: 'text (default), markdown or json.' },
    framework: READING.framework,
    dialect: READING.dialect,
    ...CONFIG,
    ...GENERAL,
  },
  examples: [
    ['lockkeeper plan db/migrations/0042_rename_email.sql', 'all findings of a migration'],
    ['lockkeeper plan db/migrations/0042_rename_email.sql:3 --sync trigger', 'the statement on line 3, kept in step by triggers'],
    ['lockkeeper plan db/migrations/0042_rename_email.sql --write', 'create the migrations'],
    ['lockkeeper plan rename-column users.email address', 'a change that no migration says yet'],
    ['lockkeeper plan --sql "ALTER TABLE users ADD COLUMN age int NOT NULL" --value 0 --write', 'any statement, as migrations that block nobody'],
  ],
  topics: { title: 'Changes', entries: Object.entries(CHANGES).map(([name, { operands, says }]) => [`${name} ${operands}`, says] as const) },
} as const satisfies CommandSpec;
