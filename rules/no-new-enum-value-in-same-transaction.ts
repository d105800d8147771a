import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn } from '../src/rule.ts';

const CAUSE = 'new-enum-value-in-transaction';

export default defineRule({
  name: 'no-new-enum-value-in-same-transaction',
  summary: 'a new enum value is used in the transaction that added it',
  severity: 'error',
  category: 'fails',
  on: ['insert', 'update', 'delete', 'merge', 'select', 'setDefault', 'addColumn', 'createTable', 'addConstraint', 'createIndex', 'createView', 'createMaterializedView', 'createPolicy', 'createRoutine'],
  recommended: true,
  causes: [CAUSE],
  why: 'A value added to an existing enum can be used only after the transaction that added it has committed. Using it earlier, in a row, a default, a check or an index predicate, is an error, and takes the whole migration with it. An enum that is created in the same transaction has no such restriction.',
  references: [{ title: 'PostgreSQL: ALTER TYPE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altertype.html' }],
  check(op, context) {
    const known = context.effects.failures.find(({ cause }) => cause === CAUSE);
    if (known !== undefined) return { message: known.message };
    const added = newValues(op, context).find((value) => uses(op, value, context));
    return added && { message: `unsafe use of new value "${added.value}" of enum type ${added.type.name}` };
  },
  message: ({ message }) => `The server refuses this: ${message}.`,
  advice: () => 'Put ALTER TYPE … ADD VALUE into a migration of its own, so that it is committed before the value is used.',
  remedy: () => 'enumValueApart',
});

type Added = SubjectOf<'addEnumValue'>;
type User = SubjectOf<'insert' | 'update' | 'delete' | 'merge' | 'select' | 'setDefault' | 'addColumn' | 'createTable' | 'addConstraint' | 'createIndex' | 'createView' | 'createMaterializedView' | 'createPolicy' | 'createRoutine'>;

/** Values named in the statement that this transaction has added to enums that are older than itself. */
function newValues(op: User, { before, script, statement, unit }: RuleContext): readonly Added[] {
  const start = (unit?.statements[0]?.statement ?? statement)?.span.start;
  if (unit === undefined || start === undefined || operationsIn(script, 'addEnumValue').length === 0) return [];
  const literals = new Set(Array.from(script.text.slice(op.span.start, op.span.end).matchAll(/'((?:[^']|'')*)'/g), ([, text = '']) => text.replaceAll("''", "'")));
  return [...literals].flatMap((literal) => valuesOf(script).get(literal) ?? []).filter((added) => {
    if (added.span.start < start || added.span.start >= op.span.start) return false;
    const type = before.type(added.type);
    if (type?.kind !== 'enum') return true;
    // IF NOT EXISTS adds nothing where the value is older.
    return type.origin.unit !== unit.id && !type.values.some(({ value, origin }) => value === added.value && origin.unit !== unit.id);
  });
}

const VALUES = new WeakMap<RuleContext['script'], Map<string, Added[]>>();

function valuesOf(script: RuleContext['script']): ReadonlyMap<string, readonly Added[]> {
  const known = VALUES.get(script);
  if (known !== undefined) return known;
  const values = new Map<string, Added[]>();
  for (const added of operationsIn(script, 'addEnumValue')) values.set(added.value, [...(values.get(added.value) ?? []), added]);
  VALUES.set(script, values);
  return values;
}

function uses(op: User, added: Added, context: RuleContext): boolean {
  const { before, script } = context;
  const { value } = added;
  const type = before.type(added.type);
  const ofType = (name: string): boolean => name === added.type.name;
  const isColumn = (column: string): boolean => {
    const table = 'table' in op ? before.table(op.table) : undefined;
    const found = before.column(table, column);
    if (found === undefined) return table?.complete !== true;
    return type === undefined ? ofType(found.type.name) : before.enumOf(found.type)?.id === type.id;
  };
  const compared = (where: SubjectOf<'delete'>['where']): boolean =>
    where?.terms.some((term) => isColumn(term.column) && ((term.kind === 'compare' && term.value === value) || (term.kind === 'in' && term.values.includes(value)))) ?? false;
  // The server reads a body of SQL when it is made, one of PL/pgSQL when it is called.
  if (op.kind === 'createRoutine' && op.language === 'plpgsql') return false;
  if (isCast(added, script.text.slice(op.span.start, op.span.end))) return true;
  switch (op.kind) {
    case 'insert':
      return before.table(op.table)?.complete !== true && op.literals.includes(value);
    case 'update':
      return compared(op.where) || op.assignments.some((one) => one.value?.literal === value && isColumn(one.column));
    case 'delete':
    case 'createIndex':
      return compared(op.where);
    case 'setDefault':
      return op.default.literal === value && isColumn(op.column);
    case 'addColumn':
      return op.column.default?.literal === value && ofType(op.column.type.name);
    case 'createTable':
      return op.columns.some((column) => column.default?.literal === value && ofType(column.type.name));
    case 'addConstraint':
      return op.constraint.type === 'check' && compared(op.constraint.expression);
    case 'createPolicy':
      return compared(op.using) || compared(op.check);
    default: {
      const text = script.text.slice(op.span.start, op.span.end);
      const literal = `'${value.replaceAll("'", "''")}'`;
      const reads = 'query' in op ? op.query.reads.map(({ relation }) => before.table(relation)) : [];
      return text.includes(literal) && reads.some((table) => table?.columns.some((column) => type !== undefined && before.enumOf(column.type)?.id === type.id));
    }
  }
}

/** The literal is made a value of the type where it stands. */
function isCast({ value, type }: Added, text: string): boolean {
  const literal = escaped(`'${value.replaceAll("'", "''")}'`);
  const name = `(?:"?\\w+"?\\.)?(?:${escaped(type.name)}|"${escaped(type.name.replaceAll('"', '""'))}")(?![\\w"])`;
  return new RegExp(`${literal}\\s*::\\s*${name}|\\b(?:cast|CAST)\\s*\\(\\s*${literal}\\s+(?:as|AS)\\s+${name}`).test(text);
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
