import type { Program } from '../../hosts/program.ts';
import { saysNothing } from './text.ts';

/** A way back that sends nothing and says so in a comment is meant to be none. */
export function withSaid(program: Program | undefined, text: string): Program | undefined {
  if (program === undefined || program.emissions.length > 0 || program.irreversible === true) return program;
  const from = text.search(/\bdown\b\s*[(:=]/);
  const said = program.comments.some(({ start, end }) => start > from && saysNothing(text.slice(start, end)));
  return said ? { ...program, irreversible: true } : program;
}
