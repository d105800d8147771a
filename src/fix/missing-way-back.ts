import type { FileChange, FileTree, MigrationSource, Missing, Writer } from '../frameworks/framework.ts';
import { isRefused, lineBreak } from '../frameworks/shared/writing.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Operation, OperationOf } from '../ir/operation.ts';
import { readScript } from '../read.ts';
import type { Edit } from './edits.ts';
import { applyEdits, withLineBreaks } from './edits.ts';
import type { ChangeSet, Proposal } from './model.ts';
import { scriptOf } from './step-text.ts';
import { readerOf } from './world.ts';

/** The way forward stays as it is. */
export function withDown(proposal: Proposal, source: MigrationSource, writer: Writer, tree: FileTree): ChangeSet | string {
  const [step] = proposal.plan.steps;
  const lines = step?.down ?? [];
  if (step === undefined || lines.length === 0) return 'There is nothing that could be undone.';
  const { script, at } = proposal;
  const comment = step.downLoses === undefined ? '' : `-- ${lossOf(step.downLoses)}`;
  const way = source.down === undefined ? undefined : readScript(source.down, at.entry, { read: (path) => tree.read(path) });
  if (way !== undefined && way.statements.length > 0) {
    const files = completed(way, lines, at.entry.dialect, (missing) => {
      const made = writer.completeDown?.(source, missing, tree, readerOf(at.entry), at.entry.history) ?? { refused: `Lockkeeper cannot complete a way back in code for ${at.entry.history.framework}.` };
      return isRefused(made) ? made.refused : made;
    });
    return typeof files === 'string' ? files : { proposals: [proposal], files, notes: [], rests: [], steps: new Map([[proposal, [{ step, up: source.up.path, down: way.path }]]]) };
  }
  const written = writer.writeDown?.(source, scriptOf(lines, comment), tree, readerOf(at.entry), at.entry.history) ?? { refused: `${at.entry.history.framework} has no ways back.` };
  if (isRefused(written)) return written.refused;
  const line = lineBreak(script.text);
  const files = written.map((file) => (file.before === null ? { ...file, text: withLineBreaks(file.text, line) } : file));
  const down = files[0]?.path ?? null;
  return { proposals: [proposal], files, notes: [], rests: [], steps: new Map([[proposal, [{ step, up: source.up.path, down }]]]) };
}

/** What a way back cannot bring back, as a comment in it. */
const lossOf = (loses: string): string => (/\b(?:is|are)\b/.test(loses) ? loses : `Not brought back: ${loses.charAt(0).toLowerCase()}${loses.slice(1)}`).replace(/\s+/g, ' ');

/** What a way back that does something lacks of the one that the history tells, put in where it belongs: what was done last is undone first. */
function completed(script: Script, whole: readonly string[], dialect: Dialect, inProgram: (missing: readonly Missing[]) => readonly FileChange[] | string): readonly FileChange[] | string {
  const left = new Set(script.statements);
  const known = whole.map((sql) => {
    const operations = dialect.parse(sql).statements.flatMap((statement) => statement.operations);
    const found = [...left].find((statement) => operations.length > 0 && operations.every((own) => statement.operations.some((other) => keyOf(other) === keyOf(own))));
    if (found !== undefined && found.operations.length === operations.length) left.delete(found);
    return { sql, found };
  });
  const missing = known.filter(({ found }) => found === undefined);
  if (missing.length === 0) return 'It undoes every statement, but puts something back other than it was: correct it by hand.';
  const lacks = missing.flatMap(({ sql }) => dialect.parse(sql).statements.flatMap(({ operations }) => operations));
  const anew = lacks.find((own) => own.kind === 'dropColumn' && lacks.some((one) => one.kind === 'addColumn' && one.column.name === own.column) && script.statements.some(({ operations }) => operations.some((one) => one.kind !== 'dropColumn' && isAbout(one, own))));
  if (anew?.kind === 'dropColumn') return `It keeps the values of ${anew.column}, which would be lost if it were dropped and added again: complete it by hand.`;
  const { text, host } = script;
  const line = lineBreak(text);
  const nextOf = (sql: string): Statement | undefined => known.slice(known.findIndex((one) => one.sql === sql)).find(({ found }) => found !== undefined)?.found;
  if (host !== undefined) {
    return inProgram(missing.map(({ sql }) => {
      const next = nextOf(sql);
      return next === undefined ? { sql } : { sql, before: host.call(next) };
    }));
  }
  const placed = missing.map(({ sql }) => ({ next: nextOf(sql), added: withLineBreaks(`${sql};\n`, line) }));
  const within = placed.flatMap(({ next, added }): readonly Edit[] => (next === undefined ? [] : [{ start: next.span.start, end: next.span.start, text: added }]));
  const last = placed.flatMap(({ next, added }) => (next === undefined ? [added] : [])).join('');
  const edits = last === '' ? within : [...within, atEnd(script, last)];
  return [{ path: script.path, text: applyEdits(text, edits), before: text }];
}

const isAbout = (operation: Operation, { table, column }: OperationOf<'dropColumn'>): boolean => 'table' in operation && nameOf(operation.table) === table.name && 'column' in operation && operation.column === column;

/** Behind the last statement. */
function atEnd({ statements, text }: Script, added: string): Edit {
  const end = statements.at(-1)?.span.end ?? text.length;
  const semicolon = /^\s*;/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: end + semicolon, end: end + semicolon, text: `${semicolon === 0 ? ';' : ''}${lineBreak(text)}${added.trimEnd()}` };
}

/** What is done to what. */
function keyOf(operation: Operation): string {
  const named = Object.entries(operation).flatMap(([key, value]) => (NAMING.has(key) ? [`${key}=${nameOf(value)}`] : []));
  return [operation.kind, ...named].join(' ');
}

const NAMING: ReadonlySet<string> = new Set(['table', 'column', 'index', 'name', 'view', 'type', 'domain', 'sequence', 'routine', 'trigger', 'policy', 'schema', 'constraint', 'newName', 'partition', 'object']);

function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return 'name' in value && typeof value.name === 'string' ? value.name : '';
}
