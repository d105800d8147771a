import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-attribute',
  summary: 'an attribute of a composite type is dropped',
  severity: 'error',
  category: 'data-loss',
  on: ['alterCompositeType'],
  recommended: true,
  why: 'Every column, array and function argument of the type loses the attribute and its values at once. With CASCADE the change also reaches the typed tables made from it.',
  references: [{ title: 'PostgreSQL: ALTER TYPE', url: 'https://www.postgresql.org/docs/current/sql-altertype.html' }],
  check(op, { before, isNew, madeHere, name }) {
    if (op.change.type !== 'dropAttribute' || isNew(op.type)) return undefined;
    const type = before.type(op.type);
    if (type !== undefined && madeHere(type.origin)) return undefined;
    return { type: name(op.type), attribute: op.change.name };
  },
  message: ({ type, attribute }) => `Dropping attribute ${attribute} of type ${type} deletes its values in every column of that type.`,
  advice: () => 'Create a new type without the attribute, add a new column of it, copy in batches, switch the code over and drop the old column later.',
});
