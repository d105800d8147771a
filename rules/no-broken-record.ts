import type { RuleContext } from '../src/rule.ts';
import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-broken-record',
  summary: 'what the tool has on record of the schema does not fit the migrations',
  severity: 'warning',
  category: 'history',
  on: ['migration', 'history'],
  recommended: true,
  why: 'Drizzle generates a migration by comparing the schema in code with the last snapshot, and not with the migrations. A file that was changed by hand, a snapshot that was lost or made on another branch: the next generated migration then adds what is there already and fails, or leaves out what is missing for good. Nothing shows it until then.',
  references: [{ title: 'Drizzle: Migrations', url: 'https://orm.drizzle.team/docs/migrations' }],
  check(subject, context) {
    if (subject.kind === 'history') return subject.problem.problem === 'broken-record' ? { detail: subject.problem.detail, regenerate: true } : undefined;
    return context.before.opaqueCount > 0 ? undefined : disagreements(context);
  },
  message: ({ detail }) => `${detail}.`,
  advice: ({ regenerate }) => (regenerate ? 'Put the newest migrations aside, take over the journal and the snapshots of the main branch, and let drizzle-kit generate them again behind its last one.' : 'Change the schema in code and let drizzle-kit generate; what is written by hand goes into a migration of `drizzle-kit generate --custom`.'),
});

interface Disagreement {
  readonly relation: string;
  readonly detail: string;
  readonly regenerate: false;
}

/** Tables and columns that one of both has. Tables that only the migrations have may have been made by hand: drizzle-kit leaves them alone. */
function disagreements({ before, name, script }: RuleContext): Disagreement[] {
  const record = script.record?.();
  const found: Disagreement[] = [];
  for (const [key, { columns }] of record?.tables ?? []) {
    const [table = key, schema = 'public'] = key.split('.').reverse();
    const own = { schema, name: table };
    const known = before.table(own);
    const say = (detail: string): void => void found.push({ relation: name(own), detail: `${detail} according to ${record?.path ?? ''}`, regenerate: false });
    if (known === undefined) {
      if (before.relation(own) === undefined) say(`No migration makes table ${name(own)}, which exists`);
      continue;
    }
    if (!known.complete) continue;
    for (const [column, { notNull }] of columns) {
      const made = before.column(known, column);
      if (made === undefined) say(`No migration makes column ${column} of ${name(own)}, which exists`);
      else if (made.notNull !== notNull) say(`Column ${column} of ${name(own)} is ${made.notNull ? 'NOT NULL, and may be NULL' : 'one that may be NULL, and is NOT NULL'}`);
    }
    for (const column of known.columns) if (!columns.has(column.name)) say(`Column ${column.name} of ${name(own)} does not exist`);
  }
  return found;
}
