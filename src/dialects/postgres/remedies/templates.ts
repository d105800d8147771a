import type { PatternHandler, PatternInput, Patterns, Plan, Question, Step } from '../../../remedy/step.ts';
import { isTemplateName } from '../../../ir/names.ts';
import { around } from './around.ts';

/** Names that a template fills in stand in the steps as the author wrote them: in quotes only where he put them in quotes. */
export const keepingTemplates = (patterns: Patterns): Patterns => around(patterns, keeping);

const keeping =
  (handler: PatternHandler): PatternHandler =>
  (input) => {
    const result = handler(input);
    return 'refused' in result || !mayHaveTemplates(result) ? result : { ...result, steps: result.steps.map((step) => asWritten(step, input)) };
  };

const QUOTED = /"(?:[^"]|"")+"/g;
const mayHaveTemplates = ({ steps }: Plan): boolean => steps.some(({ up, down }) => [...up, ...(down ?? [])].some((sql) => /\$[{(]|\{\{|<%|%\(|":/.test(sql)));

function asWritten(step: Step, { script, statement }: PatternInput): Step {
  const own = script.text.slice(statement.span.start, statement.span.end);
  const isQuoted = (name: string): boolean => [own, script.text].find((text) => text.includes(name))?.includes(`"${name}"`) === true;
  const restored = (sql: string): string =>
    sql.replace(QUOTED, (quoted) => {
      const name = quoted.slice(1, -1).replaceAll('""', '"');
      return !isTemplateName(name) || isQuoted(name) ? quoted : name;
    });
  const question = (one: Question): Question => ({ ...one, sql: restored(one.sql) });
  return {
    ...step,
    up: step.up.map(restored),
    down: step.down?.map(restored) ?? null,
    preconditions: step.preconditions.map(question),
    verification: step.verification.map(question),
    notes: step.notes.map(restored),
  };
}
