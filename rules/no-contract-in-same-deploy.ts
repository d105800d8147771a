import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, deployCondition } from '../src/rule.ts';

export default defineRule({
  name: 'no-contract-in-same-deploy',
  summary: 'a drop goes out in the same deploy as the step that prepares it',
  severity: 'error',
  category: 'compatibility',
  on: ['dropColumn', 'dropTable', 'dropView'],
  recommended: true,
  why: 'Between adding the new and dropping the old there has to be a deploy: until then the running code knows only the old. Migrations that go out together run one right after the other, so the code of the old release meets a schema without it, and rows that it has written meanwhile are lost. Which migrations go out together, --since and --batch say.',
  references: [],
  check(op, context) {
    const { deploy, script } = context;
    if (deploy === undefined) return undefined;
    const condition = deployCondition(script)?.text;
    return op.kind === 'dropColumn' ? fromTable(op, condition, context) : op.kind === 'dropTable' ? whole(op, condition, context) : condition !== undefined && deploy.touched(op.view) ? { relation: context.name(op.view), object: context.name(op.view), made: undefined, condition } : undefined;
  },
  message({ object, made, condition }) {
    const first = made === undefined ? 'the step that prepares it' : `${made}, which takes its place`;
    return `${object} is dropped in the same deploy as ${first}: code of the old release still needs it.${condition === undefined ? '' : ` Before it: ${condition}`}`;
  },
  advice: () => 'Leave the drop out of this deploy. Release the code that no longer needs it first, and drop it in a migration of a later one.',
});

/** A column that others were added for, or whose drop says itself that a deploy comes first. */
function fromTable({ table: name, column }: SubjectOf<'dropColumn'>, condition: string | undefined, { before, deploy, isNew, madeHere, name: full }: RuleContext): Evidence | undefined {
  const table = before.table(name);
  const dropped = before.column(table, column);
  if (isNew(name) || (dropped !== undefined && madeHere(dropped.origin))) return undefined;
  const found = { relation: full(name), object: `Column ${column} of ${full(name)}`, condition };
  const added = table?.columns.find((one) => deploy?.earlier(one.origin) === true && (dropped === undefined || (one.type.name === dropped.type.name && one.type.dimensions === dropped.type.dimensions)));
  if (added !== undefined) return { ...found, made: `the column ${added.name}` };
  return condition !== undefined && deploy?.touched(name) === true ? { ...found, made: undefined } : undefined;
}

/** A table whose columns an earlier migration of the deploy has given to a new one. */
function whole({ table: name }: SubjectOf<'dropTable'>, condition: string | undefined, { before, deploy, isLive, name: full }: RuleContext): Evidence | undefined {
  const table = before.table(name);
  if (table === undefined || !isLive(name)) return undefined;
  const found = { relation: full(name), object: `Table ${full(name)}`, condition };
  const columns = new Set(table.columns.map((column) => column.name));
  for (const other of before.relations()) {
    if (other.kind !== 'table' || deploy?.earlier(other.origin) !== true) continue;
    const shared = other.columns.filter((column) => columns.has(column.name)).length;
    if (shared >= 2 && shared * 2 >= columns.size) return { ...found, made: `the table ${other.schema}.${other.name}` };
  }
  return condition !== undefined && deploy?.touched(name) === true ? { ...found, made: undefined } : undefined;
}

interface Evidence {
  readonly [fact: string]: unknown;
  readonly relation: string;
  readonly object: string;
  /** What an earlier migration of the deploy has made in its place. */
  readonly made: string | undefined;
  readonly condition: string | undefined;
}
