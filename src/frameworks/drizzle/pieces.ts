import type { ScriptSource } from '../framework.ts';
import type { Span } from '../../source/text.ts';

const BREAKPOINT = '--> statement-breakpoint';

/** A breakpoint after what no semicolon ends. */
const OPEN = /[^;\s]\s*--> statement-breakpoint/;

/**
 * The driver cuts a file at the breakpoints and sends the pieces one by one, so that the last statement of a piece needs no
 * semicolon. Where all have one, the file reads the same in one piece.
 */
export function pieces(text: string | undefined): Pick<ScriptSource, 'sections'> {
  if (text === undefined || !OPEN.test(text)) return {};
  const sections: Span[] = [];
  let start = 0;
  for (let at = text.indexOf(BREAKPOINT); at !== -1; at = text.indexOf(BREAKPOINT, start)) {
    sections.push({ start, end: at });
    start = at + BREAKPOINT.length;
  }
  return { sections: [...sections, { start, end: text.length }] };
}
