import type { Script } from '../../ir/migration.ts';
import type { Refusal, Sent } from '../run-script.ts';
import { runScript } from '../run-script.ts';
import type { Kept, Workplace } from '../workplace.ts';
import { multiplyRows } from './bulk.ts';
import { fillTables } from './fill.ts';
import type { Timing } from './model.ts';
import type { FillTable } from './tables.ts';

export interface Ran {
  readonly refusal: Refusal | undefined;
  readonly milliseconds: number;
  readonly timings: readonly Timing[];
}

/** The database that is being worked on, and the way to a fresh one at any point of the pending migrations. */
export interface Stage {
  readonly place: Workplace;
  run(script: Script): Promise<Ran>;
  /** Starts over from the empty tables of the history and takes these migrations up; those that are refused, statement by statement. Whether all of the last one ran. */
  restart(ups: readonly Script[]): Promise<boolean>;
  /** Rows for all tables or some; answers with notes about those that stay empty. */
  fill(only?: (table: FillTable) => boolean): Promise<{ readonly rows: number; readonly tables: number; readonly notes: readonly string[] }>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly leaveOut: (sent: Sent, why: string) => void;
  /** So many rows for these tables, in place of a few. */
  readonly many: { readonly rows: number; readonly tables: (table: FillTable) => boolean } | undefined;
}

/** `empty` is the state after the history; `first` is that database itself, closed by its owner. */
export function stageOn(first: Workplace, empty: Kept, { leaveOut, many }: StageOptions): Stage {
  let place = first;
  let round = 0;
  const leave = async (): Promise<void> => {
    if (place !== first) await place.close();
  };
  const run = async (script: Script): Promise<Ran> => {
    const timings: Timing[] = [];
    const start = performance.now();
    const refusal = await runScript(await place.freshSession(), script, {
      shared: place.shared,
      leaveOut,
      async carry({ statement }, send) {
        const before = performance.now();
        await send();
        timings.push({ path: script.path, span: statement.span, milliseconds: performance.now() - before });
      },
    });
    return { refusal, milliseconds: performance.now() - start, timings };
  };
  return {
    get place() {
      return place;
    },
    run,
    async restart(ups) {
      await leave();
      place = await empty.open();
      round = 0;
      let complete = true;
      for (const script of ups) complete = (await run(script)).refusal === undefined || (await runApart(place, script));
      return complete;
    },
    async fill(only) {
      const session = await place.freshSession();
      const filled = await fillTables(session, { round, ...(only !== undefined && { only }) });
      const notes = many !== undefined && round === 0 ? await multiplyRows(session, many.rows, many.tables) : [];
      round++;
      return { ...filled, notes: [...filled.notes, ...notes] };
    },
    async close() {
      await leave();
    },
  };
}

/** As far as it goes: each statement on its own, without those that the server refuses even then. Whether there were none. */
async function runApart(place: Workplace, script: Script): Promise<boolean> {
  let complete = true;
  const forgive = (): Promise<'without'> => {
    complete = false;
    return Promise.resolve('without');
  };
  await runScript(await place.freshSession(), { ...script, transaction: { wrap: 'none' } }, { shared: place.shared, forgive });
  return complete;
}
