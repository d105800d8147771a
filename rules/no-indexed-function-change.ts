import type { RuleContext } from '../src/rule.ts';
import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-indexed-function-change',
  summary: 'a function that an index, generated column or check is computed with gets another body',
  severity: 'error',
  category: 'compatibility',
  on: ['createRoutine'],
  recommended: true,
  why: 'The server takes IMMUTABLE at its word: it neither recomputes the index nor the stored values when the function changes. From then on an index scan and a sequential scan give different rows, unique indexes let duplicates through, and nothing reports an error.',
  references: [{ title: 'PostgreSQL: Function Volatility Categories', url: 'https://www.postgresql.org/docs/current/xfunc-volatility.html' }],
  check(op, context) {
    const { before, madeHere, name, script } = context;
    if (!op.replace) return undefined;
    const old = before.routines(op.routine).find((one) => one.parameters.length === op.parameters.length && one.volatility === 'immutable' && !madeHere(one.origin));
    if (old === undefined || (old.bodyText !== undefined && old.bodyText === op.bodyText && op.volatility === 'immutable')) return undefined;
    const users = computedWith(op.routine.name, context);
    const reindexed = operationsIn(script, 'reindex').some((one) => one.span.start > op.span.start);
    if (users.length === 0 || (reindexed && users.every((one) => one.startsWith('index ')))) return undefined;
    return { routine: name(op.routine), users: users.slice(0, 5).join(', '), indexed: users.find((one) => one.startsWith('index '))?.slice(6) };
  },
  message: ({ routine, users }) => `${routine} is replaced, but ${users} ${users.includes(',') ? 'keep' : 'keeps'} values computed with the old body: wrong results without an error.`,
  advice: ({ indexed }) =>
    `Create the new version under a new name, build a new index with it concurrently, switch queries over, and drop the old ones; or, right after the change, ${indexed === undefined ? 'recompute the stored values' : `REINDEX INDEX CONCURRENTLY ${indexed}`}.`,
});

/** Indexes, stored columns and checks whose expression calls the function. Only asked when an immutable one is replaced. */
function computedWith(routine: string, { before }: RuleContext): string[] {
  const calls = (expression: { readonly calls: readonly { readonly name: { readonly name: string } }[] } | undefined): boolean => expression?.calls.some((call) => call.name.name === routine) === true;
  const users: string[] = [];
  for (const relation of before.relations()) {
    if (relation.kind === 'index' && (calls(relation.where) || relation.keys.some((key) => calls(key.expression)))) users.push(`index ${relation.name}`);
    if (relation.kind !== 'table') continue;
    for (const column of relation.columns) if (column.generated?.stored === true && calls(column.generated.expression)) users.push(`column ${relation.name}.${column.name}`);
    for (const { name, definition } of relation.constraints) if (definition.type === 'check' && calls(definition.expression)) users.push(`check ${name}`);
  }
  return users;
}
