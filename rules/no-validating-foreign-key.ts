import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, howToSplit, isRefused, lockOn, sqlName, wasFilled } from '../src/rule.ts';

export default defineRule({
  name: 'no-validating-foreign-key',
  summary: 'a foreign key is checked against all rows while writes to both tables wait',
  severity: 'error',
  category: 'lock',
  on: ['addConstraint', 'alterConstraint'],
  recommended: true,
  scalesWithSize: true,
  why: 'A foreign key that is added (or switched to ENFORCED) without NOT VALID looks up every existing row, and holds SHARE ROW EXCLUSIVE on the referencing and on the referenced table meanwhile: all writes to both wait. With NOT VALID the locks are held for an instant, and VALIDATE CONSTRAINT later scans under a lock that lets writes pass. A new or empty table has nothing to scan and is not reported.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD table_constraint NOT VALID', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT' }],
  check(op, context) {
    const { before, can, effects, isLive, name, resolve, script } = context;
    const found = foreignKey(op, context);
    if (found === undefined || effects.scans.length === 0 || isRefused(effects)) return undefined;
    const table = before.table(op.table);
    // Nobody waits for rows of a new table, but for its lock on the other one, if there are rows to look up.
    const { references } = found;
    if (!isLive(op.table) && (references === undefined || !isLive(references) || !wasFilled(op.table, context))) return undefined;
    const mode = ((references === undefined ? undefined : lockOn(effects, resolve(references))) ?? effects.locks[0])?.mode ?? 'ShareRowExclusiveLock';
    return {
      relation: name(op.table),
      referenced: references === undefined ? undefined : name(references),
      mode,
      enforcing: op.kind === 'alterConstraint',
      partitioned: table?.partitionBy !== undefined && !can('notValidForeignKeyOnPartitioned'),
      clause: script.text.slice(op.span.start, op.span.end),
      validate: `ALTER TABLE ${sqlName(resolve(op.table))} VALIDATE CONSTRAINT ${found.constraint === undefined ? '…' : sqlName(found.constraint)};`,
      split: howToSplit(script),
    };
  },
  message: ({ relation, referenced, mode, enforcing }) =>
    `${enforcing ? 'Enforcing' : 'Adding'} this foreign key checks every row of ${relation} while ${referenced === undefined ? `${mode} is held on it: reads and writes wait` : `${mode} is held on ${relation} and ${referenced}: writes to both wait`}.`,
  advice: ({ enforcing, partitioned, validate, split }) =>
    partitioned
      ? 'NOT VALID is refused on a partitioned table before version 18: add the foreign key NOT VALID to each partition, validate those, then add it to the parent, which adopts them.'
      : `${enforcing ? 'Drop the constraint and add it again' : 'Add it'} with NOT VALID at the end, and look the old rows up in another transaction:\n${validate}\n${split}`,
  remedy: (op) => (op.kind === 'addConstraint' ? 'validateLater' : undefined),
});

function foreignKey(op: SubjectOf<'addConstraint' | 'alterConstraint'>, { before }: RuleContext) {
  if (op.kind === 'addConstraint') {
    const { constraint } = op;
    return constraint.type === 'foreignKey' && constraint.notValid !== true ? { references: constraint.references, constraint: constraint.name } : undefined;
  }
  if (op.enforced !== true) return undefined;
  const definition = before.constraint(before.table(op.table), op.name)?.definition;
  if (definition === undefined) return { references: undefined, constraint: op.name };
  return definition.type === 'foreignKey' ? { references: definition.references, constraint: op.name } : undefined;
}
