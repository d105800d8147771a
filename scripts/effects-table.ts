/**
 * Writes docs/effects/postgres.md from the measured expectations of fixtures/dialects/postgres/effects:
 *
 *     npm run effects-table
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { blocks } from '../src/dialects/postgres/locks.ts';
import type { Blocks } from '../src/effects/vocabulary.ts';
import type { Values } from '../test/support/effects/compare.ts';
import { expectedValues } from '../test/support/effects/compare.ts';
import type { EffectCase, EffectsFile, Section } from '../test/support/effects/fixture.ts';
import { VERSIONS, includes, readFixtures, releasesOf } from '../test/support/effects/fixture.ts';

export const TABLE_PATH = 'docs/effects/postgres.md';

export function effectsTable(families: readonly EffectsFile[]): string {
  const count = families.flatMap(({ sections }) => sections.flatMap(({ cases }) => cases)).length;
  return `${[
    '# What PostgreSQL does for each statement',
    `Measured, not remembered: ${String(count)} statement forms, each run on PostgreSQL 13, 14, 15, 16, 17 and 18 (\`npm run test:servers\`), the locks read from \`pg_locks\`, the scans from the server's own counters, the rewrites from the storage of the relations. This page is generated from those measurements by \`npm run effects-table\`.`,
    'Only relations that existed before the statement appear. A lock is the strongest one that the statement takes on the relation; it is held until the transaction ends. “Waits” says whose statements wait for it: *reads and writes* is every SELECT too. Where the statement runs a query of its own, what is scanned is the planner\'s choice. The tables that the statements work on are at the head of each file in `fixtures/dialects/postgres/effects`.',
    'Of each major version one release is measured: 13.23, 14.23, 15.18, 16.14, 17.10 and 18.4; 18.6, where a range of versions says so, in process. The releases after 18.4, 17.10, 16.14, 15.18 and 14.23 lock what a new dependency is of (“Avoid orphaned objects”, May 2026), so that recording a default that names a sequence takes AccessShare on the sequence: as shown for 18.6, not measured for the others. It waits for whoever alters or drops the sequence, and nobody else waits for it.',
    families.map((file) => `- [${headingOf(file).title}](#${file.family})`).join('\n'),
    ...families.map(printFamily),
  ].join('\n\n')}\n`;
}

function printFamily(file: EffectsFile): string {
  const { title, description } = headingOf(file);
  const rows = file.sections.flatMap((section) => section.cases.flatMap((one) => printCase(one, section)));
  return [
    `## <a id="${file.family}"></a>${title}`,
    ...(description === '' ? [] : [description]),
    ['| Statement | Versions | Locks | Waits | Scans | Rewrites |', '|---|---|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

/** The comment at the head of a file: `Title: description` or `Title.` */
function headingOf({ head }: EffectsFile): { readonly title: string; readonly description: string } {
  const text = head.map((line) => line.replace(/^-- ?/, '')).join(' ').trim();
  const colon = text.indexOf(':');
  if (colon === -1) return { title: text.replace(/\.$/, ''), description: '' };
  const description = text.slice(colon + 1).trim();
  return { title: text.slice(0, colon), description: description.charAt(0).toUpperCase() + description.slice(1) };
}

function printCase(one: EffectCase, section: Section): readonly string[] {
  const sql = one.statement.replace(/\s+/g, ' ').replace(/;$/, '');
  const where = one.outside ? ', outside a transaction' : '';
  return differentRanges(one, section).map(({ label, values }, index) => {
    const form = index === 0 ? `${escape(one.title)}${where}<br>\`${escape(sql)}\`` : '';
    if (values.error !== undefined && values.error !== 'none') return `| ${form} | ${label} | refused: ${values.error} | | | |`;
    const locks = [...list(values.locks), ...list(values['index locks'])];
    const rewrites = [...list(values.rewrites), ...list(values['index rewrites'])];
    return `| ${[form, label, locks.map(short).join('<br>'), waits(locks), printScans(values), rewrites.join(', ')].join(' | ')} |`;
  });
}

const printScans = ({ scans }: Values): string => (scans === 'planner' ? '*planner*' : list(scans).join(', '));

const list = (value: string | undefined): readonly string[] => (value === undefined || value === 'none' ? [] : value.split(', '));

const escape = (text: string): string => text.replaceAll('|', '\\|');

const short = (lock: string): string => lock.replace(/Lock$/, '');

const WAITING: { readonly [K in Blocks]: string } = {
  nothing: '',
  schemaChanges: 'schema changes',
  writes: 'writes',
  readsAndWrites: 'reads and writes',
};

/** `reads and writes of t; writes of other`: the relations of each degree together, the worst first. */
function waits(locks: readonly string[]): string {
  const degrees: readonly Blocks[] = ['readsAndWrites', 'writes', 'schemaChanges'];
  return degrees
    .map((degree) => ({ degree, relations: locks.map(split).filter(({ mode }) => blocks(mode) === degree).map(({ relation }) => relation) }))
    .filter(({ relations }) => relations.length > 0)
    .map(({ degree, relations }) => `${WAITING[degree]} of ${relations.join(', ')}`)
    .join('; ');
}

function split(lock: string): { readonly relation: string; readonly mode: string } {
  const space = lock.lastIndexOf(' ');
  return { relation: lock.slice(0, space), mode: lock.slice(space + 1) };
}

/** The versions that the case exists on, neighbours of the same values together. */
function differentRanges(one: EffectCase, section: Section): readonly { readonly label: string; readonly values: Values }[] {
  const points = VERSIONS.flatMap((version) => releasesOf(version, one.expectations)).filter((at) => includes(one.versions, at) && includes(section.versions, at));
  const ranges: { from: number; to: number; values: Values; key: string }[] = [];
  for (const at of points) {
    const values = expectedValues(one, at);
    const key = JSON.stringify(values);
    const last = ranges.at(-1);
    if (last?.key === key) last.to = at;
    else ranges.push({ from: at, to: at, values, key });
  }
  return ranges.map(({ from, to, values }) => ({ label: printRange(from, to), values }));
}

function printRange(from: number, to: number): string {
  const [first, last] = [release(from, 0), release(to, 99)];
  if (to % 100 === 99 && from % 100 !== 0 && version(from) === version(to)) return `${first} and later`;
  return first === last ? first : `${first}–${last}`;
}

const version = (at: number): string => String(Math.floor(at / 100));
const release = (at: number, silent: number): string => (at % 100 === silent ? version(at) : `${version(at)}.${String(at % 100)}`);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  mkdirSync(dirname(TABLE_PATH), { recursive: true });
  writeFileSync(TABLE_PATH, effectsTable(readFixtures()));
}
