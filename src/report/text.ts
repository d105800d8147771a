import pc from 'picocolors';
import type { Finding } from '../check/finding.ts';
import { heldBesides, heldReader } from '../effects/held.ts';
import type { LockEffect } from '../effects/vocabulary.ts';
import type { Category, Severity } from '../rule.ts';
import type { Paint } from './code-frame.ts';
import { codeFrame } from './code-frame.ts';
import type { ReportOptions } from './formats.ts';
import { columns, harmless, pad, wrap } from './layout.ts';
import type { MigrationReport, Report, Risk, StatementReport } from './model.ts';
import { RISKS } from './model.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';
import { capitalised, counted, listed } from '../source/words.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** What every part of the page needs. */
interface Page {
  readonly report: Report;
  readonly places: Places;
  readonly heldAt: ReturnType<typeof heldReader>;
  readonly color: Colors;
  readonly width: number;
  readonly shown: (path: string) => string;
}

const WIDEST = 100;
const NARROWEST = 40;

/** For people: what, why and what to do at each place, hygiene apart, and the risk of each file with what it was derived from. */
export function text(report: Report, options: ReportOptions): string {
  const page = pageOf(report, options);
  const open = report.findings.filter((finding) => finding.suppressed === null);
  const lines = [
    ...dangers(open.filter((finding) => finding.category !== 'hygiene'), page),
    ...hygiene(open.filter((finding) => finding.category === 'hygiene'), page),
    ...summary(open, page),
  ];
  return `${lines.join('\n')}\n`;
}

/** The findings alone, for a page that ends otherwise. */
export function findingsText(report: Report, options: ReportOptions): string {
  return dangers(report.findings.filter((finding) => finding.suppressed === null), pageOf(report, options)).map((line) => `${line}\n`).join('');
}

const pageOf = (report: Report, options: ReportOptions): Page => ({
  report,
  places: placesOf(report),
  heldAt: heldReader(),
  color: pc.createColors(options.color),
  width: Math.max(NARROWEST, Math.min(WIDEST, options.width)),
  shown: (path) => harmless(options.shownPath(path)),
});

function dangers(findings: readonly Finding[], page: Page): readonly string[] {
  const risks = new Map(page.report.migrations.map((migration) => [migration.path, migration.risk.level]));
  const explained = new Set<string>();
  const lines: string[] = [];
  let path: string | undefined;
  const alike = alikeOf(findings);
  for (const finding of findings) {
    const group = alike.get(finding);
    if (group !== undefined && group[0] !== finding) continue;
    if (finding.path !== path) {
      path = finding.path;
      const risk = risks.get(path);
      const { color } = page;
      lines.push(rule(page.shown(path), risk === undefined ? '' : `${color.dim('risk ')}${RISK_COLORS[risk](color)(risk)}`, page), '');
    }
    lines.push(...(finding.severity === 'info' ? brief(finding, group ?? [], page) : full(finding, explained, page)), '');
    explained.add(finding.rule);
  }
  return lines;
}

function full(finding: Finding, explained: ReadonlySet<string>, page: Page): readonly string[] {
  const { color, places, width } = page;
  const paint: Paint = { dim: color.dim, bold: color.bold, mark: SEVERITY_COLORS[finding.severity](color) };
  return [
    head(finding, page),
    ...wrap(finding.message, width - 2).map((line) => `  ${color.bold(line)}`),
    '',
    ...codeFrame(finding.path, finding.span, places, width - 2, paint).map((line) => `  ${line}`),
    '',
    ...labelled('lock', locksOf(finding, page), page),
    // Said once per run: the second time it only stands in the way.
    ...(explained.has(finding.rule) ? [] : labelled('why', [finding.why], page)),
    ...labelled('do', [finding.advice], page),
    ...labelled('fix', wayOut(finding), page),
  ];
}

/** What to type for it, or why there is nothing to type. */
const wayOut = ({ fix, refusal }: Finding): readonly string[] => (fix != null ? [fix.command] : refusal === undefined ? [] : [`none is written: ${refusal}`]);

function brief(finding: Finding, [, ...others]: readonly Finding[], page: Page): readonly string[] {
  const indented = (words: string): readonly string[] => wrap(words, page.width - 2).map((line) => `  ${line}`);
  const same = others.map(({ path, span }) => String(page.places.at(path, span).line));
  return [head(finding, page), ...indented(finding.message), ...(same.length === 0 ? [] : indented(`The same in lines ${listed(same, MOST_LINES)}.`).map((line) => page.color.dim(line)))];
}

const MOST_LINES = 12;
const FEW = 2;

