import type { TraceMigration, TraceReport, TraceStatement } from '../../servers/trace-model.ts';
import { lineIndex } from '../../source/text.ts';
import { code, escape, fenced } from '../markdown-parts.ts';
import { duration } from './text.ts';
import { WAITS, WRAPS, lineMark, tally } from './words.ts';

/** For a comment on a pull request. */
export function traceMarkdown(report: TraceReport): string {
  const { statements, different, refused } = tally(report);
  const parts = [
    `## Lockkeeper trace: ${refused > 0 ? `${String(refused)} refused` : different > 0 ? `${String(different)} otherwise than predicted` : 'all as predicted'}`,
    ...report.histories.flatMap(({ server, before, migrations, notes }) => [
      `PostgreSQL ${server.version}, ${escape(server.title)}, after ${String(before)} earlier migrations · ${String(statements)} statements`,
      ...migrations.flatMap((migration) => section(migration, report.sources.get(migration.path) ?? '')),
      notes.map((note) => `- ${escape(note)}`).join('\n'),
    ]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function section(migration: TraceMigration, text: string): readonly string[] {
  const index = lineIndex(text);
  return [`### ${code(migration.path)}`, WRAPS[migration.transaction], ...migration.statements.flatMap((statement) => [fenced(statement.text), `Line ${String(index.position(statement.span.start).line)}${statement.milliseconds === null ? '' : `, ${duration(statement.milliseconds)}`}. ${told(statement)}`, table(statement)])];
}

function told(statement: TraceStatement): string {
  if (statement.status === 'notReached') return 'Not reached: the run stopped before it.';
  if (statement.status === 'leftOut') return `Left out: it ${escape(statement.reason ?? '')}.`;
  return statement.lines.length === 0 ? 'Nothing that existed before is locked, scanned or rewritten, as predicted.' : '';
}

function table({ lines }: TraceStatement): string {
  if (lines.length === 0) return '';
  const rows = lines.map((line) => `| ${lineMark(line)} | ${line.aspect} | ${line.relation === '' ? '' : code(line.relation)} | ${cell(line.predicted)} | ${cell(line.observed)} | ${escape([...(line.aspect === 'lock' ? [WAITS[line.blocks]] : []), ...(line.note === null ? [] : [line.note])].join('; '))} |`);
  return ['| | | relation | predicted | observed | |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

const cell = (text: string | null): string => (text === null ? 'none' : escape(text).replaceAll('\n', ' '));
