import { defineRule, howToSplit, hurts, listed, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-validate-in-same-transaction',
  summary: 'a constraint is added NOT VALID and validated in the same transaction',
  severity: 'error',
  category: 'lock',
  on: ['validateConstraint'],
  recommended: true,
  scalesWithSize: true,
  why: 'The point of NOT VALID is that adding takes its strong lock for an instant only, and that the scan of VALIDATE runs under a weak one. Locks are held until the transaction ends: in the same transaction the scan runs under the strong lock of the first step, exactly as without NOT VALID.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES' }],
  check(op, { before, isLive, name, resolve, script, statement, statementEffects, unit }) {
    if (!isLive(op.table)) return undefined;
    const together = statement?.operations.some((other) => other.kind === 'addConstraint' && other.constraint.name === op.name) ?? false;
    const added = before.constraint(before.table(op.table), op.name)?.origin.unit;
    if (!together && (unit === undefined || added !== unit.id)) return undefined;
    const locks = (together ? statementEffects.locks : (unit?.held ?? [])).filter((lock) => hurts(lock) && isLive(lock.relation));
    const own = locks.find(({ relation }) => name(relation) === name(op.table)) ?? locks[0];
    if (own === undefined) return undefined;
    return {
      relation: name(op.table),
      constraint: op.name,
      held: heldBy([own, ...locks].map((lock) => ({ relation: name(lock.relation), mode: lock.mode }))),
      validate: `ALTER TABLE ${sqlName(resolve(op.table))} VALIDATE CONSTRAINT ${sqlName(op.name)};`,
      split: howToSplit(script),
    };
  },
  message: ({ constraint, relation, held }) => `${constraint} is validated in the transaction that added it: every row of ${relation} is read while ${held}.`,
  advice: ({ validate, split }) => `Commit after ADD CONSTRAINT … NOT VALID, then:\n${validate}\n${split}`,
  remedy: () => 'runOutsideTransaction',
});

/** The locks by their modes. One that is taken later on the same relation is the stronger. */
function heldBy(locks: readonly { readonly relation: string; readonly mode: string }[]): string {
  const modes = new Map(locks.map(({ relation, mode }) => [relation, mode]));
  return [...new Set(modes.values())].map((mode, index) => `${mode} ${index === 0 ? 'is still held on' : 'on'} ${listed([...modes].flatMap(([relation, its]) => (its === mode ? [relation] : [])))}`).join(', and ');
}
