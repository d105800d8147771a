import pc from 'picocolors';
import { lineIndex } from '../source/text.ts';
import type { Verification, VerifiedMigration, VerifyStep } from '../servers/verify/model.ts';
import { counted } from '../source/words.ts';
import type { ReportOptions } from './formats.ts';
import { columns, harmless, pad, wrap } from './layout.ts';
import type { Report } from './model.ts';
import { findingsText } from './text.ts';
import { duration, noteLines } from './trace/text.ts';

/** For people: the findings as lint shows them, then what was done with each migration. */
export function verifyText(report: Report, verifications: readonly Verification[], options: ReportOptions & { readonly timings: boolean }): string {
  const color = pc.createColors(options.color);
  const width = Math.min(100, options.width);
  const lines = verifications.flatMap(({ server, before, filled, migrations, notes }) => [
    ...wrap(`PostgreSQL ${server.version}, ${server.title}, after ${counted(before, 'earlier migration')}, with ${String(filled.rows)} rows in ${String(filled.tables)} tables${filled.many === null ? '' : `, and ${filled.many.toLocaleString('en')} in each that the migrations touch`}`, width).map(color.dim),
    '',
    ...migrations.flatMap((migration) => [...migrationLines(migration), '']),
    ...noteLines(notes, { color, width }),
  ]);
  return `${findingsText(report, options)}${[...lines, ...verdict()].join('\n')}\n`;

  function migrationLines({ path, steps, timings }: VerifiedMigration): readonly string[] {
    return [`  ${color.bold(harmless(options.shownPath(path)))}`, ...stepLines(steps), ...(options.timings ? timingLines(path, timings) : [])];
  }

  function stepLines(steps: readonly VerifyStep[]): readonly string[] {
    const parts = steps.map(({ step, outcome, milliseconds, detail }) => {
      const mark = { passed: color.green('✔'), failed: color.red('✖'), skipped: color.dim('–') }[outcome];
      const more = [...(milliseconds === null || !options.timings ? [] : [duration(milliseconds)]), ...(detail === null ? [] : [detail])].join(', ');
      return `${mark} ${step}${more === '' ? '' : color.dim(` (${more})`)}`;
    });
    const rows: string[] = [];
    for (const part of parts) {
      const last = rows.at(-1);
      if (last !== undefined && visible(last) + visible(part) + 4 < width - 2) rows[rows.length - 1] = `${last}   ${part}`;
      else rows.push(part);
    }
    return rows.map((row) => `    ${row}`);
  }

  function timingLines(path: string, timings: VerifiedMigration['timings']): readonly string[] {
    const source = report.sources.get(path) ?? '';
    const index = lineIndex(source);
    return timings.map(({ span, milliseconds }) => {
      const first = harmless(source.slice(span.start, span.end).split(/\r|\n/, 1)[0] ?? '');
      return color.dim(`    ${duration(milliseconds).padStart(8)}  ${pad(`line ${String(index.position(span.start).line)}`, 9)}${first.slice(0, Math.max(20, width - 26))}`);
    });
  }

  function verdict(): readonly string[] {
    const open = report.findings.filter(({ suppressed }) => suppressed === null);
    const of = (severity: string): number => open.filter((finding) => finding.severity === severity).length;
    const counts = [['error', of('error')] as const, ['warning', of('warning')] as const, ['info', of('info')] as const].filter(([, count]) => count > 0).map(([word, count]) => `${String(count)} ${word}${count === 1 || word === 'info' ? '' : 's'}`);
    const many = verifications.reduce((sum, { migrations }) => sum + migrations.length, 0);
    const all = `${counted(many, 'migration')} verified`;
    return [of('error') > 0 ? `${color.red('✖')} ${counts.join(', ')} · ${all}` : of('warning') > 0 ? `${color.yellow('▲')} ${counts.join(', ')} · ${all}` : `${color.green('✔')} ${all}${counts.length > 0 ? `, ${counts.join(', ')}` : `: ${praise()}`}`];
  }

  /** Only what was tried; without a way back nothing is said about it. */
  function praise(): string {
    const migrations = verifications.flatMap((each) => each.migrations);
    const back = migrations.filter(({ steps }) => steps.some(({ step, outcome }) => step === 'schema back' && outcome === 'passed')).length;
    const [run, lose] = migrations.length === 1 ? ['runs', 'loses'] : ['run', 'lose'];
    const subject = migrations.length === 1 ? 'it' : 'they';
    if (back === 0) return `${subject} ${run} with rows there and ${lose} nothing; there is no way back`;
    return `${subject} ${run} with rows there, ${lose} nothing, and ${back === migrations.length ? 'the way back leads back' : `the way back of ${String(back)} leads back`}`;
  }
}

const visible = (line: string): number => columns(line.replace(/\u001B\[\d+m/g, ''));
