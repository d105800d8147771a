import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-incomplete-down',
  summary: 'after up and down the schema is not what it was before',
  severity: 'warning',
  category: 'reversibility',
  on: ['migration'],
  recommended: true,
  why: 'A down that forgets an index, a default or a constraint, or that puts a column back with another type, leaves a schema that no other environment has. It shows when the next up fails on what is left over, or in production, where an index is missing since the last rollback.',
  references: [{ title: 'Evolutionary Database Design', url: 'https://martinfowler.com/articles/evodb.html' }],
  check({ migration, operations, residue: all = [], residueUncertain, downOperations }) {
    const { down } = migration;
    // An index that a constraint has adopted goes with the constraint.
    const adopted = operations.flatMap((op) => (op.kind === 'addConstraint' && 'usingIndex' in op.constraint && op.constraint.usingIndex !== undefined ? [`.${op.constraint.usingIndex}`] : []));
    const goes = (one: (typeof all)[number]): boolean => one.difference === 'missing' && one.object.startsWith('index ') && adopted.some((name) => one.object.endsWith(name));
    const residue = all.filter((one) => !NAME_ONLY.test(one.object) && !goes(one));
    if (down === undefined || migration.irreversible === true || downOperations.length === 0 || residue.length === 0) return undefined;
    // Putting a constraint back NOT VALID is the safe way.
    const kept = residue.filter((one) => (one.difference === 'extra' ? !STAYS.test(one.object) : !/^validity: [^;]*$/.test(one.detail ?? '')));
    const shown = kept.length > 0 ? kept : residue;
    const first = down.statements[0]?.span;
    return {
      ...(first === undefined ? {} : { at: first, script: down }),
      migration: migration.name,
      differences: shown.slice(0, 5).map(({ difference, object, detail }) => `${object} ${SAID[difference]}${detail === undefined ? '' : ` (${detail})`}`),
      more: Math.max(0, shown.length - 5),
      ...(kept.length === 0 || residueUncertain ? { severity: 'info' as const } : {}),
    };
  },
  message: ({ migration, differences, more }) => `The down of ${migration} does not bring the schema back: ${differences.join('; ')}${more > 0 ? `; and ${String(more)} more` : ''}.`,
  advice: () => 'Complete the down: undo every statement of the up, last one first, and restore what was dropped with the definition that it had.',
  remedy: () => 'missingDown',
});

const SAID = { missing: 'is not back', extra: 'is still there', changed: 'is different' } as const;
/** What nobody takes back: an enum value cannot be removed, extensions and schemas are shared. */
const STAYS = /^(?:enum value|value|extension|schema) /;
/** The server names the constraint behind NOT NULL after the column of its day; nullability itself is a fact of the column. */
const NAME_ONLY = /^constraint .*_not_null\d*$/;
