import type { Script, Statement } from '../../../ir/migration.ts';
import { statementAt, statementsSoFar } from '../../../ir/migration.ts';
import type { PatternHandler } from '../../../remedy/step.ts';
import { insideBlock, slug, wholeStatement } from './clause.ts';
import { dropFirst } from './index-sql.ts';
import { step } from './form.ts';
import { quoteName } from '../quote.ts';

/** Takes the timeouts of the file off before the first of the builds that stand together, and sets them again behind the last of them. */
export const withoutTimeouts: PatternHandler = (input) => {
  const { script, statement, operation } = input;
  const block = insideBlock(input);
  if (block !== undefined) return block;
  const held = timeoutsBefore(script, statement);
  if (held.size === 0) return { refused: 'The timeouts are not set in this file: take them off for the role, the database or the connection with which this migration runs.' };
  if ([...held.values()].includes(undefined)) return { refused: 'The file sets the timeout together with other things: give it a SET of its own.' };
  const place = statementsSoFar(script).indexOf(statement);
  const [previous, next] = [statementAt(script, place - 1), statementAt(script, place + 1)];
  const isFirst = previous === undefined || !isBuild(previous);
  const isLast = next === undefined || !(isBuild(next) || isTimeout(next));
  const off = isFirst ? [...held.keys()].map((name) => `SET ${name} = 0`) : [];
  const again = isLast && next !== undefined ? [...held.values()].flatMap((sql) => sql ?? []) : [];
  const index = operation.kind === 'createIndex' && operation.name !== undefined ? quoteName({ ...(operation.table.schema !== undefined && { schema: operation.table.schema }), name: operation.name }) : undefined;
  const title = 'Build it without timeouts';
  return {
    title,
    safety: 'safe',
    covers: statement.operations,
    steps: [
      step({
        title,
        slug: slug('build', index ?? 'index'),
        up: [...off, wholeStatement(input).text, ...again],
        down: null,
        undoneAsWritten: true,
        transaction: 'outside',
        notes: [...(isFirst ? [] : ['The timeouts are taken off before the first of the builds that stand together.']), ...(index === undefined ? [] : [dropFirst(index)])],
      }),
    ],
  };
};

/** The timeouts that a script has set for the session before a statement, with the text that sets each; undefined where that says more than one thing. */
function timeoutsBefore(script: Script, statement: Statement): ReadonlyMap<string, string | undefined> {
  const held = new Map<string, string | undefined>();
  for (const one of statementsSoFar(script)) {
    if (one === statement) break;
    for (const operation of one.operations) {
      if (operation.kind !== 'setSetting' || operation.local) continue;
      const { name, value } = operation;
      if (name === 'all') held.clear();
      else if (!CUTTING.has(name)) continue;
      else if (value === undefined || OFF.test(value)) held.delete(name);
      else held.set(name, one.operations.length === 1 ? script.text.slice(one.span.start, one.span.end) : undefined);
    }
  }
  return held;
}

const CUTTING: ReadonlySet<string> = new Set(['lock_timeout', 'statement_timeout']);

const OFF = /^(?:0\s*(?:us|ms|s|min|h|d)?|default)$/i;

const isBuild = ({ operations }: Statement): boolean => operations.length > 0 && operations.every((one) => (one.kind === 'createIndex' || one.kind === 'reindex') && one.concurrently);

const isTimeout = ({ operations }: Statement): boolean => operations.length > 0 && operations.every((one) => one.kind === 'setSetting' && (CUTTING.has(one.name) || one.name === 'all'));
