import { lint } from '../pipeline.ts';
import { harmless } from '../report/layout.ts';
import { json as reportJson } from '../report/json.ts';
import type { MigrationReport, Report, StatementReport } from '../report/model.ts';
import type { Places } from '../report/places.ts';
import { placesOf } from '../report/places.ts';
import { counted } from '../source/words.ts';
import type { OptionValues } from './arguments.ts';
import { checkDialect, locate } from './histories.ts';
import type { Located } from './histories.ts';
import { namesFromHere, openProject, pathFromHere } from './project.ts';
import type { INSPECT } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { complain, print } from './terminal.ts';

export async function inspectCommand(operands: readonly string[], options: OptionValues<typeof INSPECT.options>, terminal: Terminal): Promise<number> {
  checkDialect(options.dialect);
  const project = await openProject(operands, { configFile: options.config, stdinPath: options['stdin-path'], dialect: options.dialect, framework: options.framework });
  for (const line of project.missing) complain(line);
  if (operands.length > 0 && project.missing.length === operands.length) return 2;
  const located = await locate(project);
  for (const notice of located.notices) complain(notice);
  if (located.histories.length === 0) {
    complain(`No migrations found in ${project.root}.`);
    return 2;
  }
  const { histories, selected } = located;
  const report = lint({ histories, config: project.config, rules: [], read: (path) => project.tree.read(path), ...(selected !== undefined && { selected }) });
  print(options.format === 'json' ? json(report, located, project.root) : text(report, located, terminal, pathFromHere(project.root)));
  return project.missing.length > 0 ? 2 : 0;
}

function json(report: Report, { histories }: Located, folder: string): string {
  const found = histories.map(({ history, dialect, version, versionAssumed }) => ({
    framework: history.framework,
    folder: history.folder,
    dialect: dialect.name,
    version,
    versionAssumed,
    migrations: history.migrations.map(({ version: id, name, up, down }) => ({
      version: id ?? null,
      name,
      up: { path: up.path, transaction: up.transaction.wrap },
      down: down === undefined ? null : { path: down.path, transaction: down.transaction.wrap },
    })),
    unread: history.unread ?? [],
    problems: history.problems,
  }));
  const { root, migrations } = JSON.parse([...reportJson(report, namesFromHere(folder))].join('')) as { root: string; migrations: unknown };
  return `${JSON.stringify({ schemaVersion: 1, tool: report.tool, root, histories: found, migrations, summary: report.summary }, null, 2)}\n`;
}

const WRAPS: { readonly [wrap: string]: string } = {
  none: 'each statement commits on its own',
  script: 'one transaction per script',
  implicit: 'one transaction per script, if it has several statements',
  batch: 'one transaction around all pending migrations',
};

function text(report: Report, { histories }: Located, { color }: Terminal, shown: (path: string) => string): string {
  const places = placesOf(report);
  const byPath = new Map<string, MigrationReport[]>();
  for (const migration of report.migrations) {
    const same = byPath.get(migration.path);
    if (same === undefined) byPath.set(migration.path, [migration]);
    else same.push(migration);
  }
  const lines: string[] = [];
  for (const { history, dialect, version, versionAssumed } of histories) {
    const wraps = [...new Set(history.migrations.map(({ up }) => up.transaction.wrap))];
    lines.push(
      `${color.bold(history.framework)} in ${color.bold(shown(history.folder) || '.')}`,
      color.dim(`  ${dialect.name} ${String(version)}${versionAssumed ? ' (assumed: say which with --dialect)' : ''} · ${counted(history.migrations.length, 'migration')} · ${wraps.map((wrap) => WRAPS[wrap] ?? wrap).join('; or ')}`),
      '',
    );
    history.migrations.forEach((source, index) => {
      // A file may hold several, in the order of the history.
      const migration = byPath.get(source.up.path)?.shift();
      if (migration === undefined) return;
      for (const line of migrationLines(migration, index + 1, source.up.transaction.wrap, wraps.length > 1)) lines.push(line);
    });
    for (const path of history.unread ?? []) lines.push(color.yellow(`  not read: ${shown(path)}`));
    for (const { path, detail } of history.problems) lines.push(color.yellow(`  ${shown(path)}: ${harmless(detail)}`));
    lines.push('');
  }
  const { migrations, statements, opaque } = report.summary;
  lines.push(color.dim(`${counted(migrations, 'migration')}, ${counted(statements, 'statement')}, ${opaque === 0 ? 'all understood' : `${String(opaque)} not understood`}`));
  return `${lines.join('\n')}\n`;

  function migrationLines(migration: MigrationReport, number: number, wrap: string, mixed: boolean): readonly string[] {
    const numbers = unitNumbers(migration);
    const head = `${color.dim(`${String(number)}.`)} ${color.cyan(shown(migration.path))}${migration.version === null ? '' : color.dim(`  version ${migration.version}`)}${mixed ? color.dim(`  ${WRAPS[wrap] ?? wrap}`) : ''}`;
    const parts: string[] = [head];
    let direction = 'up';
    for (const statement of migration.statements) {
      if (statement.direction !== direction) parts.push(`   ${color.dim(`down${migration.downPath === null || migration.downPath === migration.path ? '' : `: ${shown(migration.downPath)}`}`)}`);
      direction = statement.direction;
      parts.push(statementLine(statement, numbers, places));
    }
    return [...parts, ''];
  }

  function statementLine(statement: StatementReport, numbers: ReadonlyMap<string, number>, index: Places): string {
    const { line } = index.at(statement.path, statement.span);
    const unit = statement.transaction === null ? '·' : `T${String(numbers.get(statement.transaction) ?? 0)}`;
    const operations = summarised(statement.operations);
    return `   ${color.dim(String(line).padStart(4))}  ${color.dim(unit.padEnd(3))} ${statement.opaque ? color.yellow(operations) : operations}`;
  }
}

/** Short names for the transactions of a migration. */
function unitNumbers(migration: MigrationReport): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { transaction } of migration.statements) if (transaction !== null && !numbers.has(transaction)) numbers.set(transaction, numbers.size + 1);
  return numbers;
}

/** `addColumn ×3, createIndex`. */
function summarised(operations: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const operation of operations) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts].map(([operation, count]) => (count === 1 ? operation : `${operation} ×${String(count)}`)).join(', ') || '(nothing)';
}
