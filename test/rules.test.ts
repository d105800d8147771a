import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../src/check/finding.ts';
import type { Report } from '../src/report/model.ts';
import { lineIndex } from '../src/source/text.ts';
import { rules } from '../rules/index.ts';
import { lintFiles, readFixture, testOptions } from './support/lint.ts';

const ROOT = 'fixtures/rules';

for (const rule of rules) {
  describe(rule.name, () => {
    const cases = existsSync(join(ROOT, rule.name)) ? readdirSync(join(ROOT, rule.name)).filter((name) => /^(?:un)?safe/.test(name)) : [];

    it('has at least one unsafe and one safe fixture', () => {
      expect(cases.some((name) => name.startsWith('unsafe'))).toBe(true);
      expect(cases.some((name) => name.startsWith('safe'))).toBe(true);
    });

    for (const name of cases) {
      it(name, async () => {
        const files = readFixture(join(ROOT, rule.name, name));
        const options = testOptions(Object.values(files));
        const hygiene = rule.category === 'hygiene' || rule.severity === 'info' || !rule.recommended;
        const report = await lintFiles(files, hygiene ? { ...options, config: { ...options.config, presets: ['recommended', 'strict'] } } : options);
        if (name.startsWith('unsafe')) {
          const relevant = (finding: Finding): boolean => finding.rule === rule.name || (!hygiene && finding.severity !== 'info');
          const expected = expectations(files);
          const noted = new Set(expected.map((one) => one.split(' ')[1]));
          expect(found(report, (finding) => relevant(finding) || (hygiene && noted.has(finding.rule)))).toEqual(expected);
          expect(expected.some((one) => one.endsWith(` ${rule.name}`))).toBe(true);
        } else if (hygiene) {
          expect(found(report, (finding) => finding.rule === rule.name)).toEqual([]);
          expect(found(await lintFiles(files, options), (finding) => finding.severity !== 'info')).toEqual([]);
        } else {
          expect(found(report, (finding) => finding.severity !== 'info' || finding.rule === rule.name)).toEqual([]);
        }
      });
    }
  });
}

/** `path:line rule` for every open finding that counts, sorted. */
function found(report: Report, counts: (finding: Finding) => boolean): string[] {
  return report.findings
    .filter((finding) => finding.suppressed === null && counts(finding))
    .map((finding) => `${finding.path}:${String(lineIndex(report.sources.get(finding.path) ?? '').position(finding.span.start).line)} ${finding.rule}`)
    .sort();
}

function expectations(files: Readonly<Record<string, string>>): string[] {
  const expected: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    text.split('\n').forEach((line, index) => {
      const match = /(?:--|#|\/\/|\/\*) expect(-next-line)?: ([a-z0-9-]+(?:, *[a-z0-9-]+)*)/.exec(line);
      if (match === null) return;
      const at = index + (match[1] === undefined ? 1 : 2);
      for (const rule of (match[2] ?? '').split(/, */)) expected.push(`${path}:${String(at)} ${rule}`);
    });
  }
  return expected.sort();
}
