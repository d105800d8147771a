import type { Loss } from '../src/rule.ts';
import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-destructive-call',
  summary: 'a function or procedure is called that deletes or drops what others use',
  severity: 'error',
  category: 'data-loss',
  on: ['select', 'call'],
  recommended: true,
  why: 'The statement looks like a query, and the reviewer sees no DELETE, TRUNCATE or DROP in it: they stand in the body of a routine that an earlier migration made. What they remove is gone all the same, and their locks are held until the transaction ends.',
  references: [{ title: 'PostgreSQL: SQL Functions', url: 'https://www.postgresql.org/docs/current/xfunc-sql.html' }],
  check(op, { effects, isLive, resolve }) {
    // What the statement's own WITH deletes is there to be read.
    const own = op.kind === 'select' ? op.query.writes.map(({ relation }) => resolve(relation)) : [];
    const lost = effects.loss.filter((loss) => WORDS[loss.what] !== undefined && isLive(relationOf(loss)) && !own.some((each) => loss.what === 'rows' && loss.object === named(each)));
    const [first] = lost;
    return first && { relation: named(relationOf(first)), lost: lost.map((loss) => `${WORDS[loss.what] ?? ''} ${loss.object}`) };
  },
  message: ({ lost }) => `What is called here ${lost.join(' and ')}.`,
  advice: () => 'Write the statement itself into the migration, where it can be reviewed, and follow the safe way for it: batches for rows, a later release for tables and columns.',
});

const WORDS: { readonly [What in Loss['what']]?: string } = {
  table: 'drops table',
  column: 'drops column',
  rows: 'deletes the rows of',
  values: 'overwrites the values of',
  schema: 'drops schema',
};

function relationOf({ object }: Loss): { readonly schema: string; readonly name: string } {
  const [schema = '', name = ''] = object.split('.');
  return { schema, name };
}

const named = ({ schema, name }: ReturnType<typeof relationOf>): string => `${schema}.${name}`;
