import type { FileChange, Missing } from '../frameworks/framework.ts';
import { lineBreak } from '../frameworks/shared/writing.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Edit } from './edits.ts';
import { applyEdits, withLineBreaks } from './edits.ts';

/** What a way back that does something lacks of the one that the history tells, put in where it belongs: what was done last is undone first. */
export function completed(script: Script, whole: readonly string[], dialect: Dialect, inProgram: (missing: readonly Missing[]) => readonly FileChange[] | string): readonly FileChange[] | string {
  const left = new Set(script.statements);
  const known = whole.map((sql) => {
    const operations = dialect.parse(sql).statements.flatMap((statement) => statement.operations);
    const found = [...left].find((statement) => operations.length > 0 && operations.every((own) => statement.operations.some((other) => keyOf(other) === keyOf(own))));
    if (found !== undefined && found.operations.length === operations.length) left.delete(found);
    return { sql, found };
  });
  const missing = known.filter(({ found }) => found === undefined);
  if (missing.length === 0) return 'It undoes every statement, but puts something back other than it was: correct it by hand.';
  const { text, host } = script;
  const line = lineBreak(text);
  const nextOf = (sql: string): Statement | undefined => known.slice(known.findIndex((one) => one.sql === sql)).find(({ found }) => found !== undefined)?.found;
  if (host !== undefined) {
    return inProgram(missing.map(({ sql }) => {
      const next = nextOf(sql);
      return next === undefined ? { sql } : { sql, before: host.call(next) };
    }));
  }
  const edits = missing.map(({ sql }): Edit => {
    const next = nextOf(sql);
    const added = withLineBreaks(`${sql};\n`, line);
    return next === undefined ? atEnd(script, added) : { start: next.span.start, end: next.span.start, text: added };
  });
  return [{ path: script.path, text: applyEdits(text, edits), before: text }];
}

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
