import type { Catalog } from '../catalog/catalog.ts';
import { hasNone } from '../check/directives.ts';
import type { Finding } from '../check/finding.ts';
import type { Fingerprint } from '../check/fingerprint.ts';
import type { Deploy } from '../check/liveness.ts';
import type { RuleTable } from '../check/rule-table.ts';
import type { Found, Judge } from '../check/judge.ts';
import { replay, run } from '../check/run.ts';
import { checkSubject } from '../check/subject.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { scopeFor } from '../config/config.ts';
import { worstOf } from '../effects/risk.ts';
import { NO_EFFECTS } from '../effects/vocabulary.ts';
import type { MigrationSource, ScriptSource } from '../frameworks/framework.ts';
import { frameworkNamed } from '../frameworks/registry.ts';
import type { Direction, Migration, Script, Statement } from '../ir/migration.ts';
import { fileText } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { FoundAt, LintHistory } from './history.ts';
import type { MigrationReport, StatementReport } from '../report/model.ts';
import type { Residue } from '../catalog/compare/residue.ts';
import { relationKey } from '../ir/names.ts';

/** What stays the same while the migrations of a project are gone through. */
export interface Work {
  readonly config: ResolvedConfig;
  readonly tables: (path: string, direction: Direction) => RuleTable;
  readonly fingerprint: Fingerprint;
  readonly propose?: (found: Found, at: FoundAt) => void;
  readonly deploy: Deploy | undefined;
  readonly readScript: (source: ScriptSource, entry: LintHistory) => Script;
  readonly readWayBack: (source: MigrationSource, entry: LintHistory) => Script | undefined;
}

/** A migration at its place in a history; the catalog stands before it. */
export interface Place {
  readonly entry: LintHistory;
  readonly index: number;
  readonly source: MigrationSource;
  readonly catalog: Catalog;
  /** Of the script `up` in replay order; the way back has the next one. */
  readonly number: number;
}

/** What comes of judging one migration. */
export interface Judged {
  readonly report: MigrationReport;
  /** In the order of their discovery. */
  readonly findings: readonly Finding[];
  readonly scripts: readonly Script[];
}

/** Carries a migration out without a word about it. */
export function pass({ source, ...place }: Place, work: Work): void {
  place.catalog.forget();
  passUnread(source, place, work);
  carryOut(work.readScript(source.up, place.entry), place, work);
}

function passUnread(source: MigrationSource, place: Omit<Place, 'source' | 'index'>, work: Work): void {
  for (const script of unreadBefore(source, place.entry, work)) carryOut(script, place, work);
}

/** What runs before a migration and is known by what it names alone. */
export const unreadBefore = (source: MigrationSource | undefined, entry: LintHistory, work: Pick<Work, 'readScript'>): readonly Script[] => (source?.unread ?? []).map((one) => work.readScript(one, entry));

/** The same for a script that has been read. */
export function carryOut(up: Script, { catalog, entry: { dialect, version, versionAssumed, history: { framework } }, number }: Omit<Place, 'source' | 'index'>, { config }: Pick<Work, 'config'>): void {
  const migration: Migration = { id: up.path, name: up.path, framework, up, downExpected: false };
  newSession(catalog, config, up);
  replay(up, { catalog, dialect, version, versionAssumed, config, migration, number });
}

