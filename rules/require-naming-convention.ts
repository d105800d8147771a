import type { EvidenceBase } from '../src/rule.ts';
import { defineRule } from '../src/rule.ts';

const pattern = (default_: string, of: string) => ({ type: 'string', default: default_, description: `Regular expression for names of ${of}; empty: any.` }) as const;

export default defineRule({
  name: 'require-naming-convention',
  summary: 'a name does not follow the convention of the project',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'addConstraint', 'createIndex', 'renameTable', 'renameColumn', 'createEnum', 'createView', 'createSequence', 'createTrigger'],
  recommended: false,
  why: 'Names that follow one rule can be guessed, sorted and searched; names with capitals have to be quoted in every query.',
  references: [{ title: 'PostgreSQL: Identifiers', url: 'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS' }],
  options: {
    table: pattern('^[a-z][a-z0-9_]*$', 'tables and views'),
    column: pattern('^[a-z][a-z0-9_]*$', 'columns'),
    index: pattern('', 'indexes'),
    constraint: pattern('', 'checks, unique and exclusion constraints'),
    primaryKey: pattern('', 'primary keys'),
    foreignKey: pattern('', 'foreign keys'),
    enum: pattern('', 'enum types'),
    sequence: pattern('', 'sequences'),
    trigger: pattern('', 'triggers'),
  },
  check(op, { options }) {
    const wrong = ({ what, name }: Named): boolean => typeof options[what] === 'string' && options[what] !== '' && !new RegExp(options[what], 'u').test(name);
    const constraint = (one: { readonly type: string; readonly name?: string; readonly span: Named['at'] }): Named[] =>
      one.name === undefined ? [] : [{ what: one.type === 'primaryKey' || one.type === 'foreignKey' ? one.type : 'constraint', name: one.name, at: one.span }];
    switch (op.kind) {
      case 'createTable':
        return [{ what: 'table', name: op.table.name, at: op.span }, ...op.columns.map((one) => ({ what: 'column', name: one.name, at: one.span })), ...op.constraints.flatMap(constraint)].filter(wrong);
      case 'addColumn':
        return [{ what: 'column', name: op.column.name, at: op.span }].filter(wrong);
      case 'addConstraint':
        return constraint(op.constraint).filter(wrong);
      case 'createIndex':
        return op.name === undefined ? [] : [{ what: 'index', name: op.name, at: op.span }].filter(wrong);
      case 'renameTable':
        return [{ what: 'table', name: op.newName, at: op.span }].filter(wrong);
      case 'renameColumn':
        return [{ what: 'column', name: op.newName, at: op.span }].filter(wrong);
      case 'createEnum':
        return [{ what: 'enum', name: op.type.name, at: op.span }].filter(wrong);
      case 'createView':
        return [{ what: 'table', name: op.view.name, at: op.span }].filter(wrong);
      case 'createSequence':
        return [{ what: 'sequence', name: op.sequence.name, at: op.span }].filter(wrong);
      case 'createTrigger':
        return [{ what: 'trigger', name: op.trigger, at: op.span }].filter(wrong);
    }
  },
  message: ({ what, name }) => `The name ${name} does not follow the convention for a ${what}.`,
  advice: () => 'Rename it now: later it takes a migration in several steps.',
});

interface Named extends EvidenceBase {
  readonly what: string;
  readonly name: string;
  readonly at: { readonly start: number; readonly end: number };
}
