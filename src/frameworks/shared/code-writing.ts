import type { Piece } from '../../hosts/typescript/body.ts';
import { linesFor } from '../../hosts/typescript/body.ts';
import { withImports } from '../../hosts/typescript/imports.ts';
import { fileLike, withWayBack } from '../../hosts/typescript/like.ts';
import { styleOf } from '../../hosts/typescript/style.ts';
import type { Operation } from '../../ir/operation.ts';
import type { FileTree, History, MigrationSource, NewMigration, SqlReader, Writer } from '../framework.ts';
import { does, doneBy, knownFrom, operationsIn } from './code-calls.ts';
import { completeCode } from './code-completing.ts';
import type { Pieces, Proof } from './code-pieces.ts';
import { piecesBack, piecesOf } from './code-pieces.ts';
import { rewriteCode } from './code-rewriting.ts';
import type { CodeTool } from './code-tool.ts';
import { namedLike } from './names-like.ts';
import { asSent } from './statements.ts';
import { newVersions } from './new-versions.ts';
import { baseName, join, parentOf } from './paths.ts';
import { changed, eachWithVersion, newFile, refused, wantsDown } from './writing.ts';

/** Writes migrations that are programs: new ones in the form of the others, old ones changed where they say it. */
export const codeWriter = (tool: CodeTool): Writer => ({
  create(migrations, after, history, tree, reader) {
    const { path } = after.up;
    if (tool.neverOutside !== undefined && migrations.some(({ outsideTransaction }) => outsideTransaction)) return refused(tool.neverOutside);
    const versions = (tool.versions ?? newVersions)(after, history, migrations.length);
    const file = baseName(path);
    const ending = /\.[cm]?[jt]s$/.exec(file)?.[0] ?? '.js';
    return eachWithVersion(migrations, versions, (migration, version) => {
      const name = tool.fileName?.(migration.slug, version, after, history) ?? namedLike(migration.slug, version, file);
      return [newFile(join(parentOf(path) ?? '', `${name}${ending}`), newText(migration, version, { tool, after, history, tree, reader }))];
    });
  },
  runOutside({ path, direction }, text) {
    const outside = tool.runOutside(text, styleOf(text, path), direction);
    return typeof outside === 'string' ? [changed(path, text, outside)] : outside;
  },
  rewrite: (script, edits, tree, reader) => rewriteCode(script, edits, tree, reader, tool),
  writeDown: (source, down, tree, reader, history) => wayBack(source, down, { tool, after: source, history, tree, reader }),
  completeDown({ up: { path } }, missing, tree, reader, history) {
    const text = tree.read(path) ?? '';
    const others = neighbours(history, path, tree);
    return completeCode(missing, { path, tool, tree, reader, style: styleOf(text, path, others), own: ways(text, others, tool) });
  },
  ...(tool.notes === undefined ? {} : { notes: tool.notes }),
  ...(tool.bare === undefined ? {} : { bare: tool.bare }),
  ...(tool.outsideStatement === undefined ? {} : { outsideByDirection: true }),
  ...(tool.optOutParts === undefined ? {} : { optOutParts: tool.optOutParts }),
});

interface World {
  readonly tool: CodeTool;
  readonly after: MigrationSource;
  readonly history: History;
  readonly tree: FileTree;
  readonly reader: SqlReader;
}

