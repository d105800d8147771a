import { defineRule, listed } from '../src/rule.ts';

export default defineRule({
  name: 'no-empty-down',
  summary: 'a down migration does nothing although the up changes the schema',
  severity: 'warning',
  category: 'reversibility',
  on: ['migration'],
  recommended: true,
  why: 'An empty down succeeds: the runner records the migration as undone while its tables and columns are still there. The next up then fails because they exist, or skips them if it says IF NOT EXISTS.',
  references: [{ title: 'Evolutionary Database Design', url: 'https://martinfowler.com/articles/evodb.html' }],
  check({ migration, residue: all = [], downOperations }) {
    const { down } = migration;
    const residue = all.filter((one) => !NAME_ONLY.test(one.object) && !isProof(one));
    if (down === undefined || migration.irreversible === true || downOperations.length > 0 || residue.length === 0) return undefined;
    const kept = residue.filter((one) => !STAYS.test(one.object) && !isRepeatable(one));
    return {
      migration: migration.name,
      left: listed((kept.length > 0 ? kept : residue).map((one) => one.object), 4),
      ...(kept.length === 0 ? { severity: 'info' as const } : {}),
    };
  },
  message: ({ migration, left }) => `The down of ${migration} is empty, but the up changes ${left}.`,
  advice: () => 'Write the reverse of each statement, last one first; or mark the migration as irreversible, so that a rollback stops here and says so.',
  remedy: () => 'missingDown',
});

/** What nobody takes back: an enum value cannot be removed, extensions and schemas are shared. */
const STAYS = /^(?:enum value|value|extension|schema) /;
/** What has been proven stays proven: to validate a constraint leaves nothing to take back. */
const isProof = ({ difference, detail = '' }: { readonly difference: string; readonly detail?: string }): boolean => difference === 'changed' && /^validity: [^;]*$/.test(detail);
/** The next up does it once more without harm, and until then the code before it can live with it: another type or default, or a column that may be NULL. */
const isRepeatable = ({ difference, detail = '' }: { readonly difference: string; readonly detail?: string }): boolean =>
  difference === 'changed' && detail.split('; ').every((part) => /^(?:type|default|comment): /.test(part) || part === 'nullability: not null → nullable');
/** The server names the constraint behind NOT NULL after the column of its day; nullability itself is a fact of the column. */
const NAME_ONLY = /^constraint .*_not_null\d*$/;