/** Carries a migration out, and back and forth, and says what the rules say of it. The catalog stands after it then. */
export function judge({ catalog, entry, index, number, source }: Place, work: Work): Judged {
  const { dialect, version, versionAssumed, history: { framework } } = entry;
  const { propose, deploy } = work;
  const up = work.readScript(source.up, entry);
  const down = work.readWayBack(source, entry);
  const irreversible = source.irreversible ?? (down?.irreversible === undefined ? undefined : true);
  const session = frameworkNamed(framework)?.session;
  catalog.forget();
  passUnread(source, { entry, catalog, number }, work);
  const migration: Migration = {
    id: source.version ?? source.name,
    name: source.name,
    framework,
    up,
    downExpected: source.downExpected,
    ...(session === undefined ? {} : { session }),
    ...(source.version === undefined ? {} : { version: source.version }),
    ...(down === undefined ? {} : { down }),
    ...(irreversible === undefined ? {} : { irreversible }),
  };
  const judgeOf = (script: Script, own: number): Judge => ({
    catalog,
    dialect,
    version,
    versionAssumed,
    config: work.config,
    migration,
    number: own,
    rules: work.tables(script.path, script.direction),
    fingerprint: work.fingerprint,
    told: new Set(),
    ...(deploy !== undefined && deploy.together.has(own) && { deploy }),
    ...(propose === undefined ? {} : { propose: (found: Found) => { propose(found, { entry, index }); } }),
  });
  newSession(catalog, work.config, up);
  const before = catalog.moment();
  const opaqueBefore = catalog.opaqueCount;
  const upJudge = judgeOf(up, number);
  const late: Found[] = [];
  const verdict = run(up, upJudge);
  const statements: StatementReport[] = [...verdict.statements];
  const findings: Finding[] = [...verdict.findings];
  if (deploy?.together.has(number) === true) for (const { effects } of verdict.statements) for (const { relation } of effects.locks) deploy.touched.add(relationKey(relation));

  let residue: readonly Residue[] | undefined;
  let uncertain = catalog.opaqueCount > opaqueBefore;
  if (down !== undefined) {
    const after = catalog.moment();
    newSession(catalog, work.config, down);
    const back = run(down, judgeOf(down, number + 1));
    for (const statement of back.statements) statements.push(statement);
    for (const finding of back.findings) findings.push(finding);
    residue = catalog.differencesSince(before);
    uncertain ||= catalog.opaqueCount > opaqueBefore;
    catalog.returnTo(after);
  }
  const span = { start: up.statements[0]?.span.start ?? 0, end: up.statements[0]?.span.end ?? 0 };
  checkSubject(
    {
      kind: 'migration',
      span,
      migration,
      residueUncertain: uncertain,
      operations: flat(up.statements),
      downOperations: flat(down?.statements ?? []),
      ...(residue === undefined ? {} : { residue }),
    },
    { script: up, statement: undefined, effects: NO_EFFECTS, statementEffects: NO_EFFECTS, unit: undefined },
    propose === undefined ? upJudge : { ...upJudge, propose: (found) => { late.push(found); } },
    findings,
  );
  if (propose !== undefined && late.length > 0) {
    // A way out for the whole migration starts from the schema before it.
    const done = catalog.returnTo(before);
    for (const found of late) propose(found, { entry, index });
    catalog.redo(done);
  }
  // Whole scripts are large, and only suppressions need them again.
  const kept = (script: Script): Script => (hasNone(fileText(script), work.config.foreignSuppressions) ? { ...script, statements: [], comments: [] } : script);
  return {
    report: {
      id: migration.id,
      path: up.path,
      downPath: down?.path ?? null,
      framework,
      dialect: dialect.name,
      version: source.version ?? null,
      name: source.name,
      risk: worstOf(verdict.statements.map((statement) => statement.risk)),
      statements,
    },
    findings,
    scripts: (down === undefined ? [up] : [up, down]).map(kept),
  };
}

function flat(statements: readonly Statement[]): Statement['operations'] {
  const all: Operation[] = [];
  for (const { operations } of statements) for (const operation of operations) all.push(operation);
  return all;
}

function newSession(catalog: Catalog, config: ResolvedConfig, script: Script): void {
  catalog.newSession();
  for (const [name, value] of Object.entries(scopeFor(config, script.path).settings)) {
    catalog.apply({ kind: 'setSetting', name, value, local: false, span: { start: 0, end: 0 } }, { migration: -1, unit: null });
  }
}
