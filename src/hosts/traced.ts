import type { Span } from '../source/text.ts';
import type { Run, Traced } from './program.ts';

export const EMPTY: Traced = { text: '', runs: [] };

/** A text that a call writes, placed as a whole at what it says there; without a place: the call says it. */
export const written = (text: string, span?: Span): Traced => ({ text, runs: span === undefined || text === '' ? [] : [{ at: 0, length: text.length, span }] });

/** One after the other. What stands in the file in another order loses its place: the call as a whole says it. */
export function joined(parts: readonly (Traced | string)[], separator = ''): Traced {
  let text = '';
  let last = -1;
  const runs: Run[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    const { text: own, runs: its } = typeof part === 'string' ? EMPTY_OF(part) : part;
    const first = its[0];
    if (first !== undefined && first.span.start >= last) {
      for (const run of its) runs.push({ ...run, at: run.at + text.length });
      last = its.at(-1)?.span.end ?? last;
    }
    text += own;
  }
  return { text, runs };
}

const EMPTY_OF = (text: string): Traced => ({ text, runs: [] });

/** `sql` with parts in its holes: ``sql`alter table ${table} add ${column}` ``. */
export const sql = (texts: TemplateStringsArray, ...holes: readonly (Traced | string)[]): Traced => joined(texts.flatMap((text, index) => (index === 0 ? [text] : [holes[index - 1] ?? '', text])));

/** Part of a text. A run that is cut stays one by one where it was; else it is kept as a whole. */
export function cut({ text, runs }: Traced, start: number, end = text.length): Traced {
  const kept: Run[] = [];
  for (const { at, length, span } of runs) {
    const from = Math.max(at, start);
    const to = Math.min(at + length, end);
    if (to <= from) continue;
    const exact = span.end - span.start === length;
    kept.push({ at: from - start, length: to - from, span: exact ? { start: span.start + from - at, end: span.start + to - at } : span });
  }
  return { text: text.slice(start, end), runs: kept };
}

/** The same text, placed as a whole at what stands for it: a name, a template's hole. A text without length has no place. */
export const placedAt = ({ text }: Traced, span: Span): Traced => written(text, span);

/** The same text; what has no place of its own in it stands at that one. */
export function within({ text, runs }: Traced, span: Span): Traced {
  const all: Run[] = [];
  let at = 0;
  for (const run of [...runs, { at: text.length, length: 0, span }]) {
    if (run.at > at) all.push({ at, length: run.at - at, span });
    if (run.length > 0) all.push(run);
    at = run.at + run.length;
  }
  return { text, runs: all };
}

/** The same place with other characters: what a library makes of a text, as by quoting. */
export const changedTo = (text: string, { runs }: Traced): Traced => {
  const first = runs[0];
  const last = runs.at(-1);
  return first === undefined || last === undefined ? { text, runs: [] } : written(text, { start: first.span.start, end: last.span.end });
};
