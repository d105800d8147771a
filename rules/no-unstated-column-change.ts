import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { capitalised, defineRule, operationsOn, typeText } from '../src/rule.ts';

export default defineRule({
  name: 'no-unstated-column-change',
  summary: 'a call changes more of a column than it names: NOT NULL, the default or all values are lost',
  severity: 'warning',
  category: 'data-loss',
  on: ['trap'],
  recommended: true,
  why: 'Builders that take a column as a whole turn what is left out into a change. Sequelize writes DROP NOT NULL and DROP DEFAULT for a changeColumn that does not say them again; Knex does the same for alter(); TypeORM drops the column with all its values and adds an empty one as soon as type, length or list differ from what the database has. The call names none of it, and a review of the migration does not show it.',
  references: [
    { title: 'Sequelize: Query Interface', url: 'https://sequelize.org/docs/v6/other-topics/query-interface/' },
    { title: 'TypeORM: Query Runner API', url: 'https://typeorm.io/docs/migrations/api' },
  ],
  check({ trap }, context) {
    const stored = trap.storedAs && compared(trap.storedAs, context);
    if (stored === 'alike') {
      const gone = trap.storedAs === undefined ? [] : goneFrom(trap.storedAs, context);
      return gone.length === 0 ? undefined : { detail: `the call takes ${gone.join(' and ')} from ${context.name(trap.storedAs?.table ?? { name: '' })}.${trap.storedAs?.column ?? ''}`, lost: false };
    }
    if (trap.trap !== 'more-than-named' || changesNothing(trap.unsaid ?? ['default', 'notNull'], context)) return undefined;
    const lost = /\bwith (?:its|the) data\b|\ball (?:its )?values\b/.test(trap.detail);
    if (stored !== undefined) return { detail: `${trap.detail}: it has ${stored}`, lost, severity: 'error' as const };
    return { detail: trap.detail, lost, ...(lost && !/\bif\b/.test(trap.detail) ? { severity: 'error' as const } : {}) };
  },
  message: ({ detail }) => `${capitalised(detail)}.`,
  advice: ({ lost }) => (lost ? 'Change the type in SQL instead: ALTER TABLE … ALTER COLUMN … TYPE … USING …, which keeps the values.' : 'Say NOT NULL and the default again in the call, or change the one thing in SQL (ALTER TABLE … ALTER COLUMN … TYPE …).'),
});

/** Whether the column is stored as the call has it, or else how it is; undefined where the history does not tell, or NOT NULL or another precision comes on top. */
function compared({ table, column: name, type, length, precision, notNull }: NonNullable<SubjectOf<'trap'>['trap']['storedAs']>, { before, isNew }: RuleContext): string | undefined {
  const column = before.column(before.table(table), name);
  if (isNew(table)) return 'alike';
  if (column === undefined) return undefined;
  const isString = /^(?:character|bit)\b/.test(column.type.name);
  const alike = column.type.name === type && column.type.dimensions === 0 && (isString ? String(column.type.modifiers[0] ?? '') : '') === length;
  if (!alike) return typeText(column.type);
  const more = (notNull && !column.notNull) || (!isString && String(column.type.modifiers) !== String(precision));
  return more ? undefined : 'alike';
}

/** What a column that is stored as the call has it loses all the same. */
function goneFrom({ table, column: name, notNull, defaulted }: NonNullable<SubjectOf<'trap'>['trap']['storedAs']>, { before, isNew }: RuleContext): readonly string[] {
  const column = isNew(table) ? undefined : before.column(before.table(table), name);
  return [...(column?.notNull === true && !notNull ? ['NOT NULL'] : []), ...(column?.default !== undefined && column.default.literal !== null && !defaulted ? ['the default'] : [])];
}

/** What the call leaves out is what the column has not, or nobody has the column yet. */
function changesNothing(unsaid: readonly ('default' | 'notNull')[], context: RuleContext): boolean {
  const { statement, before, isNew } = context;
  const first = statement?.operations[0];
  if (first === undefined || !('column' in first) || !('table' in first) || typeof first.column !== 'string' || typeof first.table === 'string') return false;
  if (first.kind !== 'dropNotNull' && first.kind !== 'dropDefault' && first.kind !== 'setNotNull' && first.kind !== 'setDefault') return false;
  if (isNew(first.table)) return true;
  const { table, column: name } = first;
  const column = before.column(before.table(table), name);
  if (column === undefined) return false;
  const says = (kind: 'dropNotNull' | 'dropDefault'): boolean => operationsOn(context, kind, table).some((op) => op.column === name);
  const loses = { default: (column.default !== undefined || column.sequence !== undefined) && says('dropDefault'), notNull: column.notNull && says('dropNotNull') };
  return !unsaid.some((part) => loses[part]);
}
