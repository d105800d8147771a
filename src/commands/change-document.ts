import type { ResolvedConfig } from '../config/config.ts';
import { tableFacts } from '../config/config.ts';
import { roughDuration } from '../effects/duration.ts';
import type { LockEffect, Work } from '../effects/vocabulary.ts';
import { BLOCKS } from '../effects/vocabulary.ts';
import type { PlanDocument, PlanStep } from '../fix/plan-document.ts';
import { lockLines, PHASES, TRANSACTION, undoLine } from '../fix/plan-words.ts';
import type { Bar, ChangeDocument, ChangedMigration, PlannedStep, Query, Transaction } from '../report/change/model.ts';
import { relationOf } from '../report/headline.ts';
import type { MigrationReport, Report, StatementReport } from '../report/model.ts';
import type { Places } from '../report/places.ts';
import { placesOf } from '../report/places.ts';

const DOING: { readonly [K in Work]: string } = {
  none: 'an instant',
  catalog: 'an instant',
  rows: 'writes some rows',
  scan: 'scans the table',
  indexBuild: 'builds an index',
  allRows: 'changes every row',
  rewrite: 'rewrites the table',
  unknown: 'unknown work',
};

/** Puts together what is known of a change, in the order of its readers' questions. */
export function changeDocument(report: Report, plan: PlanDocument, config: ResolvedConfig): ChangeDocument {
  const places = placesOf(report);
  const migrations = report.migrations.map((migration) => changed(migration, report, places, config));
  const steps = plan.items.flatMap((item) => item.steps.map((step) => planned(step, `${item.rule} in ${item.path}`)));
  const tables = [...new Set(report.migrations.flatMap((migration) => upOf(migration).flatMap(({ effects }) => effects.locks.filter(({ relationKind }) => relationKind !== 'index').map(relationOf))))];
  const asked = (of: (step: PlanStep) => PlanStep['preconditions']): readonly Query[] => unique(plan.items.flatMap(({ steps: own }) => own.flatMap(of)).map(({ title, sql }) => ({ title, sql: `${sql.trim().replace(/;$/, '')};` })));
  return {
    tool: `Lockkeeper ${report.tool.version}`,
    risk: report.summary.risk,
    migrations,
    plan: steps,
    preflight: [LONG_TRANSACTIONS, ...asked(({ preconditions }) => preconditions)],
    verification: [...(tables.length === 0 ? [] : invalid(tables)), ...asked(({ verification }) => verification)],
    checklist: checklist(report, plan),
    rollback: rollback(report, config),
  };
}

const upOf = ({ statements }: MigrationReport): readonly StatementReport[] => statements.filter(({ direction }) => direction === 'up');

function changed(migration: MigrationReport, { findings }: Report, places: Places, config: ResolvedConfig): ChangedMigration {
  const { path, downPath, risk } = migration;
  const statements = upOf(migration);
  const line = (statement: StatementReport): number => places.at(statement.path, statement.span).line;
  return {
    path,
    risk: risk.level,
    reasons: risk.reasons,
    findings: findings.filter((finding) => finding.suppressed === null && (finding.path === path || finding.path === downPath)).map(({ rule, severity, message, advice, span, path: own }) => ({ rule, severity, message, advice, line: places.at(own, span).line })),
    transactions: transactionsOf(statements.filter((statement) => !isFrame(statement)), places, line),
    durations: statements.flatMap((statement) => {
      const duration = roughDuration(statement.effects, (relation) => tableFacts(config, relation));
      return duration === undefined ? [] : [`line ${String(line(statement))} ${DOING[statement.effects.work]}: ${duration}`];
    }),
  };
}

/** BEGIN and COMMIT themselves. */
const isFrame = ({ effects, operations }: StatementReport): boolean => effects.locks.length === 0 && operations.length > 0 && operations.every((kind) => kind === 'transaction');

/** Neighbouring statements of one transaction; what commits by itself is one of its own. */
function transactionsOf(statements: readonly StatementReport[], places: Places, line: (statement: StatementReport) => number): readonly Transaction[] {
  const groups: StatementReport[][] = [];
  for (const statement of statements) {
    const last = groups.at(-1);
    if (last !== undefined && statement.transaction !== null && last[0]?.transaction === statement.transaction) last.push(statement);
    else groups.push([statement]);
  }
  return groups.map((group, index) => ({
    title: `${group.length === 1 && group[0]?.transaction === null ? 'On its own' : `Transaction ${String(index + 1)}`}: line ${String(line(group[0] as StatementReport))}${group.length > 1 ? ` to ${String(line(group.at(-1) as StatementReport))}` : ''}`,
    statements: group.map((statement) => ({ line: line(statement), work: DOING[statement.effects.work], sql: places.text(statement.path).slice(statement.span.start, statement.span.end) })),
    bars: barsOf(group),
  }));
}

