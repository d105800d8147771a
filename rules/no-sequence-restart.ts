import { defineRule, operationsIn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-sequence-restart',
  summary: 'setval() sets a live sequence back to its start',
  severity: 'warning',
  category: 'compatibility',
  on: ['select'],
  recommended: true,
  why: 'The sequence hands out numbers again that rows already have: inserts fail on the primary key until it has passed them, one failed insert for each number.',
  references: [{ title: 'PostgreSQL: Sequence Manipulation Functions', url: 'https://www.postgresql.org/docs/current/functions-sequence.html' }],
  check(op, { before, isLive, name, script }) {
    if (!op.query.calls.some((call) => call.name.name === 'setval') || op.query.reads.length > 0) return undefined;
    const [, written = ''] = /\bsetval\s*\(\s*'([^']+)'(?:\s*::\s*regclass)?\s*,\s*[01]\b/i.exec(op.query.text.replace(/\/\*.*?\*\/|--[^\n]*/gs, ' ')) ?? [];
    const [last = '', schema] = written.split('.').reverse().map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()));
    const sequence = schema === undefined ? { name: last } : { schema, name: last };
    if (last === '' || !isLive(sequence)) return undefined;
    const relation = before.relation(sequence);
    const owner = relation?.kind === 'sequence' && relation.ownedBy !== undefined ? before.byId(relation.ownedBy.table) : undefined;
    // What is emptied first may be numbered from the start.
    if (owner !== undefined && operationsIn(script, 'truncate').some((one) => before.relation(one.table)?.id === owner.id)) return undefined;
    return { relation: name(sequence), sequence: sqlName(sequence) };
  },
  message: ({ relation }) => `setval() makes ${relation} hand out numbers from the start again.`,
  advice: ({ sequence }) => `Take the value from the rows: SELECT setval('${sequence.replaceAll("'", "''")}', (SELECT max(id) FROM …));`,
});
