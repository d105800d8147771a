import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.ts';
import { frameworks } from '../src/frameworks/registry.ts';
import { cli } from './support/cli.ts';
import { CATEGORIES } from './support/rule-pages.ts';

/** What the program prints in the folder of the webshop, as if it were a repository of its own. */
function run(...words: readonly string[]): string {
  const { out, err } = cli.run('fixtures/projects/webshop', words);
  return ['```text', `$ lockkeeper ${words.join(' ')}`, '', `${out}\n${err}`.replaceAll('fixtures/projects/webshop/', '').trim(), '```'].join('\n');
}

/** No two runs take equally long. */
const timeless = (text: string): string => text.replace(/\b\d+(?:\.\d+)? m?s\b/g, '0 ms');

/** The sections of the README that the program itself writes. */
const SECTIONS: { readonly [name: string]: () => string | Promise<string> } = {
  example() {
    const path = 'migrations/000018_payment_amounts.up.sql';
    return ['```sql', readFileSync(`fixtures/projects/webshop/${path}`, 'utf8').trim(), '```', '', run('lint', '--quiet', path)].join('\n');
  },
  fix: () => run('fix', '--dry-run', '--rule', 'no-blocking-index-build', 'migrations/000020_order_currency.up.sql'),
  trace: () => run('trace', 'migrations/000018_payment_amounts.up.sql'),
  verify: () => run('verify', 'migrations/000020_order_currency.up.sql'),
  frameworks() {
    return frameworks.map(({ title }) => title).sort((a, b) => a.localeCompare(b, 'en')).join(' · ');
  },
  rules() {
    const rows = CATEGORIES.map(({ category, title }) => {
      const members = rules.filter((rule) => rule.category === category);
      const shown = members.slice(0, 4).map((rule) => `[${rule.name}](rules/${rule.name}.md)`);
      return `| ${title} | ${String(members.length)} | ${shown.join(', ')}${members.length > shown.length ? ', …' : ''} |`;
    });
    return ['| what | rules | such as |', '|---|---|---|', ...rows, '', `All ${String(rules.length)} are in [the catalogue](rules/README.md).`].join('\n');
  },
};

describe('README', () => {
  for (const [name, section] of Object.entries(SECTIONS)) {
    it(`the section "${name}" is what the program says today`, async () => {
      const readme = readFileSync('README.md', 'utf8');
      const pattern = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
      expect(readme).toMatch(pattern);
      const content = await section();
      const current = readme.replace(pattern, (_, open: string, close: string) => `${open}${content}\n${close}`);
      if (process.env.CI === undefined && timeless(current) !== timeless(readme)) writeFileSync('README.md', current);
      else expect(timeless(readme)).toBe(timeless(current));
    });
  }
});