/** Notes that a rule has about one file again and again: they are told once. */
function alikeOf(findings: readonly Finding[]): ReadonlyMap<Finding, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.severity !== 'info') continue;
    const key = `${finding.path}\0${finding.direction}\0${finding.rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return new Map([...groups.values()].filter(({ length }) => length > FEW).flatMap((group) => group.map((finding) => [finding, group] as const)));
}

function head(finding: Finding, { color, places, shown }: Page): string {
  const { line, column } = places.at(finding.path, finding.span);
  const paint = SEVERITY_COLORS[finding.severity](color);
  return `${paint(color.bold(finding.severity))} ${color.cyan(finding.rule)}  ${color.dim(`${shown(finding.path)}:${String(line)}:${String(column)}${finding.direction === 'down' ? ' (down)' : ''}`)}`;
}

const LABEL_WIDTH = 6;

function labelled(label: string, paragraphs: readonly string[], { color, width }: Page): readonly string[] {
  return paragraphs
    .flatMap((paragraph) => wrap(paragraph, width - 2 - LABEL_WIDTH))
    .map((line, index) => `  ${index === 0 ? color.cyan(pad(label, LABEL_WIDTH)) : ' '.repeat(LABEL_WIDTH)}${line}`.trimEnd());
}

const MOST_LOCKS = 4;

/** The locks of the statement that somebody waits for, the one on the finding's own relation first, and those held from before. */
function locksOf(finding: Finding, { places, heldAt }: Page): readonly string[] {
  const statement = places.statement(finding.path, finding.span.start);
  if (statement === undefined) return [];
  const taken = statement.effects.locks.filter(isFelt);
  const own = taken.findIndex((lock) => isOn(lock, finding.relation));
  const first = own === -1 ? taken : [...taken.slice(own, own + 1), ...taken.slice(0, own), ...taken.slice(own + 1)];
  const kept = HEAVY.includes(finding.category) ? heldBesides(heldAt(statement.held), taken).filter(isFelt) : [];
  const lines = [...first.slice(0, MOST_LOCKS).map((lock) => lockLine(lock, statement)), ...kept.slice(0, MOST_LOCKS).map((lock) => keptLine(lock, places, places.script(statement.path, statement.direction)[lock.statement]))];
  const rest = taken.length + kept.length - MOST_LOCKS;
  return [...lines.slice(0, MOST_LOCKS), ...(rest > 0 ? [`and ${String(rest)} more`] : [])];
}

const isOn = ({ relation: { schema, name } }: LockEffect, relation: string | null): boolean =>
  relation?.length === schema.length + 1 + name.length && relation.endsWith(name) && relation.startsWith(schema);

/** What a lock held from before makes worse. */
const HEAVY: readonly Category[] = ['lock', 'rewrite'];

const isFelt = ({ blocks }: LockEffect): boolean => blocks === 'writes' || blocks === 'readsAndWrites';

function lockLine(lock: LockEffect, statement: StatementReport): string {
  const because = lock.because === undefined ? '' : ` (${lock.because})`;
  const until = statement.transaction === null || lock.released === true ? '' : ', to the end of the transaction';
  return `${lock.mode} on ${named(lock)}${because}: ${waiting(lock)}${until}`;
}

function keptLine(lock: LockEffect, places: Places, taker: StatementReport | undefined): string {
  const since = taker === undefined ? 'from before' : `since line ${String(places.at(taker.path, taker.span).line)}`;
  return `${lock.mode} on ${named(lock)}, held ${since}: ${waiting(lock)}`;
}

const waiting = ({ blocks }: LockEffect): string => (blocks === 'readsAndWrites' ? 'reads and writes wait' : 'writes wait');

const named = (lock: LockEffect): string => `${lock.relation.schema}.${lock.relation.name}`;

const MOST_PLACES = 3;

function hygiene(findings: readonly Finding[], page: Page): readonly string[] {
  if (findings.length === 0) return [];
  const { color, places, shown } = page;
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = byRule.get(finding.rule);
    if (list === undefined) byRule.set(finding.rule, [finding]);
    else list.push(finding);
  }
  const summaries = new Map(page.report.rules.map((each) => [each.name, each.summary]));
  const lines = [rule('hygiene', color.dim('without influence on the risk'), page), ''];
  for (const [name, list] of byRule) {
    const [first] = list;
    const said = list.length === 1 ? (first?.message ?? '') : sentence(summaries.get(name) ?? first?.message ?? '');
    const all = list.map((finding) => `${shown(finding.path)}:${String(places.at(finding.path, finding.span).line)}`);
    lines.push(`  ${color.cyan(name)}${list.length > 1 ? color.dim(` ×${String(list.length)}`) : ''}`);
    lines.push(...wrap(said, page.width - 4).map((line) => `    ${line}`));
    lines.push(...wrap(listed(all, MOST_PLACES), page.width - 4).map((line) => `    ${color.dim(line)}`), '');
  }
  return lines;
}

const MOST_FILES = 25;

function summary(open: readonly Finding[], page: Page): readonly string[] {
  const { color, report } = page;
  const risky = report.migrations
    .filter(({ risk }) => RISKS.indexOf(risk.level) >= RISKS.indexOf('medium'))
    .sort((a, b) => RISKS.indexOf(b.risk.level) - RISKS.indexOf(a.risk.level));
  const shown = risky.slice(0, MOST_FILES).flatMap((migration) => riskLines(migration, page));
  const left = risky.length - MOST_FILES;
  const quiet = report.migrations.length - risky.length;
  if (left > 0) shown.push(color.dim(`  and ${String(left)} more of medium risk or above`));
  if (risky.length > 0 && quiet > 0) shown.push(`  ${color.dim(`${pad('low', RISK_WIDTH)}or none: ${counted(quiet, risky.length > 0 ? 'other migration' : 'migration')}`)}`);
  return [...(risky.length > 0 ? [rule('risk', '', page), '', ...shown, ''] : []), ...verdict(open, page)];
}

const RISK_WIDTH = 10;

function riskLines({ path, risk }: MigrationReport, { color, shown, width }: Page): readonly string[] {
  const [first, ...others] = risk.reasons;
  const because = first === undefined ? '' : first + (others.length > 0 ? `, and ${counted(others.length, 'more reason')}` : '');
  return [
    `  ${RISK_COLORS[risk.level](color)(pad(risk.level, RISK_WIDTH))}${shown(path)}`,
    ...wrap(because, width - 2 - RISK_WIDTH).map((line) => color.dim(`  ${' '.repeat(RISK_WIDTH)}${line}`)),
  ];
}

function verdict(open: readonly Finding[], { color, report, width }: Page): readonly string[] {
  const { migrations, statements, opaque, suppressed, risk } = report.summary;
  const of = (severity: Severity): number => open.filter((finding) => finding.severity === severity && finding.category !== 'hygiene').length;
  const tidy = open.filter((finding) => finding.category === 'hygiene').length;
  const [errors, warnings, infos] = [of('error'), of('warning'), of('info')];
  const found = [
    ...(errors > 0 ? [color.red(counted(errors, 'error'))] : []),
    ...(warnings > 0 ? [color.yellow(counted(warnings, 'warning'))] : []),
    ...(infos > 0 ? [`${String(infos)} info`] : []),
    ...(tidy > 0 ? [`${String(tidy)} hygiene`] : []),
    ...(suppressed > 0 ? [`${String(suppressed)} suppressed`] : []),
  ];
  const read = [counted(migrations, 'migration'), counted(statements, 'statement'), ...(opaque > 0 ? [`${String(opaque)} not understood`] : [])].join(', ');
  const mark = errors > 0 ? color.red('✖') : warnings > 0 ? color.yellow('▲') : color.green('✔');
  const dangerous = errors + warnings > 0;
  const [worst] = open.filter((finding) => finding.severity !== 'info');
  return [
    `${mark} ${dangerous ? found.join(', ') : ['nothing dangerous', ...found].join(', ')}`,
    ...wrap(`${read} · highest risk: ${risk}`, width - 2).map((line) => color.dim(`  ${line}`)),
    ...(worst === undefined ? [] : [color.dim(`  More about a rule: lockkeeper explain ${worst.rule}`)]),
    ...(new Set(open.map(({ path }) => path)).size > MOST_FILES ? [color.dim('  Only what is new: lockkeeper lint --start-after <last version that is deployed>')] : []),
  ];
}

/** A line across the page, with a title and something at its end. */
function rule(title: string, end: string, { color, width }: Page): string {
  const plain = end.replace(/\u001B\[\d+m/g, '');
  const room = width - columns(title) - columns(plain) - 4 - (plain === '' ? 0 : 3);
  return `${color.dim('──')} ${color.bold(title)} ${color.dim('─'.repeat(Math.max(2, room)))}${end === '' ? '' : ` ${end} ${color.dim('─')}`}`;
}

const SEVERITY_COLORS: { readonly [K in Severity]: (color: Colors) => (text: string) => string } = {
  error: (color) => color.red,
  warning: (color) => color.yellow,
  info: (color) => color.blue,
};

const RISK_COLORS: { readonly [K in Risk]: (color: Colors) => (text: string) => string } = {
  none: (color) => color.green,
  low: (color) => color.green,
  medium: (color) => color.yellow,
  high: (color) => color.red,
  critical: (color) => color.magenta,
};


const sentence = (words: string): string => `${capitalised(words)}${/[.!?]$/.test(words) ? '' : '.'}`;