/** In the form of the migration that it follows, with the tool's own calls where the project makes them and they do the same. */
function newText(migration: NewMigration, version: string, world: World): string {
  const { tool, after, history, tree, reader } = world;
  const { path } = after.up;
  const model = tree.read(path) ?? '';
  const others = neighbours(history, path, tree);
  const style = styleOf(model, path, others);
  const back = wantsDown(after) ? migration.down : undefined;
  const leave: readonly Piece[] = migration.outsideTransaction && tool.outsideStatement !== undefined ? [{ comments: [], statement: tool.outsideStatement }] : [];
  const like = (up: Pieces, down: Pieces | undefined): string | undefined => {
    const text = fileLike(model, path, style, {
      up: [...leave, ...up.pieces],
      ...(down === undefined ? {} : { down: [...(down.pieces.some(({ call }) => call !== undefined) ? leave : []), ...down.pieces] }),
      needs: [...up.needs, ...(down?.needs ?? [])],
      waits: tool.waits !== false,
      isCommon: (statement) => others.some((other) => other.includes(statement)),
      ...(tool.className === undefined ? {} : { className: (old: string) => tool.className?.(migration.slug, version, old) ?? old }),
    });
    if (text === undefined || !migration.outsideTransaction || tool.outsideStatement !== undefined) return text;
    const left = tool.runOutside(text, style, 'up');
    return typeof left === 'string' ? left : undefined;
  };
  const doesIt = (text: string, direction: 'up' | 'down', sql: string): boolean => does(tool.program, { path, text }, direction, operationsIn(asSent(sql), reader.read), tree, reader);
  const alone: Proof = {
    known: knownFrom([...operationsIn(migration.up, reader.read), ...operationsIn(back ?? '', reader.read)]),
    holds(own, operations) {
      // In a way back, the same call may do a little more than it says.
      const text = like({ pieces: [], needs: [] }, own) ?? like(own, undefined);
      const direction = text === undefined || back === undefined ? 'up' : 'down';
      const alike = direction === 'up' ? like(own, undefined) : text;
      return alike !== undefined && does(tool.program, { path, text: alike }, direction, operations, tree, reader);
    },
  };
  for (const proof of ways(model, others, tool).map((own) => (own ? alone : undefined))) {
    const down = back === undefined ? undefined : piecesBack(back, style, tool, reader, proof);
    const text = like(piecesOf(migration.up, tool, reader, proof), down);
    if (text !== undefined && doesIt(text, 'up', migration.up) && (back === undefined || doesIt(text, 'down', back ?? ''))) return text;
  }
  const lines = ({ pieces }: Pieces): string => linesFor(pieces, { names: [tool.runner], isAsync: true, waits: tool.waits !== false, indent: style.indent, style: { ...style, line: '\n' } }).text;
  const bodies = { up: lines(piecesOf(migration.up, tool, reader)), down: back === undefined ? undefined : lines(piecesBack(back, style, tool, reader)) };
  return tool.file(bodies, style, migration, version).replaceAll('\n', style.line);
}

/** The migration's own file with its way back. */
function wayBack({ up: { path } }: MigrationSource, sql: string, world: World): ReturnType<NonNullable<Writer['writeDown']>> {
  const { tool, tree, reader } = world;
  const text = tree.read(path) ?? '';
  const others = neighbours(world.history, path, tree);
  const style = styleOf(text, path, others);
  const write = ({ pieces, needs }: Pieces): string | undefined => {
    const own = withWayBack(text, path, pieces, style, tool.waits !== false);
    return own === undefined ? undefined : withImports(own, path, needs, style);
  };
  const done = doneBy(tool.program, { path, text }, 'up', tree, reader)?.operations ?? [];
  const doesIt = (now: string | undefined, operations: readonly Operation[]): now is string => now !== undefined && does(tool.program, { path, text: now }, 'down', operations, tree, reader);
  const alone: Proof = { known: knownFrom([...done, ...operationsIn(sql, reader.read)]), holds: (own, operations) => doesIt(write(own), operations) };
  for (const proof of ways(text, others, tool).map((own) => (own ? alone : undefined))) {
    const now = write(piecesOf(sql, tool, reader, proof));
    if (doesIt(now, operationsIn(sql, reader.read))) return [changed(path, text, now)];
  }
  return refused('The way back cannot be written in the form of this file.');
}

/** Whether to try the tool's own calls, by what the file and those beside it do; sending SQL as it is always follows. */
function ways(text: string, others: readonly string[], { own }: CodeTool): readonly boolean[] {
  if (own === undefined) return [false];
  const told = [text, ...others].map((one) => (own.seen.test(one) ? 'calls' : own.rawSeen.test(one) ? 'raw' : undefined)).find((one) => one !== undefined);
  return (told ?? own.unlessSeen) === 'calls' ? [true, false] : [false];
}

/** Migrations right before and after this one, the nearest last ones first. */
function neighbours({ migrations }: History, path: string, tree: FileTree): readonly string[] {
  const at = migrations.findIndex(({ up }) => up.path === path);
  const near = migrations.slice(Math.max(0, at - SEVERAL), at + 1 + SEVERAL);
  return [...new Set(near.reverse().flatMap(({ up }) => (up.path === path || up.program === undefined ? [] : [up.path])))].map((one) => tree.read(one) ?? '');
}

const SEVERAL = 3;
