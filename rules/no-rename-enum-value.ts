import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-rename-enum-value',
  summary: 'an enum value is renamed while code that writes the old one still runs',
  severity: 'error',
  category: 'compatibility',
  on: ['renameEnumValue'],
  recommended: true,
  why: 'Every row changes its value at once. Code of the old release that writes or compares with the old value gets an error (invalid input value for enum), and reads back a value that it does not know.',
  references: [{ title: 'PostgreSQL: ALTER TYPE, RENAME VALUE', url: 'https://www.postgresql.org/docs/current/sql-altertype.html' }],
  check(op, { before, madeHere, name }) {
    const type = before.type(op.type);
    if (type !== undefined && (madeHere(type.origin) || (type.kind === 'enum' && type.values.some((one) => one.value === op.value && madeHere(one.origin))))) return undefined;
    return { type: name(op.type), value: op.value, newValue: op.newValue };
  },
  message: ({ type, value, newValue }) => `Renaming value '${value}' of enum ${type} to '${newValue}' breaks running code that still uses '${value}'.`,
  advice: ({ type, newValue }) => `Add the new value in a migration of its own (ALTER TYPE ${type} ADD VALUE '${newValue}'), deploy code that understands both, update the rows in batches, and leave the old value unused.`,
  remedy: () => 'replaceEnum',
});
