import type { Traced } from '../../hosts/program.ts';
import { written } from '../../hosts/traced.ts';
import type { Site } from '../../hosts/typescript/host.ts';
import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';

/** One string that a method of the query interface sends. */
export interface Query {
  readonly sql: Traced | string;
  readonly traps?: readonly Trap[];
}

/** What a method sends, in order; refuses where that cannot be known. */
export type Generate = (args: readonly Value[], site: Site) => readonly Query[];

/** Where the file says a value, as far as it is one piece. */
export function placeOf(value: Value | undefined): Span | undefined {
  switch (value?.kind) {
    case 'record':
    case 'chain':
    case 'unknown':
      return value.span;
    case 'text': {
      const first = value.runs[0];
      const last = value.runs.at(-1);
      return first === undefined || last === undefined ? undefined : { start: first.span.start, end: last.span.end };
    }
    default:
      return undefined;
  }
}

/** SQL that stands for a value of the program. */
export const from = (sql: string, value: Value | undefined): Traced => written(sql, placeOf(value));

/** Options that the method takes and does nothing with, as traps. */
export function ignored(options: RecordValue | undefined, names: Readonly<Record<string, string>>, site: Site): readonly Trap[] {
  const traps: Trap[] = [];
  for (const [name, detail] of Object.entries(names)) {
    const value = options?.entries.get(name);
    if (value === undefined || value.kind === 'undefined' || (value.kind === 'boolean' && !value.value)) continue;
    traps.push({ trap: 'ignored-option', place: placeOf(value) ?? placeOf(options) ?? site.call, detail });
  }
  return traps;
}

/** Why a migration's own text cannot be read further, as an emission's traps carry it on. */
export const withTraps = (traps: readonly Trap[]): { readonly traps?: readonly Trap[] } => (traps.length === 0 ? {} : { traps });
