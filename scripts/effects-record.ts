/**
 * Writes what real servers do into the expectations of fixtures/dialects/postgres/effects:
 *
 *     npm run effects-record [-- family …]
 *
 * Read the difference before you commit it: a recorded mistake is still a mistake.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadModule } from 'libpg-query';
import type { EffectCase, EffectsFile, Expectation, Section } from '../test/support/effects/fixture.ts';
import { ALWAYS, EXPECTATION_KEYS, VERSIONS, includes, printFixture, readFixtures } from '../test/support/effects/fixture.ts';
import type { Values } from '../test/support/effects/compare.ts';
import { expectedValues, observedValues } from '../test/support/effects/compare.ts';
import { pgliteSite, realSite } from '../test/support/effects/site.ts';

const { positionals } = parseArgs({ allowPositionals: true });
await loadModule();
const files = positionals.length === 0 ? readFixtures() : positionals.flatMap((family) => readFixtures(family));
const recorded = new Map<EffectCase, Map<number, Values>>();
const failures = new Map<EffectCase, string>();

for (const open of [...VERSIONS.map((version) => () => realSite(version)), pgliteSite]) {
  const site = await open();
  try {
    for (const file of files) {
      for (const section of file.sections.filter((one) => includes(one.versions, site.release))) {
        await site.run(section, (one, result) => {
          const known = recorded.get(one) ?? new Map<number, Values>();
          const observed = observedValues(one, result);
          // After an error there is nothing to say but the error.
          recorded.set(one, known.set(site.release, result.observation.error === undefined ? { ...expectedValues(one, site.release), ...observed } : observed));
          if (result.observation.error !== undefined) failures.set(one, `${String(site.release)}: ${result.observation.error.code} ${result.observation.error.message}`);
        }).catch((error: unknown) => {
          throw new Error(`${file.path}, setup ${section.title} on ${String(site.release)}: ${String(error)}`);
        });
      }
    }
  } finally {
    await site.close();
  }
}
for (const file of files) {
  writeFileSync(file.path, printFixture({ ...file, sections: file.sections.map(withExpectations) }));
}
for (const file of files) reportFailures(file);

function withExpectations(section: Section): Section {
  return { ...section, cases: section.cases.map((one) => ({ ...one, expectations: expectationsOf(section, one) })) };
}

function expectationsOf(section: Section, one: EffectCase): readonly Expectation[] {
  const known = [...(recorded.get(one) ?? [])].sort(([a], [b]) => a - b);
  return EXPECTATION_KEYS.flatMap((key) => {
    const said = known.filter(([, values]) => values[key] !== undefined).map(([at, values]) => ({ at, value: values[key] ?? 'none' }));
    const silent = key !== 'locks' && said.every(({ value }) => value === 'none');
    const found = silent ? [] : ranges(said, known.map(([at]) => at));
    return found.filter(({ value }) => key === 'locks' || value !== 'none').map((range) => ({ ...range, key }));
  });
}

/** Neighbouring releases of the same value; a range reaches to where the next measured release says something else. */
function ranges(said: readonly { at: number; value: string }[], run: readonly number[]): readonly { from: number; to: number; value: string }[] {
  const result: { from: number; to: number; value: string }[] = [];
  for (const { at, value } of said) {
    const index = run.indexOf(at);
    const [previous, next] = [run[index - 1], run[index + 1]];
    const to = next === undefined ? ALWAYS.to : before(next, at);
    const last = result.at(-1);
    if (last?.value === value && previous !== undefined && last.to === before(at, previous)) last.to = to;
    else result.push({ from: previous === undefined ? 0 : before(at, previous) + 1, to, value });
  }
  return result;
}

/** The last release that counts with `at`: of its own major version, or up to the next measured one of the same. */
function before(next: number, at: number): number {
  const version = Math.floor(at / 100);
  return Math.floor(next / 100) === version ? next - 1 : Math.floor(next / 100) * 100 - 1;
}

function reportFailures(file: EffectsFile): void {
  const cases = file.sections.flatMap((section) => section.cases);
  console.log(`${file.family}: ${String(cases.length)} cases`);
  for (const one of cases) {
    const failure = failures.get(one);
    if (failure !== undefined) console.log(`  ${file.path}:${String(one.line)} ${one.title}: ${failure}`);
  }
}
