import { lineAt } from '../frameworks/shared/text.ts';
import { lineBreak, NOTHING } from '../frameworks/shared/writing.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';
import { applyEdits, overlaps, withLineBreaks } from './edits.ts';
import { isControl } from './placement.ts';
import { cutClauses, regionOf } from './regions.ts';
import { removalOf } from './removal.ts';
import type { Piece } from './sharing.ts';

export interface DownTask {
  /** What the way forward no longer does in this file. */
  readonly piece: Piece;
  /** What undoes the part that has stayed in the file. */
  readonly instead: readonly string[];
  /** It cannot run inside a transaction. */
  readonly outside: boolean;
}

/**
 * The edits that take out of a way back what undoes pieces that have moved to other migrations. What undoes nothing recognisable stays:
 * whether the result is right is for the proof to say.
 */
export function adaptDown(script: Script, sections: readonly Span[], tasks: readonly DownTask[], found: ReadonlyMap<Operation, Piece>): readonly Edit[] {
  const left: string[] = [];
  const taken = new Map<Statement, { readonly operations: Operation[]; readonly instead: string[] }>();
  const outside = new Set<Statement>();
  for (const { piece, instead: all, outside: leaves } of tasks) {
    let instead = all;
    const statements = script.statements.filter(({ operations }) => operations.some((back) => found.get(back) === piece));
    // A column comes back first, and what holds for its values once it has them.
    const place = piece.operations.some(({ kind }) => kind === 'dropColumn') ? statements.at(-1) : statements[0];
    for (const statement of statements) {
      const before = taken.get(statement) ?? { operations: [], instead: [] };
      // What was done last is undone first.
      taken.set(statement, { operations: [...before.operations, ...statement.operations.filter((back) => found.get(back) === piece)], instead: [...(statement === place ? instead : []), ...before.instead] });
      if (statement === place && leaves) outside.add(statement);
      if (statement === place) instead = [];
    }
    // Nothing in it undid the piece, but something has to undo what has become of it.
    left.unshift(...instead);
  }
  const edits = [...[...taken].flatMap(([statement, { operations, instead }]) => without(script, sections, statement, operations, instead)), ...[...outside].flatMap((statement) => withoutBlock(script, sections, statement))];
  const all = left.length === 0 || script.host !== undefined ? edits : withFirst(edits, atFirst(script, sections, left));
  return overlaps(all) ? [] : all;
}

/** Where nothing is left of a way back, it says so: tools take one without a word for none at all, or refuse it. */
export function notBlank({ host, text }: Script, sections: readonly Span[], edits: readonly Edit[]): readonly Edit[] {
  if (host !== undefined) return edits;
  const said = new Map<Edit, string>();
  for (const section of sections) {
    const end = Math.min(section.end, text.length);
    const own = edits.filter((edit) => edit.start >= section.start && edit.end <= end);
    const [first] = own;
    if (first === undefined || applyEdits(text.slice(section.start, end), own.map((edit) => ({ ...edit, start: edit.start - section.start, end: edit.end - section.start }))).trim() !== '') continue;
    const stops = text.charAt(first.end - 1) === '\n' || own.some((edit) => edit.start > first.start);
    said.set(first, stops ? withLineBreaks(NOTHING, lineBreak(text)) : NOTHING.trim());
  }
  return edits.map((edit) => ({ ...edit, text: said.get(edit) ?? edit.text }));
}

/** What begins and ends a transaction around one statement alone. */
function withoutBlock(script: Script, sections: readonly Span[], statement: Statement): readonly Edit[] {
  const at = script.statements.indexOf(statement);
  return [script.statements[at - 1], script.statements[at + 1]].every((one) => one !== undefined && isControl(one))
    ? [at - 1, at + 1].flatMap((index) => { const one = script.statements[index]; return one === undefined ? [] : [removed(script, sections, one)]; })
    : [];
}

/** In front of everything that the way back does. */
function atFirst({ statements: [first], text }: Script, sections: readonly Span[], sql: readonly string[]): Edit {
  const line = lineBreak(text);
  const added = withLineBreaks(sql.map((one) => `${one};\n`).join(''), line);
  if (first !== undefined) return { start: first.span.start, end: first.span.start, text: added };
  const bounds = sections[0] ?? { start: 0, end: text.length };
  const said = text.indexOf(NOTHING.trim(), bounds.start);
  if (said >= 0 && said < bounds.end) return { start: said, end: said + NOTHING.trim().length, text: added.trimEnd() };
  const end = Math.min(bounds.end, text.length);
  return { start: end, end, text: `${end === 0 || text.charAt(end - 1) === '\n' ? '' : line}${added}` };
}

/** Where it would stand among what goes, as with the comments or the block around a statement, it takes the place of that. */
const withFirst = (edits: readonly Edit[], first: Edit): readonly Edit[] => {
  const around = edits.find(({ start, end, text }) => text === '' && start < first.start && first.start < end);
  return around === undefined ? [...edits, first] : edits.map((edit) => (edit === around ? { ...edit, text: first.text } : edit));
};

function without(script: Script, sections: readonly Span[], statement: Statement, operations: readonly Operation[], instead: readonly string[]): readonly Edit[] {
  const region = regionOf(statement, operations);
  if (typeof region === 'string') return [];
  const line = lineBreak(script.text);
  const sql = withLineBreaks(instead.join(';\n'), line);
  if (region.clauses !== undefined) {
    const cuts = cutClauses(script.text, region);
    if (typeof cuts === 'string') return [];
    return instead.length === 0 ? cuts : [...cuts, { start: statement.span.start, end: statement.span.start, text: `${sql};${line}` }];
  }
  if (instead.length > 0) return [{ ...statement.span, text: sql }];
  return [removed(script, sections, statement)];
}

function removed(script: Script, sections: readonly Span[], statement: Statement): Edit {
  const bounds = sections.find(({ start, end }) => statement.span.start >= start && statement.span.end <= end) ?? { start: 0, end: script.text.length };
  const { start, end } = removalOf(script, statement, bounds);
  return { ...withMark(script.text, { start, end }), text: '' };
}

/** A line that is there for this statement alone, as `--rollback DROP TABLE users;`, goes with it. */
function withMark(text: string, { start, end }: Span): Span {
  const line = lineAt(text, start);
  const alone = /^[ \t]*--[ \t]*rollback[ \t]*$/i.test(text.slice(line.start, start)) && text.slice(end, line.end).trim() === '';
  return alone ? { start: line.start, end: line.next } : { start, end };
}
