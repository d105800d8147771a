import type { Program } from '../../hosts/program.ts';
import type { Direction } from '../../ir/migration.ts';
import { saysNothing } from './text.ts';

/** A way back that sends nothing and says so in a comment is meant to be none. */
export function withSaid(program: Program | undefined, text: string, direction: Direction): Program | undefined {
  if (direction === 'up' || program === undefined || program.emissions.length > 0 || program.irreversible !== undefined) return program;
  const from = text.search(/\bdown\b\s*[(:=]/);
  const said = from >= 0 && program.comments.some(({ start, end }) => start > from && saysNothing(text.slice(start, end)));
  return said ? { ...program, irreversible: 'said' } : program;
}
