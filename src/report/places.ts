import type { Direction } from '../ir/migration.ts';
import type { LineIndex, Span } from '../source/text.ts';
import { lineIndex } from '../source/text.ts';
import type { Report, StatementReport } from './model.ts';

/** 1-based; the end is the position after the last character. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Turns offsets into positions and positions into statements. */
export interface Places {
  at(path: string, span: Span): Place;
  lines(path: string): LineIndex;
  text(path: string): string;
  /** The statement that a place lies in. */
  statement(path: string, offset: number): StatementReport | undefined;
  /** The statements of one direction of a file, by position. */
  script(path: string, direction: Direction): readonly StatementReport[];
}

export function placesOf(report: Report): Places {
  const indexes = new Map<string, LineIndex>();
  const scripts = new Map<string, readonly StatementReport[]>();
  let statements: ReadonlyMap<string, readonly StatementReport[]> | undefined;
  const text = (path: string): string => report.sources.get(path) ?? '';
  const lines = (path: string): LineIndex => {
    const known = indexes.get(path);
    if (known !== undefined) return known;
    const made = lineIndex(text(path));
    indexes.set(path, made);
    return made;
  };
  const of = (path: string): readonly StatementReport[] => {
    statements ??= byPath(report);
    return statements.get(path) ?? [];
  };
  return {
    text,
    lines,
    at(path, span) {
      const index = lines(path);
      const from = index.position(span.start);
      const to = index.position(Math.max(span.start, span.end));
      return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
    },
    statement: (path, offset) => lastBefore(of(path), offset),
    script(path, direction) {
      const key = `${direction} ${path}`;
      const known = scripts.get(key);
      if (known !== undefined) return known;
      const made = of(path).filter((statement) => statement.direction === direction);
      scripts.set(key, made);
      return made;
    },
  };
}

function byPath(report: Report): ReadonlyMap<string, readonly StatementReport[]> {
  const all = new Map<string, StatementReport[]>();
  for (const statement of report.migrations.flatMap((migration) => migration.statements)) {
    const list = all.get(statement.path);
    if (list === undefined) all.set(statement.path, [statement]);
    else list.push(statement);
  }
  for (const list of all.values()) list.sort((a, b) => a.span.start - b.span.start);
  return all;
}

function lastBefore(statements: readonly StatementReport[], offset: number): StatementReport | undefined {
  let low = 0;
  let high = statements.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((statements[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const found = statements[low];
  return found !== undefined && found.span.start <= offset && offset <= found.span.end ? found : undefined;
}
