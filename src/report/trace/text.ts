import pc from 'picocolors';
import type { Blocks } from '../../effects/vocabulary.ts';
import { lineIndex } from '../../source/text.ts';
import type { TraceHistory, TraceLine, TraceMigration, TraceReport, TraceStatement } from '../../servers/trace-model.ts';
import { counted } from '../../source/words.ts';
import type { ReportOptions } from '../formats.ts';
import { columns, harmless, pad, wrap } from '../layout.ts';
import { WAITS, WRAPS, lineMark, tally } from './words.ts';

interface Page {
  readonly color: ReturnType<typeof pc.createColors>;
  readonly width: number;
  readonly shown: (path: string) => string;
}

const WIDEST = 120;
const NARROWEST = 60;

/** For people: per statement what was predicted beside what was observed, and a mark where they differ. */
export function traceText(report: TraceReport, options: ReportOptions): string {
  const page: Page = { color: pc.createColors(options.color), width: Math.max(NARROWEST, Math.min(WIDEST, options.width)), shown: (path) => harmless(options.shownPath(path)) };
  const lines = report.histories.flatMap((history) => historyLines(history, report, page));
  return `${[...lines, ...verdict(report, page)].join('\n')}\n`;
}

function historyLines(history: TraceHistory, report: TraceReport, page: Page): readonly string[] {
  const { color, width } = page;
  const { title, version } = history.server;
  return [
    ...wrap(`PostgreSQL ${version}, ${title}, after ${counted(history.before, 'earlier migration')} (${history.framework})`, width).map(color.dim),
    '',
    ...history.migrations.flatMap((migration) => migrationLines(migration, report.sources.get(migration.path) ?? '', page)),
    ...noteLines(history.notes, page),
  ];
}

const MOST_NOTES = 8;

export function noteLines(notes: readonly string[], { color, width }: Pick<Page, 'color' | 'width'>): readonly string[] {
  if (notes.length === 0) return [];
  const shown = notes.slice(0, MOST_NOTES).flatMap((note) => wrap(note, width - 4).map((line, index) => color.dim(`${index === 0 ? '  note' : '      '}  ${line}`)));
  const left = notes.length - MOST_NOTES;
  return [...shown, ...(left > 0 ? [color.dim(`        and ${String(left)} more; --format json has them all`)] : []), ''];
}

function migrationLines(migration: TraceMigration, text: string, page: Page): readonly string[] {
  const { color, shown, width } = page;
  const title = shown(migration.path);
  const how = WRAPS[migration.transaction];
  const room = width - columns(title) - columns(how) - 6;
  const index = lineIndex(text);
  return [
    `${color.dim('──')} ${color.bold(title)} ${color.dim(`${'─'.repeat(Math.max(2, room))} ${how}`)}`,
    '',
    ...migration.statements.flatMap((statement) => [...statementLines(statement, index.position(statement.span.start).line, page), '']),
  ];
}

const MOST_LINES = 6;

function statementLines(statement: TraceStatement, line: number, { color, width }: Page): readonly string[] {
  const source = statement.text.split(/\r\n|\r|\n/).map((part) => harmless(part).replaceAll('\t', '  ').trimEnd());
  const cut = (part: string): string => (columns(part) > width - 8 ? `${part.slice(0, width - 9)}…` : part);
  const kept = source.length > MOST_LINES ? [...source.slice(0, MOST_LINES - 1), '…'] : source;
  const time = statement.milliseconds === null ? '' : duration(statement.milliseconds);
  const head = [`line ${String(line)}`, ...(statement.transaction === null ? [] : [statement.transaction]), ...(time === '' ? [] : [time])].join(' · ');
  const body = kept.map((part) => `    ${color.bold(cut(part))}`);
  return [`  ${color.dim(head)}`, ...body, ...told(statement, { color, width })];
}

function told(statement: TraceStatement, { color, width }: Pick<Page, 'color' | 'width'>): readonly string[] {
  if (statement.status === 'notReached') return [`    ${color.yellow('not reached')}${color.dim(': the run stopped before it')}`];
  if (statement.status === 'leftOut') return [`    ${color.yellow('left out')}${color.dim(`: it ${statement.reason ?? ''}`)}`];
  const table = statement.lines.filter(({ aspect }) => aspect !== 'refusal');
  const refusals = statement.lines.filter(({ aspect }) => aspect === 'refusal').flatMap((line) => refusal(line, { color, width }));
  if (table.length === 0) return refusals.length > 0 ? refusals : [color.dim('    nothing that existed before is locked, scanned or rewritten, as predicted')];
  const room = { relation: widest(table, ({ relation }) => harmless(relation)), predicted: widest(table, ({ predicted }) => predicted ?? NOTHING), observed: widest(table, seen) };
  return [
    color.dim(`    ${pad('', 10)}${pad('', room.relation)}  ${pad('predicted', room.predicted)}  observed`),
    ...table.map((line) => {
      const mark = lineMark(line);
      const paint = line.differs ? color.red : (text: string): string => text;
      const after = [...(line.aspect === 'lock' ? [waits(line.blocks)] : []), ...(line.note === null ? [] : [line.note])].join('; ');
      const row = `    ${paint(mark)} ${pad(line.aspect, 8)}${pad(harmless(line.relation), room.relation)}  ${paint(pad(line.predicted ?? NOTHING, room.predicted))}  ${paint(pad(seen(line), room.observed))}`;
      return `${row}${after === '' ? '' : color.dim(`  ${after}`)}`.trimEnd();
    }),
    ...refusals,
    ...(statement.certain ? [] : [color.dim('    the prediction says itself that it does not know everything here')]),
  ];
}

const NOTHING = 'none';
const seen = ({ observed, note, predicted }: TraceLine): string => observed ?? (note !== null && predicted !== null ? '?' : NOTHING);
const waits = (blocks: Blocks): string => WAITS[blocks];
const widest = (lines: readonly TraceLine[], text: (line: TraceLine) => string): number => Math.max(...lines.map((line) => columns(text(line))), 9);

function refusal(line: TraceLine, { color, width }: Pick<Page, 'color' | 'width'>): readonly string[] {
  const paragraphs =
    line.observed === null
      ? [color.red(`≠ predicted that the server refuses it (${line.predicted ?? ''}), and it did not`)]
      : [color.red(`✖ refused: ${line.observed}`), line.predicted === null ? color.red('≠ not predicted') : color.dim(`predicted: ${line.predicted}`)];
  return paragraphs.flatMap((paragraph) => wrap(paragraph, width - 4).map((part) => `    ${part}`));
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function verdict(report: TraceReport, { color }: Page): readonly string[] {
  const { statements, different, refused, leftOut, unreached } = tally(report);
  const parts = [
    counted(statements, 'statement'),
    ...(refused > 0 ? [`${String(refused)} refused`] : []),
    ...(unreached > 0 ? [`${String(unreached)} not reached`] : []),
    ...(leftOut > 0 ? [`${String(leftOut)} left out`] : []),
    different === 0 ? 'all as predicted' : `${String(different)} otherwise than predicted`,
  ];
  const good = different === 0 && refused === 0;
  return [`${good ? color.green('✔') : color.red('✖')} ${parts.join(', ')}`];
}
