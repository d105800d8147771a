import { directionsOf } from '../../hosts/typescript/directions.ts';
import { withImports } from '../../hosts/typescript/imports.ts';
import { withOption } from '../../hosts/typescript/options.ts';
import { rewriteProgram } from '../../hosts/typescript/rewrite.ts';
import type { Rewriter, SqlEdit } from '../../hosts/typescript/rewrite.ts';
import { styleOf } from '../../hosts/typescript/style.ts';
import { edited } from '../../hosts/typescript/text-edits.ts';
import type { Script } from '../../ir/migration.ts';
import { sameOperations } from '../../ir/same.ts';
import type { FileTree, SqlReader, Writer } from '../framework.ts';
import { callFor, knownFrom, operationsIn } from './code-calls.ts';
import { rawCall } from './code-pieces.ts';
import type { CodeTool } from './code-tool.ts';
import { isDialect } from './dialects.ts';
import { asSent, sendables } from './statements.ts';
import { changed } from './writing.ts';

/** What is sent as one string each, without what ends it. */
const split = (sql: string): readonly string[] => sendables(sql).map((one) => one.sql).filter((one) => one !== '');

/** A program with part of what it sends changed: in its own words where they can be turned, else by other calls. */
export function rewriteCode(script: Script, edits: readonly SqlEdit[], tree: FileTree, reader: SqlReader, tool: CodeTool): ReturnType<NonNullable<Writer['rewrite']>> {
  const { own, runnerOf } = tool;
  const before = script.host?.text ?? '';
  const known = knownFrom(script.statements.flatMap(({ operations }) => operations));
  const rewriter: Rewriter = {
    split,
    sent: asSent,
    raw(sql, { call, style, indent, taken }) {
      const on = runnerOf(call);
      return on === undefined ? undefined : rawCall(tool, on, tidied(sql), style, indent, taken);
    },
    own(sql, { call, style, indent, taken }) {
      const on = runnerOf(call);
      if (own === undefined || on === undefined || own.rawSeen.test(call)) return undefined;
      const names = directionsOf(before, script.path)?.[script.direction]?.names ?? [];
      return callFor(own.calls, operationsIn(sql, reader.read), { on, names: [on, ...names.slice(1)], known })?.source(style, indent, taken);
    },
    option(statement, after, around, file, style) {
      const option = own?.option?.(statement.operations, operationsIn(after, reader.read));
      const nodes = option === undefined ? undefined : around();
      return option === undefined || nodes === undefined ? undefined : withOption(nodes, file, option, style);
    },
    proves: (file, done) => proven(withNeeds(file, before, script.path, tool), script, done, tree, reader, tool),
  };
  const after = rewriteProgram(script, edits, rewriter);
  if (typeof after !== 'string') return after;
  return [changed(script.path, before, withNeeds(after, before, script.path, tool))];
}

/** The file sends what the script says after these edits. */
function proven(file: string, script: Script, edits: readonly SqlEdit[], tree: FileTree, { dialect, version, read }: SqlReader, { program }: CodeTool): boolean {
  const now = program({ path: script.path, text: file, dialect, version, read: (path) => tree.read(path), setting: (name) => isDialect(dialect, name) }, script.direction);
  if (now === undefined) return false;
  const surprises = (all: readonly { readonly traps?: readonly unknown[] }[]): number => all.reduce((sum, { traps = [] }) => sum + traps.length, 0);
  const unknown = script.statements.filter(({ operations }) => operations.some(({ kind }) => kind === 'opaque')).length;
  if (surprises(now.emissions) > surprises(script.statements) || now.emissions.filter((emission) => 'opaque' in emission).length > unknown) return false;
  const wanted = edited(script.text, edits.map((edit) => ({ ...edit, text: asSent(edit.text) })));
  const { sent, rest } = otherwise(now.emissions.map((emission) => ('sql' in emission ? emission.sql : undefined)), wanted);
  return sameOperations(sent.flatMap((sql) => (sql === undefined ? [] : operationsIn(sql, read))), operationsIn(rest, read));
}

/** What is sent in other words than a script has it, and what the script has there: to read what both begin and end with would tell nothing. */
function otherwise(sent: readonly (string | undefined)[], script: string): { readonly sent: readonly (string | undefined)[]; readonly rest: string } {
  let [first, last, start, end] = [0, sent.length, 0, script.length];
  for (let sql = sent[first]; sql !== undefined && script.startsWith(`${sql};\n`, start); sql = sent[first]) {
    start += sql.length + 2;
    first++;
  }
  for (let sql = sent[last - 1]; last > first && sql !== undefined && end - sql.length - 2 >= start && script.startsWith(`${sql};\n`, end - sql.length - 2); sql = sent[last - 1]) {
    end -= sql.length + 2;
    last--;
  }
  return { sent: sent.slice(first, last), rest: script.slice(start, end) };
}

/** With what raw calls need that were not there before. */
function withNeeds(text: string, before: string, path: string, { rawNeeds = [] }: CodeTool): string {
  const fresh = rawNeeds.filter(({ name }) => new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(text) && !new RegExp(`(?<![\\w$.])${name}(?![\\w$])`).test(before));
  return fresh.length === 0 ? text : withImports(text, path, fresh, styleOf(text, path));
}

/** What a builder has made, as people write it. */
const tidied = (sql: string): string => (/['$\n]/.test(sql) ? sql : sql.replace(/ {2,}/g, ' '));
