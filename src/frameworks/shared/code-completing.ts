import type { Emission } from '../../hosts/program.ts';
import type { Holder } from '../../hosts/typescript/beside.ts';
import { holders, withBeside } from '../../hosts/typescript/beside.ts';
import type { Piece } from '../../hosts/typescript/body.ts';
import { withImports } from '../../hosts/typescript/imports.ts';
import { directionsOf } from '../../hosts/typescript/directions.ts';
import type { Style } from '../../hosts/typescript/style.ts';
import type { Operation } from '../../ir/operation.ts';
import { sameOperations } from '../../ir/same.ts';
import type { Span } from '../../source/text.ts';
import type { FileTree, Missing, SqlReader, Writer } from '../framework.ts';
import { doneBy, isTransaction, knownFrom, operationsIn, ran, sameBack } from './code-calls.ts';
import type { Pieces, Proof } from './code-pieces.ts';
import { piecesOf } from './code-pieces.ts';
import type { CodeTool } from './code-tool.ts';
import { changed, refused } from './writing.ts';

/** What a way back is written with, and whether to try the tool's own calls first. */
interface Way {
  readonly path: string;
  readonly tool: CodeTool;
  readonly tree: FileTree;
  readonly reader: SqlReader;
  readonly style: Style;
  readonly own: readonly boolean[];
}

/** Puts what a way back forgets between the calls that it has, in their own form. */
export function completeCode(missing: readonly Missing[], { path, tool, tree, reader, style, own }: Way): ReturnType<NonNullable<Writer['completeDown']>> {
  const text = tree.read(path) ?? '';
  const emissions = ran(tool.program, { path, text }, 'down', tree, reader)?.emissions ?? [];
  if (emissions.some((emission) => 'opaque' in emission)) return refused('Part of the way back that there is cannot be read.');
  const spots = spotsOf(missing, emissions, holders(text, path), ({ start, end }) => tool.bare !== true || /\btransaction\b/.test(text.slice(start, end)));
  if (typeof spots === 'string') return refused(spots);
  const names = directionsOf(text, path)?.down?.names ?? [];
  const known = knownFrom([...(doneBy(tool.program, { path, text }, 'up', tree, reader)?.operations ?? []), ...operationsIn(missing.map(({ sql }) => sql).join(';\n'), reader.read)]);
  let why = 'What is missing cannot be put between the calls of this way back: complete it by hand.';
  const write = (made: ReadonlyMap<Spot, Pieces>): string | undefined => {
    const starts = new Set([...made.keys()].map(({ holder }) => holder.start));
    const additions = [...starts].flatMap((start) => {
      const all = [...made].filter(([{ holder }]) => holder.start === start);
      const [first] = all;
      if (first === undefined) return [];
      const [{ holder, call }] = first;
      const on = tool.runnerIsFixed === true ? tool.runner : tool.runnerOf(text.slice(call.start, call.end));
      const pieces = (side: Spot['side']): readonly Piece[] => all.flatMap(([spot, { pieces: own }]) => (spot.side === side ? own : []));
      return on === undefined ? [] : [{ holder, before: pieces('before'), after: pieces('after'), names: [on, ...names.slice(1)] }];
    });
    if (additions.length !== starts.size) return undefined;
    const now = withBeside(text, path, additions, style, tool.waits !== false);
    if (typeof now === 'string') return withImports(now, path, [...made.values()].flatMap(({ needs }) => needs), style);
    why = now.refused;
    return undefined;
  };
  const proves = (made: ReadonlyMap<Spot, Pieces>): string | undefined => {
    const now = write(made);
    const after = now === undefined ? undefined : ran(tool.program, { path, text: now }, 'down', tree, reader)?.emissions;
    if (after === undefined || surprises(after) > surprises(emissions)) return undefined;
    return sameBack(operationsOf(after, reader), [...emissions.keys(), emissions.length].flatMap((index) => [
      ...[...made.keys()].flatMap((spot) => (spot.index === index ? spot.sql.flatMap((sql) => operationsIn(sql, reader.read)) : [])),
      ...operationsOf(emissions.slice(index, index + 1), reader),
    ])) ? now : undefined;
  };
  for (const ownCalls of own) {
    const made = new Map(
      spots.map((spot) => {
        const proof: Proof = { known, holds: (pieces, operations) => proves(new Map([[{ ...spot, sql: spot.sql.filter((sql) => sameOperations(operationsIn(sql, reader.read), operations)).slice(0, 1) }, pieces]])) !== undefined };
        return [spot, piecesOf(spot.sql.map((sql) => `${sql};\n`).join(''), tool, reader, ownCalls ? proof : undefined)] as const;
      }),
    );
    const now = proves(made);
    if (now !== undefined) return [changed(path, text, now)];
  }
  return refused(why);
}

/** Between which calls statements are missing. */
interface Spot {
  readonly holder: Holder;
  readonly side: 'before' | 'after';
  /** The call that what is written takes after. */
  readonly call: Emission['call'];
  /** How much is sent before it. */
  readonly index: number;
  readonly sql: readonly string[];
}

function spotsOf(missing: readonly Missing[], emissions: readonly Emission[], holderOf: ReturnType<typeof holders>, isInTurn: (call: Span) => boolean): readonly Spot[] | string {
  const last = emissions.findLast((emission) => !isTransaction(emission))?.call;
  const spots: Spot[] = [];
  for (const { sql, before } of missing) {
    const call = before ?? last;
    if (call === undefined) return 'The way back does nothing.';
    const holder = holderOf(call);
    if (typeof holder === 'string') return holder;
    if (holder.form === 'element' && !isInTurn(call)) return 'The way back sends its statements at once, over connections of their own: complete it by hand.';
    const side = before === undefined ? 'after' : 'before';
    const inside = emissions.flatMap((emission, index) => (emission.call.start >= holder.start && emission.call.end <= holder.end ? [index] : []));
    const index = side === 'before' ? (inside[0] ?? 0) : (inside.at(-1) ?? emissions.length - 1) + 1;
    const there = spots.findIndex((spot) => spot.index === index);
    if (there < 0) spots.push({ holder, side, call, index, sql: [sql] });
    else spots[there] = { ...(spots[there] as Spot), sql: [...(spots[there]?.sql ?? []), sql] };
  }
  return spots;
}

const operationsOf = (emissions: readonly Emission[], { read }: SqlReader): readonly Operation[] => emissions.flatMap((emission) => ('sql' in emission ? operationsIn(emission.sql, read) : []));

const surprises = (emissions: readonly Emission[]): number => emissions.reduce((sum, { traps = [] }) => sum + traps.length + (emissions.some((one) => 'opaque' in one) ? 1 : 0), 0);
