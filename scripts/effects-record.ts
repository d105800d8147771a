/**
 * Writes what real servers do into the expectations of fixtures/dialects/postgres/effects:
 *
 *     npm run effects-record [-- --versions 13,17] [family …]
 *
 * Read the difference before you commit it: a recorded mistake is still a mistake.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadModule } from 'libpg-query';
import type { EffectCase, EffectsFile, Expectation, Section } from '../test/support/effects/fixture.ts';
import { EXPECTATION_KEYS, VERSIONS, includes, printFixture, readFixtures } from '../test/support/effects/fixture.ts';
import type { Values } from '../test/support/effects/compare.ts';
import { expectedValues, observedValues } from '../test/support/effects/compare.ts';
import { realSite } from '../test/support/effects/site.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { versions: { type: 'string' } } });
const versions = values.versions?.split(',').map(Number) ?? VERSIONS;
await loadModule();
const files = positionals.length === 0 ? readFixtures() : positionals.flatMap((family) => readFixtures(family));
const recorded = new Map<EffectCase, Map<number, Values>>();
const failures = new Map<EffectCase, string>();

for (const version of versions) {
  const site = await realSite(version);
  try {
    for (const file of files) {
      for (const section of file.sections.filter((one) => includes(one.versions, version))) {
        await site.run(section, (one, result) => {
          const known = recorded.get(one) ?? new Map<number, Values>();
          recorded.set(one, known.set(version, observedValues(one, result)));
          if (result.observation.error !== undefined) failures.set(one, `${String(version)}: ${result.observation.error.code} ${result.observation.error.message}`);
        }).catch((error: unknown) => {
          throw new Error(`${file.path}, setup ${section.title} on ${String(version)}: ${String(error)}`);
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
  const known = recorded.get(one) ?? new Map<number, Values>();
  const run = VERSIONS.filter((version) => includes(one.versions, version) && includes(section.versions, version));
  // Versions that this recording left out keep what the fixture says.
  const all = run.map((version) => ({ version, values: known.get(version) ?? expectedValues(one, version) }));
  return EXPECTATION_KEYS.flatMap((key) => {
    // After an error there is nothing to say but the error.
    const said = all.filter(({ values: of }) => of[key] !== undefined).map(({ version, values: of }) => ({ version, value: of[key] ?? 'none' }));
    const silent = key !== 'locks' && said.every(({ value }) => value === 'none');
    return silent ? [] : ranges(said, run, key === 'locks').map((range) => ({ ...range, key }));
  });
}

/** Neighbouring versions of the same value, as open as the versions that exist allow. `none` is written only where `always`. */
function ranges(said: readonly { version: number; value: string }[], run: readonly number[], always: boolean): readonly { from: number; to: number; value: string }[] {
  const result: { from: number; to: number; value: string }[] = [];
  for (const { version, value } of said) {
    const last = result.at(-1);
    if (last?.value === value && last.to === run[run.indexOf(version) - 1]) last.to = version;
    else result.push({ from: version, to: version, value });
  }
  return result
    .filter(({ value }) => always || value !== 'none')
    .map(({ from, to, value }) => ({ from: from === run[0] ? 0 : from, to: to === run.at(-1) ? 99 : to, value }));
}

function reportFailures(file: EffectsFile): void {
  const cases = file.sections.flatMap((section) => section.cases);
  console.log(`${file.family}: ${String(cases.length)} cases`);
  for (const one of cases) {
    const failure = failures.get(one);
    if (failure !== undefined) console.log(`  ${file.path}:${String(one.line)} ${one.title}: ${failure}`);
  }
}
