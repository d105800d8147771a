import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-owner-change',
  summary: 'a live object gets another owner',
  severity: 'warning',
  category: 'compatibility',
  on: ['setOwner', 'roleChange'],
  recommended: true,
  why: 'The old owner loses every right that came with ownership: its queries and its next migration fail with permission denied. Row level security, which does not bind the owner, changes sides; views and SECURITY DEFINER functions run with the rights of the new owner. On a table the change takes ACCESS EXCLUSIVE.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, OWNER', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-OWNER' }],
  check(op, { before, isNew, madeHere, name, script }) {
    if (op.kind === 'roleChange') return op.change === 'reassignOwned' ? { object: `everything that is owned (REASSIGN OWNED: ${op.roles.join(', ')})`, owner: 'another role' } : undefined;
    if (!OWNED.has(op.objectType) || isNew(op.object)) return undefined;
    const routines = before.routines(op.object);
    if (/function|procedure|routine/.test(op.objectType) && routines.length > 0 && routines.every((one) => madeHere(one.origin))) return undefined;
    if (op.objectType === 'schema' && operationsIn(script, 'createSchema').some((one) => one.schema === op.object.name && one.span.start < op.span.start)) return undefined;
    if (op.objectType === 'schema' || op.objectType === 'database') return { object: `${op.objectType} ${op.object.name}`, owner: op.owner };
    return { relation: name(op.object), object: name(op.object), owner: op.owner };
  },
  message: ({ object, owner }) => `Giving ${object} to ${owner} takes the owner's rights from the role that has them now.`,
  advice: () => 'First grant the old owner what its code needs (GRANT SELECT, INSERT, UPDATE, DELETE …), and make sure that the role that runs migrations is a member of the new owner.',
});

const OWNED = new Set(['table', 'view', 'materializedView', 'foreignTable', 'sequence', 'schema', 'database', 'function', 'procedure', 'routine']);
