import type { PatternInput, Refusal } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import type { AddColumn, Added } from './added-column-parts.ts';
import { bareColumn, dropAdded } from './added-column-parts.ts';
import { backfillStep } from './backfill.ts';
import { slug } from './clause.ts';
import { replaceWord } from './identifiers.ts';
import { step } from './form.ts';
import { freshName } from './names.ts';
import { typeSql } from './type-sql.ts';

/** The base type, with the domain's conditions as constraints of the table. */
export function domainSteps(input: PatternInput, own: AddColumn): Added | Refusal {
  const { before } = input;
  const { column, table } = own;
  const domain = before.domainOf(column.type);
  if (domain === undefined) return { refused: `The history does not say what the domain ${column.type.name} checks.` };
  if (before.domainOf(domain.type) !== undefined) return { refused: `${domain.name} is a domain over another domain: write the conditions of both on a column of the base type.` };
  if (!domain.complete) return { refused: `The history does not say all that the domain ${domain.name} checks.` };
  const name = quote(column.name);
  const target = quoteName(table);
  const checks = domain.checks.map((check) => ({ name: freshName(before, table, `${table.name}_${column.name}_${check.name}`), condition: replaceWord(check.expression.text, 'value', name) }));
  const value = column.default?.text ?? domain.default?.text;
  const required = column.notNull || domain.notNull;
  if (required && value === undefined) return { refused: `${domain.name} forbids NULL and ${column.name} has no default: the rows that exist would have no value.` };
  const fill = value === undefined ? [] : [backfillStep(input, { table, values: [{ column: column.name, value: 'DEFAULT' }], pending: `${name} IS NULL`, title: `Give the rows that exist a value in ${column.name}` })];
  return {
    title: `Add ${column.name} with the type under ${domain.name}, its conditions as constraints of the table`,
    prove: true,
    steps: [
      step({
        title: `Add ${column.name} as ${typeSql(domain.type, before)}, checked for new rows`,
        slug: slug('add', table.name, column.name),
        up: [
          bareColumn(input, own, typeSql(domain.type, before)),
          ...(value === undefined ? [] : [`ALTER TABLE ${target} ALTER COLUMN ${name} SET DEFAULT ${value}`]),
          ...checks.map((check) => `ALTER TABLE ${target} ADD CONSTRAINT ${quote(check.name)} CHECK (${check.condition}) NOT VALID`),
        ],
        down: [dropAdded(own)],
        transaction: 'inside',
        notes: [`${column.name} ends with the type under the domain: a column of a domain with constraints cannot be added, nor a column changed to it, without a rewrite under ACCESS EXCLUSIVE.`],
      }),
      ...fill,
      ...checks.map((check) =>
        step({
          phase: 'migrate',
          title: `Validate ${check.name} while writes go on`,
          slug: slug('validate', check.name),
          up: [`ALTER TABLE ${target} VALIDATE CONSTRAINT ${quote(check.name)}`],
          down: [],
          transaction: 'either',
        }),
      ),
    ],
  };
}
