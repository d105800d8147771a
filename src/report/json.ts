import type { Finding } from '../check/finding.ts';
import { heldReader } from '../effects/held.ts';
import type { Blocks, HeldLock, HeldSoFar, LockEffect } from '../effects/vocabulary.ts';
import { BLOCKS, NOTHING_HELD } from '../effects/vocabulary.ts';
import type { QualifiedName } from '../ir/names.ts';
import type { Span } from '../source/text.ts';
import type { ReportOptions } from './formats.ts';
import type { MigrationReport, Report, StatementReport } from './model.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
const SCHEMA_VERSION = 1;

/**
 * The machine's view; `schemas/report.v1.schema.json` is its contract. One item a line: half the size of an indented
 * document, and still something to grep and to compare. In pieces, as it can be many times the size of the migrations.
 */
export function* json(report: Report, { root }: Pick<ReportOptions, 'root'>): Generator<string> {
  const places = placesOf(report);
  const heldText = heldTexts();
  yield `{\n${member('schemaVersion', SCHEMA_VERSION)},\n${member('tool', report.tool)},\n${member('root', root)},\n`;
  yield* list('migrations', report.migrations, (migration) => migrationText(migration, places, heldText));
  yield* list('findings', report.findings, (finding) => whole(findingOf(finding, places)));
  yield* list('problems', report.problems, ({ problem, path, detail, span }) => whole({ problem, path, detail, ...(span === undefined ? NO_PLACE : placed(path, span, places)) }));
  yield* list('rules', rulesOf(report), whole);
  yield `${member('summary', report.summary)}\n}\n`;
}

const member = (name: string, value: unknown): string => `${JSON.stringify(name)}: ${JSON.stringify(value)}`;

function* list<Item>(name: string, items: readonly Item[], text: (item: Item) => Iterable<string>): Generator<string> {
  yield `${JSON.stringify(name)}: [`;
  let separator = '\n';
  for (const item of items) {
    yield separator;
    yield* text(item);
    separator = ',\n';
  }
  yield items.length === 0 ? '],\n' : '\n],\n';
}

const whole = (item: object): readonly string[] => [JSON.stringify(item)];

/** For members that follow. */
const opened = (item: object): string => JSON.stringify(item).slice(0, -1);

const NO_PLACE = { line: null, column: null, endLine: null, endColumn: null, start: null, end: null };

function* migrationText(migration: MigrationReport, places: Places, heldText: HeldText): Generator<string> {
  const { id, path, downPath, framework, dialect, version, name, risk, statements } = migration;
  yield `${opened({ id, path, downPath, framework, dialect, version, name, risk: risk.level, riskReasons: risk.reasons })},"statements":[`;
  let separator = '';
  let room = MOST_HELD;
  for (const statement of statements) {
    const { text, told } = heldText(statement.held, room);
    yield `${separator}${opened(statementOf(statement, places))},`;
    yield text;
    yield '}';
    room -= told;
    separator = ',';
  }
  yield ']}';
}

/** Locks told of the statements of one migration before the lists get short: together they grow with the square of its statements. */
const MOST_HELD = 200_000;
const FEW_HELD = 10;

/** `told`: how many locks it tells of, which are all of them where there is room for that many. */
type HeldText = (held: HeldSoFar, room: number) => { readonly text: string; readonly told: number };

/** What is held grows with each statement of a transaction, and is most of the document where that is long: it is put into words once. */
function heldTexts(): HeldText {
  const texts = new WeakMap<HeldLock, string>();
  const textOf = (lock: HeldLock): string => {
    let text = texts.get(lock);
    if (text === undefined) texts.set(lock, (text = JSON.stringify(heldOf(lock))));
    return text;
  };
  const read = heldReader();
  let last: { readonly held: HeldSoFar; readonly text: string } = { held: NOTHING_HELD, text: '"held":[]' };
  return (held, room) => {
    const locks = read(held);
    if (locks.size > Math.max(room, FEW_HELD)) {
      const few: string[] = [];
      for (const lock of locks.values()) if (few.push(textOf(lock)) === FEW_HELD) break;
      return { text: `"held":[${few.join(',')}],${member('heldMore', locks.size - few.length)}`, told: few.length };
    }
    if (held.taken !== last.held.taken || held.count !== last.held.count) last = { held, text: `"held":[${[...locks.values()].map(textOf).join(',')}]` };
    return { text: last.text, told: locks.size };
  };
}

function statementOf(statement: StatementReport, places: Places): object {
  const { direction, path, span, operations, transaction, opaque, risk, effects } = statement;
  const { line, column, endLine, endColumn } = places.at(path, span);
  return {
    direction,
    path,
    line,
    column,
    endLine,
    endColumn,
    start: span.start,
    end: span.end,
    operations,
    transaction,
    opaque,
    risk: risk.level,
    riskReasons: risk.reasons,
    effects: {
      locks: effects.locks.map(lockOf),
      scans: effects.scans.map(named),
      rewrites: effects.rewrites.map(named),
      work: effects.work,
      workOn: effects.workOn === undefined ? null : named(effects.workOn),
      blocks: strongest(effects.locks),
      loss: effects.loss.map(({ what, object, because }) => ({ what, object, because: because ?? null })),
      breaks: effects.breaks,
      failures: effects.failures.map(({ when, cause, code, message, object }) => ({ when, cause, code: code ?? null, message, object: object ?? null })),
      certain: effects.certain,
    },
  };
}

function findingOf(finding: Finding, places: Places): object {
  const { rule, severity, category, message, advice, path, direction, span, relation, fingerprint, fix = null, refusal = null, suppressed } = finding;
  const { line, column, endLine, endColumn } = places.at(path, span);
  const { start, end } = span;
  return { rule, severity, category, message, advice, path, direction, line, column, endLine, endColumn, start, end, relation, fingerprint, fix, refusal, suppressed };
}

/** What each reported rule is about, once. */
function rulesOf(report: Report): object[] {
  const reported = new Set(report.findings.map((finding) => finding.rule));
  return report.rules
    .filter((rule) => reported.has(rule.name))
    .map(({ name, summary, category, severity, why, references }) => ({ name, summary, category, severity, why, references }));
}

const lockOf = (lock: LockEffect): object => ({
  relation: named(lock.relation),
  mode: lock.mode,
  relationKind: lock.relationKind,
  blocks: lock.blocks,
  because: lock.because ?? null,
  released: lock.released ?? false,
});

const heldOf = ({ relation, mode, relationKind, blocks, because, released, statement }: HeldLock): object => ({
  relation: named(relation),
  mode,
  relationKind,
  blocks,
  because: because ?? null,
  released: released ?? false,
  statement,
});

const placed = (path: string, span: Span, places: Places): object => ({ ...places.at(path, span), start: span.start, end: span.end });

const named = ({ schema, name }: QualifiedName): string => `${schema}.${name}`;

const strongest = (locks: readonly LockEffect[]): Blocks =>
  locks.reduce<Blocks>((worst, { blocks }) => (BLOCKS.indexOf(blocks) > BLOCKS.indexOf(worst) ? blocks : worst), 'nothing');
