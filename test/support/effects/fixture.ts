import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `fixtures/dialects/postgres/effects/README.md` describes the format. */
export interface EffectsFile {
  /** File name without extension. */
  readonly family: string;
  readonly path: string;
  /** Comment lines before the first section. */
  readonly head: readonly string[];
  readonly sections: readonly Section[];
}
export interface Section {
  readonly file: string;
  /** What follows `-- setup` on its line. */
  readonly title: string;
  readonly versions: Versions;
  readonly setup: string;
  readonly cases: readonly EffectCase[];
}
export interface EffectCase {
  readonly title: string;
  /** Line of `-- case:`, 1-based. */
  readonly line: number;
  readonly versions: Versions;
  /** Runs outside a transaction, observed from other sessions. */
  readonly outside: boolean;
  /** The statement is about an index: index locks and rewrites count. */
  readonly withIndexes: boolean;
  /** The statement cannot be read ahead: the prediction must say that it is uncertain instead of being right. */
  readonly uncertain: boolean;
  /** Settings that the session has, as SQL. */
  readonly session: string;
  /** The error depends on what no history tells (values, objects made elsewhere), so no prediction is asked for. */
  readonly unforeseen: boolean;
  readonly notes: readonly string[];
  readonly statement: string;
  readonly expectations: readonly Expectation[];
}
/** Releases, both ends included: 1803 is 18.3. */
export interface Versions {
  readonly from: number;
  readonly to: number;
}
export interface Expectation extends Versions {
  readonly key: ExpectationKey;
  readonly value: string;
}
export const EXPECTATION_KEYS = ['error', 'locks', 'index locks', 'scans', 'rewrites', 'index rewrites'] as const;
export type ExpectationKey = (typeof EXPECTATION_KEYS)[number];

export const VERSIONS: readonly number[] = [13, 14, 15, 16, 17, 18];
export const ALWAYS: Versions = { from: 0, to: 9999 };
export const FOLDER = 'fixtures/dialects/postgres/effects';

export const release = (version: number, minor: number): number => version * 100 + minor;
/** The releases of a major version between which the expectations can differ: first, last and those at a boundary. */
export function releasesOf(version: number, expectations: readonly Versions[]): readonly number[] {
  const ends = [release(version, 0), release(version, 99), ...expectations.flatMap(({ from, to }) => [from, to])];
  return [...new Set(ends)].filter((at) => Math.floor(at / 100) === version).sort((a, b) => a - b);
}
export const includes = ({ from, to }: Versions, at: number): boolean => at >= from && at <= to;

export function readFixtures(only?: string): readonly EffectsFile[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql') && (only === undefined || name === `${only}.sql`))
    .sort()
    .map((name) => parseFixture(join(FOLDER, name), readFileSync(join(FOLDER, name), 'utf8')));
}

/** What is expected of this release; `undefined` for what no line speaks of. */
export function expectedAt(one: EffectCase, at: number): Readonly<Partial<Record<ExpectationKey, string>>> {
  return Object.fromEntries(one.expectations.filter((line) => includes(line, at)).map(({ key, value }) => [key, value]));
}

export function parseFixture(path: string, text: string): EffectsFile {
  const family = path.replace(/^.*\//, '').replace(/\.sql$/, '');
  const blocks = blocksOf(text);
  const head = blocks[0]?.kind === 'head' ? blocks[0].lines : [];
  const sections: { title: string; versions: Versions; setup: string; cases: EffectCase[] }[] = [];
  for (const block of blocks) {
    if (block.kind === 'setup') {
      const [title = '', ...lines] = block.lines;
      const only = lines[0] !== undefined && /^-- only: /.test(lines[0]) ? lines.shift() : undefined;
      sections.push({ title, versions: only === undefined ? ALWAYS : range(only.slice('-- only: '.length), path), setup: lines.join('\n').trim(), cases: [] });
    } else if (block.kind === 'case') {
      const section = sections.at(-1);
      if (section === undefined) throw new Error(`${path}:${String(block.line)}: a case before any setup`);
      section.cases.push(parseCase(path, block.line, block.lines));
    }
  }
  return { family, path, head, sections: sections.map((section) => ({ ...section, file: path })) };
}

interface Block {
  readonly kind: 'head' | 'setup' | 'case';
  readonly line: number;
  readonly lines: string[];
}

function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [{ kind: 'head', line: 1, lines: [] }];
  text.split('\n').forEach((line, index) => {
    const start = /^-- (?:(setup)(?:: (.*))?|case: (.*))$/.exec(line);
    if (start === null) blocks.at(-1)?.lines.push(line);
    else blocks.push({ kind: start[1] === undefined ? 'case' : 'setup', line: index + 1, lines: [(start[1] === undefined ? start[3] : start[2]) ?? ''] });
  });
  return blocks;
}

