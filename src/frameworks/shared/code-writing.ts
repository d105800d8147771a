import { rewriteProgram } from '../../hosts/typescript/rewrite.ts';
import type { Rewriter } from '../../hosts/typescript/rewrite.ts';
import { literal, styleOf } from '../../hosts/typescript/style.ts';
import type { Style } from '../../hosts/typescript/style.ts';
import type { History, MigrationSource, NewMigration, Writer } from '../framework.ts';
import { newVersions } from './new-versions.ts';
import { baseName, join, parentOf } from './paths.ts';
import { roughStatements } from './statements.ts';
import type { RoughStatement } from './statements.ts';
import { changed, eachWithVersion, newFile, refused, slugLike, wantsDown } from './writing.ts';
import type { Refused } from './writing.ts';

/** Lines of a function's body. */
export interface Bodies {
  readonly up: string;
  readonly down: string | undefined;
}

export interface CodeTool {
  /** An expression that sends SQL on the object of that name. */
  readonly raw: (runner: string, text: string) => string;
  /** The object that a call is made on, by the call's source. */
  readonly runnerOf: (call: string) => string | undefined;
  /** Its name in new files. */
  readonly runner: string;
  /** Calls are awaited; true unless said otherwise. */
  readonly waits?: boolean;
  /** SQL as the library wants it written. */
  readonly sql?: (sql: string) => string;
  readonly file: (bodies: Bodies, style: Style, migration: NewMigration, version: string) => string;
  readonly fileName?: (slug: string, version: string, after: MigrationSource, history: History) => string;
  readonly versions?: (after: MigrationSource, history: History, count: number) => readonly string[] | Refused;
  readonly runOutside: (text: string, style: Style) => string | Refused;
  /** Why a changed file would not run, as for want of an import. */
  readonly lacks?: (text: string) => string | undefined;
  readonly notes?: Writer['notes'];
}

const statementsOf = (sql: string): readonly RoughStatement[] => roughStatements(sql);

/** Statements without what ends them. */
const split = (sql: string): readonly string[] => statementsOf(sql).map(({ start, end }) => sql.slice(start, end).trim()).filter((one) => one !== '');

/** Writes migrations that are programs: new ones with the SQL as it is, old ones changed where they say it. */
export function codeWriter(tool: CodeTool): Writer {
  const written = (sql: string): string => (tool.sql === undefined ? sql : tool.sql(sql));
  const rewriter: Rewriter = {
    split,
    raw(sql, call, style, indent) {
      const runner = tool.runnerOf(call);
      return runner === undefined ? undefined : tool.raw(runner, literal(written(sql), style, indent));
    },
  };
  return {
    create(migrations, after, history, tree) {
      const text = tree.read(after.up.path) ?? '';
      const style = styleOf(text, after.up.path);
      const versions = (tool.versions ?? newVersions)(after, history, migrations.length);
      const folder = parentOf(after.up.path) ?? '';
      const file = baseName(after.up.path);
      const ending = /\.[cm]?[jt]s$/.exec(file)?.[0] ?? '.js';
      const separator = /^\d+([_-])/.exec(file)?.[1] ?? '_';
      return eachWithVersion(migrations, versions, (migration, version) => {
        const slug = slugLike(migration.slug, file);
        const name = tool.fileName?.(slug, version, after, history) ?? `${version}${separator}${slug}`;
        const bodies = { up: calls(migration.up, style), down: wantsDown(after) ? downCalls(migration.down, style) : undefined };
        return [newFile(join(folder, `${name}${ending}`), tool.file(bodies, style, migration, version).replaceAll('\n', style.line))];
      });
    },
    runOutside({ path }, text) {
      const outside = tool.runOutside(text, styleOf(text, path));
      return typeof outside === 'string' ? [changed(path, text, outside)] : outside;
    },
    rewrite(script, edits) {
      const before = script.host?.text ?? '';
      const after = rewriteProgram(script, edits, rewriter);
      if (typeof after !== 'string') return after;
      const lack = tool.lacks?.(after);
      return lack === undefined ? [changed(script.path, before, after)] : refused(lack);
    },
    ...(tool.notes === undefined ? {} : { notes: tool.notes }),
  };

  function calls(sql: string, style: Style): string {
    const lines: string[] = [];
    let from = 0;
    for (const { start, end } of statementsOf(sql)) {
      lines.push(...commentLines(sql.slice(from, start), style));
      lines.push(`${style.indent}${tool.waits === false ? '' : 'await '}${tool.raw(tool.runner, literal(written(sql.slice(start, end).trim()), { ...style, line: '\n' }, style.indent.repeat(2)))}${style.semicolon}`);
      from = end + 1;
    }
    lines.push(...commentLines(sql.slice(from), style));
    return lines.map((line) => `${line}\n`).join('');
  }

  function downCalls(down: string | null, style: Style): string {
    if (down === null) return `${style.indent}throw new Error(${literal('This migration cannot be undone.', style)})${style.semicolon}\n`;
    return down.trim() === '' ? `${style.indent}// Nothing to undo.\n` : calls(down, style);
  }
}

/** Comments of SQL between statements, as comments of the program. */
const commentLines = (text: string, { indent }: Style): readonly string[] =>
  text
    .split('\n')
    .map((line) => /^\s*--\s?(?<said>.*)$/.exec(line)?.groups?.['said'])
    .flatMap((said) => (said === undefined ? [] : [`${indent}// ${said}`]));
