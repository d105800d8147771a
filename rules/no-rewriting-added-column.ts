import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, lockOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-rewriting-added-column',
  summary: 'a serial, identity, stored generated or domain column is added, which rewrites the table',
  severity: 'error',
  category: 'rewrite',
  on: ['addColumn'],
  recommended: true,
  scalesWithSize: true,
  why: 'Some columns need a value of their own in every existing row, or a test of every row: serial and identity draw from a sequence, GENERATED … STORED is computed, a domain with constraints is checked. The server writes the whole table and all its indexes anew for them, under an ACCESS EXCLUSIVE lock. Before version 11 every default does that.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES' }],
  check(op, context) {
    const { effects, isLive, name, resolve } = context;
    if (!effects.rewrites.some(isLive) || isRefused(effects)) return undefined;
    const cause = causeOf(op, context);
    if (cause === undefined) return undefined;
    return { relation: name(op.table), column: op.column.name, cause, mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock' };
  },
  message: ({ relation, column, cause, mode }) => `New column ${column} is ${LABEL[cause]}: every row of ${relation} is written anew under ${mode}.`,
  advice: ({ cause }) => ADVICE[cause],
  remedy: (_, { cause }) => (cause === 'serial' || cause === 'identity' ? 'generatedKeyColumn' : cause === 'stored' ? 'storedColumn' : cause === 'domain' ? 'constrainedDomainColumn' : 'volatileDefault'),
});

type Cause = 'serial' | 'identity' | 'stored' | 'domain' | 'default';

const LABEL: { readonly [K in Cause]: string } = {
  serial: 'serial',
  identity: 'an identity column',
  stored: 'generated and stored',
  domain: 'of a domain with constraints',
  default: 'added with a default, which this version stores in every row',
};

const NUMBERED =
  'Add a plain nullable bigint column, CREATE SEQUENCE … OWNED BY it, SET DEFAULT nextval(…) for new rows, number the old rows in batches, then make it NOT NULL by way of a validated CHECK.';
const ADVICE: { readonly [K in Cause]: string } = {
  serial: NUMBERED,
  identity: NUMBERED,
  stored: 'Add a plain nullable column, keep it up to date with a trigger, and fill the old rows in batches. From version 18 a VIRTUAL generated column is instant.',
  domain: 'Add the column with the base type, and the condition as a CHECK … NOT VALID on the table; validate it in another transaction.',
  default: 'Add the column without the default, then SET DEFAULT for new rows, and fill the old rows in batches.',
};

function causeOf({ column }: SubjectOf<'addColumn'>, { before, isVolatile }: RuleContext): Cause | undefined {
  if (column.serial === true) return 'serial';
  if (column.identity !== undefined) return 'identity';
  if (column.generated?.stored === true) return 'stored';
  if (column.default !== undefined && isVolatile(column.default) !== false) return undefined;
  return before.domainOf(column.type) === undefined && column.default !== undefined ? 'default' : 'domain';
}