function parseCase(path: string, line: number, [title = '', ...lines]: readonly string[]): EffectCase {
  const notes: string[] = [];
  const expectations: Expectation[] = [];
  let versions = ALWAYS;
  let outside = false;
  let withIndexes = false;
  let uncertain = false;
  let unforeseen = false;
  let session = '';
  const body = lines.findIndex((text) => !text.startsWith('--'));
  for (const comment of lines.slice(0, body)) {
    const text = comment.slice(2).trim();
    const expectation = /^(?:\[([^\]]+)\] )?(error|locks|index locks|scans|rewrites|index rewrites): (.*)$/.exec(text);
    if (expectation !== null) {
      expectations.push({ ...(expectation[1] === undefined ? ALWAYS : range(expectation[1], path)), key: expectation[2] as ExpectationKey, value: expectation[3] ?? '' });
    } else if (text.startsWith('only: ')) versions = range(text.slice('only: '.length), path);
    else if (text === 'outside a transaction') outside = true;
    else if (text === 'with indexes') withIndexes = true;
    else if (text === 'uncertain') uncertain = true;
    else if (text.startsWith('session: ')) session = text.slice('session: '.length);
    else if (text === 'unforeseen') unforeseen = true;
    else notes.push(comment);
  }
  const statement = lines.slice(body).join('\n').trim();
  if (statement === '') throw new Error(`${path}:${String(line)}: a case without a statement`);
  return { title, line, versions, outside, withIndexes, uncertain, unforeseen, session, notes, statement, expectations };
}

/** `14+`, `..13`, `14..16`, `15`; a release where minor versions differ: `18.6+`, `..18.5`. */
function range(text: string, path: string): Versions {
  const match = /^(?:(\d+)(?:\.(\d+))?)?(\+|\.\.)?(?:(\d+)(?:\.(\d+))?)?$/.exec(text.trim());
  const [, from, fromMinor = '0', sign, to, toMinor = '99'] = match ?? [];
  const wrong = match === null || (from === undefined && to === undefined) || (sign === '+' && to !== undefined) || (sign === undefined && to !== undefined);
  if (wrong) throw new Error(`${path}: not a range of versions: ${text}`);
  const start = from === undefined ? 0 : release(Number(from), Number(fromMinor));
  if (sign === '+') return { from: start, to: ALWAYS.to };
  if (sign === undefined) return { from: start, to: release(Number(from), 99) };
  return { from: start, to: release(Number(to), Number(toMinor)) };
}

export function printFixture({ head, sections }: EffectsFile): string {
  const parts = [head.join('\n').trim()];
  for (const section of sections) {
    const only = section.versions === ALWAYS ? '' : `\n-- only: ${printRange(section.versions)}`;
    parts.push(`-- setup${section.title === '' ? '' : `: ${section.title}`}${only}\n${section.setup}`);
    for (const one of section.cases) parts.push(printCase(one));
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function printCase(one: EffectCase): string {
  return [
    `-- case: ${one.title}`,
    ...(one.versions === ALWAYS ? [] : [`-- only: ${printRange(one.versions)}`]),
    ...(one.outside ? ['-- outside a transaction'] : []),
    ...(one.withIndexes ? ['-- with indexes'] : []),
    ...(one.uncertain ? ['-- uncertain'] : []),
    ...(one.session === '' ? [] : [`-- session: ${one.session}`]),
    ...(one.unforeseen ? ['-- unforeseen'] : []),
    ...one.notes,
    ...one.expectations.map(({ key, value, from, to }) => `-- ${from === 0 && to === ALWAYS.to ? '' : `[${printRange({ from, to })}] `}${key}: ${value}`),
    one.statement,
  ].join('\n');
}

function printRange({ from, to }: Versions): string {
  if (to === ALWAYS.to) return `${printRelease(from, 0)}+`;
  if (from === 0) return `..${printRelease(to, 99)}`;
  return to - from === 99 ? printRelease(from, 0) : `${printRelease(from, 0)}..${printRelease(to, 99)}`;
}

const printRelease = (at: number, silent: number): string => `${String(Math.floor(at / 100))}${at % 100 === silent ? '' : `.${String(at % 100)}`}`;
