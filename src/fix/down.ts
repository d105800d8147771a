import { lineAt } from '../frameworks/shared/text.ts';
import { lineBreak } from '../frameworks/shared/writing.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';
import { applyEdits, overlaps, withLineBreaks } from './edits.ts';
import { cutClauses, regionOf } from './regions.ts';
import { removalOf } from './removal.ts';
import { undoes } from './undo.ts';

export interface DownTask {
  /** What the way forward no longer does in this file. */
  readonly operations: readonly Operation[];
  readonly statement: Statement;
  /** What undoes the part that has stayed in the file. */
  readonly instead: readonly string[];
}

/**
 * The text of a way back without what undoes operations that have moved to other migrations. What undoes nothing recognisable stays:
 * whether the result is right is for the proof to say.
 */
export function adaptDown(script: Script, sections: readonly Span[], tasks: readonly DownTask[]): string {
  const edits: Edit[] = [];
  const taken = new Set<Operation>();
  for (const task of tasks) {
    for (const statement of script.statements) {
      const own = statement.operations.filter((back) => !taken.has(back) && task.operations.some((forward) => undoes(back, forward)));
      if (own.length === 0) continue;
      for (const back of own) taken.add(back);
      edits.push(...without(script, sections, statement, own, task.instead));
      break;
    }
  }
  return overlaps(edits) ? script.text : applyEdits(script.text, edits);
}

function without(script: Script, sections: readonly Span[], statement: Statement, operations: readonly Operation[], instead: readonly string[]): readonly Edit[] {
  const region = regionOf(statement, operations);
  if (typeof region === 'string') return [];
  const sql = withLineBreaks(instead.join(';\n'), lineBreak(script.text));
  if (region.clauses !== undefined) {
    const cuts = cutClauses(script.text, region);
    if (typeof cuts === 'string') return [];
    return instead.length === 0 ? cuts : [...cuts, { start: statement.span.start, end: statement.span.start, text: `${sql};${lineBreak(script.text)}` }];
  }
  if (instead.length > 0) return [{ ...statement.span, text: sql }];
  const bounds = sections.find(({ start, end }) => statement.span.start >= start && statement.span.end <= end) ?? { start: 0, end: script.text.length };
  const { start, end } = removalOf(script, statement, bounds);
  return [{ ...withMark(script.text, { start, end }), text: '' }];
}

/** A line that is there for this statement alone, as `--rollback DROP TABLE users;`, goes with it. */
function withMark(text: string, { start, end }: Span): Span {
  const line = lineAt(text, start);
  const alone = /^[ \t]*--[ \t]*rollback[ \t]*$/i.test(text.slice(line.start, start)) && text.slice(end, line.end).trim() === '';
  return alone ? { start: line.start, end: line.next } : { start, end };
}
