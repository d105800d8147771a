import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.ts';
import { rulesIndex } from '../scripts/rules-index.mjs';
import { catalogue, existingPages, pagePath, rulePage } from './support/rule-pages.ts';
import { expectGenerated } from './support/generated.ts';

describe('rules as a whole', () => {
  it('the index lists every file of the folder', () => {
    expect(readFileSync('rules/index.ts', 'utf8')).toBe(rulesIndex());
  });

  it('the catalogue is current', () => {
    expectGenerated('rules/README.md', catalogue(rules));
  });

  it('no page is left of a rule that is gone', () => {
    const names = new Set(rules.map((rule) => rule.name));
    expect(existingPages().filter((page) => !names.has(page))).toEqual([]);
  });

  for (const rule of rules) {
    it(`${rule.name} keeps to the conventions and its page is current`, async () => {
      expect(rule.name).toMatch(/^(?:no|require|prefer)-[a-z0-9-]+$/);
      expect(rule.summary).not.toMatch(/\.$/);
      expect(rule.summary.charAt(0)).toBe(rule.summary.charAt(0).toLowerCase());
      expect(rule.why.length).toBeGreaterThan(60);
      expect(rule.why.trim()).toMatch(/\.$/);
      if (rule.category === 'hygiene') expect(rule.severity).toBe('info');
      for (const { url } of rule.references) expect(url).toMatch(/^https:\/\//);
      expectGenerated(pagePath(rule), await rulePage(rule));
    });
  }
});
