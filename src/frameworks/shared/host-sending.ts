import type { Traced } from '../../hosts/program.ts';
import type { Methods, Site } from '../../hosts/typescript/host.ts';
import { changing } from '../../hosts/typescript/methods.ts';
import type { UnknownValue } from '../../hosts/typescript/value.ts';
import { unknown } from '../../hosts/typescript/value.ts';
import type { Trap } from '../../ir/migration.ts';
import { attempt } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** A method that refuses says so in the place of what it would have sent. */
export const guarded = (methods: Methods): Methods =>
  changing(methods, (method) => (args, site) => {
    const made = attempt(() => method(args, site));
    if ('result' in made) return made.result;
    site.emit({ opaque: made.refusal.reading, detail: made.refusal.message, ...trapsOf(made.refusal) });
    return answer(site);
  });

/** What a call gives that asks the server. */
export const answer = (site: Site): UnknownValue => unknown('it is what the server answers', site.call, site.source(site.call));

/** The rows that SQL gives. Asked for its catalog, the server says what exists. */
export const rowsOf = ({ text }: Pick<Traced, 'text'>, { call }: Pick<Site, 'call'>): UnknownValue => ({ ...unknown('it is what the server answers', call, 'rows'), ...asking(text) });

/** Whether SQL asks what exists. */
export const asking = (sql: string): Pick<UnknownValue, 'asksExistence'> => (CATALOG.test(sql) ? { asksExistence: true } : {});

const CATALOG = /\binformation_schema\b|\bpg_\w+|\bto_reg\w+/i;

/** Sends SQL from the place of a call; apart from the open transaction where a trap says so. */
export function send(sql: Traced | string, all: readonly Trap[], site: Site): void {
  const traced = typeof sql === 'string' ? { text: sql, runs: [] } : sql;
  const apart = all.some(({ trap }) => trap === 'forgotten-transaction');
  site.emit({ sql: traced.text, runs: traced.runs, ...(apart ? { apart: true as const } : {}), ...(all.length === 0 ? {} : { traps: all }) });
}

export const trapsOf = ({ traps }: Pick<Refusal, 'traps'>, more: readonly Trap[] = []): { readonly traps?: readonly Trap[] } => (traps.length + more.length === 0 ? {} : { traps: [...traps, ...more] });
