import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'prefer-explicit-join-table',
  summary: 'a many-to-many relation is left to a table that no model stands for',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable'],
  recommended: false,
  why: 'Prisma names the table of an implicit many-to-many relation after the two models, and its columns A and B after the order of their names in the alphabet. Renaming a model therefore drops the table with all links and creates an empty one, or swaps the meaning of the two columns. It can take no column of its own, and before Prisma 6 it had no primary key.',
  references: [{ title: 'Prisma: Many-to-many relations', url: 'https://www.prisma.io/docs/orm/prisma-schema/data-model/relations/many-to-many-relations' }],
  check: ({ table, columns, ifNotExists }, { name }) => (!ifNotExists && table.name.startsWith('_') && columns.map((column) => column.name).join() === 'A,B' ? { relation: name(table) } : undefined),
  message: ({ relation }) => `${relation} is the table of an implicit many-to-many relation: its name and the meaning of its columns hang on the names of the models.`,
  advice: () => 'Write the relation as a model of its own with two relation fields and @@id([…]).',
});
