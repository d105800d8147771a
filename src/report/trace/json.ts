import type { TraceReport } from '../../servers/trace-model.ts';
import { lineIndex } from '../../source/text.ts';
import { tally } from './words.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
const SCHEMA_VERSION = 1;

/** The machine's view of a trace. */
export function traceJson(report: TraceReport): string {
  const histories = report.histories.map(({ migrations, ...history }) => ({
    ...history,
    migrations: migrations.map(({ statements, ...migration }) => {
      const index = lineIndex(report.sources.get(migration.path) ?? '');
      return {
        ...migration,
        statements: statements.map(({ span, text, milliseconds, lines, ...statement }) => {
          const [from, to] = [index.position(span.start), index.position(span.end)];
          return {
            line: from.line,
            column: from.column,
            endLine: to.line,
            endColumn: to.column,
            ...span,
            text,
            ...statement,
            milliseconds: milliseconds === null ? null : Math.round(milliseconds * 10) / 10,
            compared: lines,
          };
        }),
      };
    }),
  }));
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, tool: report.tool, histories, summary: tally(report) }, null, 2)}\n`;
}
