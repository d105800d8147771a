import type { Program } from '../../hosts/program.ts';
import type { Direction } from '../../ir/migration.ts';
import { saysIrreversible, saysNothing } from './text.ts';

/** A way back that sends nothing and says so in a comment, or nothing but a block that raises, is meant to be none. */
export function withSaid(program: Program | undefined, text: string, direction: Direction): Program | undefined {
  if (direction === 'up' || program === undefined || program.irreversible !== undefined) return program;
  const [first, ...others] = program.emissions;
  if (first !== undefined) return others.length === 0 && 'sql' in first && saysIrreversible(first.sql) ? { ...program, irreversible: 'refuses' } : program;
  const from = text.search(/\bdown\b\s*[(:=]/);
  const said = from >= 0 && program.comments.some(({ start, end }) => start > from && saysNothing(text.slice(start, end)));
  return said ? { ...program, irreversible: 'said' } : program;
}