/** A lock lasts to the end of the transaction, unless it is let go before or a stronger one takes its place. */
function barsOf(group: readonly StatementReport[]): readonly Bar[] {
  const bars: { relation: string; lock: LockEffect; from: number; to: number }[] = [];
  group.forEach(({ effects }, index) => {
    for (const lock of effects.locks) {
      if (lock.blocks === 'nothing') continue;
      const relation = relationOf(lock);
      const held = bars.findLast((bar) => bar.relation === relation && bar.to >= index);
      if (held !== undefined && BLOCKS.indexOf(held.lock.blocks) >= BLOCKS.indexOf(lock.blocks)) continue;
      if (held !== undefined) held.to = Math.max(held.from, index - 1);
      bars.push({ relation, lock, from: index, to: lock.released === true ? index : group.length - 1 });
    }
  });
  return bars;
}

const planned = (step: PlanStep, of: string): PlannedStep => ({
  title: `${PHASES[step.phase]}: ${step.title}`,
  of,
  deploy: step.deploy,
  file: step.up.file,
  sql: step.up.sql.trim(),
  facts: [`Transaction: ${TRANSACTION[step.transaction]}`, ...lockLines(step).map((line) => `Lock: ${line}`), undoLine(step), ...step.notes],
});

const LONG_TRANSACTIONS: Query = {
  title: 'No transaction is open for longer than a minute: every lock would wait for it, and everybody else for the lock',
  sql: "SELECT pid, usename, state, now() - xact_start AS open_for, left(query, 60) AS query\nFROM pg_stat_activity\nWHERE xact_start < now() - interval '1 minute' AND pid <> pg_backend_pid();",
};

function invalid(tables: readonly string[]): readonly Query[] {
  const list = tables.map((table) => `to_regclass('${table.split('.').map((part) => `"${part.replaceAll('"', '""')}"`).join('.').replaceAll("'", "''")}')`).join(', ');
  return [
    { title: 'No index is left invalid', sql: `SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid AND indrelid IN (${list});` },
    { title: 'No constraint is left that has not been validated', sql: `SELECT conrelid::regclass, conname FROM pg_constraint WHERE NOT convalidated AND conrelid IN (${list});` },
  ];
}

function checklist({ findings, migrations }: Report, { items }: PlanDocument): readonly string[] {
  const open = findings.filter(({ suppressed, severity }) => suppressed === null && severity === 'error');
  const losing = migrations.filter((migration) => upOf(migration).some(({ effects }) => effects.loss.length > 0));
  const deploys = items.flatMap(({ steps }) => steps.flatMap(({ deploy }) => deploy ?? []));
  return [
    ...(open.length > 0 ? [`The ${open.length === 1 ? 'error' : `${String(open.length)} errors`} above: put right as planned, or accepted by whoever answers for the database`] : []),
    ...losing.map(({ path }) => `A copy of what ${path} deletes has been made and can be read`),
    'A lock_timeout is set for the session that runs the migrations, and the runner tries again',
    'The preflight queries return nothing',
    ...[...new Set(deploys)].map((deploy) => `Deployed before the step that needs it: ${deploy}`),
    'Somebody watches lock waits, errors and replication lag while it runs',
    'The verification queries return nothing afterwards',
  ];
}

/** Newest first. */
function rollback({ migrations }: Report, config: ResolvedConfig): readonly string[] {
  const steps = migrations.toReversed().map((migration) => {
    const lost = [...new Set(upOf(migration).flatMap(({ effects }) => effects.loss.map(({ what, object }) => `${what === 'values' ? 'values of' : what} ${object}`)))];
    const way = migration.downPath === null ? `${migration.path} has no way back: write one, or go forward with a new migration.` : `Take back ${migration.path}${migration.downPath === migration.path ? '' : ` with ${migration.downPath}`}.`;
    return lost.length === 0 ? way : `${way} It does not bring back what was deleted (${lost.slice(0, 4).join(', ')}): restore that from the copy.`;
  });
  return ['Deploy the previous release of the application, if the new one needs the new schema.', ...steps, ...(config.scope.settings['lock_timeout'] === undefined ? ['Taking back takes locks as well: set a lock_timeout.'] : [])];
}

const unique = (queries: readonly Query[]): readonly Query[] => [...new Map(queries.map((query) => [query.sql, query])).values()];
