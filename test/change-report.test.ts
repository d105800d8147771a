import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

let folder = '';
beforeAll(() => {
  folder = project({
    'db/migrations/0001_users.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text, "<b>x</b>" int);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint);\n',
    'db/migrations/0001_users.down.sql': 'DROP TABLE orders;\nDROP TABLE users;\n',
    'db/migrations/0002_both.up.sql': 'BEGIN;\nALTER TABLE users ADD COLUMN age int;\nALTER TABLE orders ADD CONSTRAINT o_fk FOREIGN KEY (user_id) REFERENCES users (id);\nCOMMIT;\nCREATE INDEX CONCURRENTLY i ON users (email);\n',
    'db/migrations/0002_both.down.sql': 'DROP INDEX i;\nALTER TABLE orders DROP CONSTRAINT o_fk;\nALTER TABLE users DROP COLUMN age;\n',
    'db/migrations/0003_drop.up.sql': '-- <script>alert(1)</script>\nALTER TABLE users DROP COLUMN "<b>x</b>";\n',
    'lockkeeper.config.json': JSON.stringify({ startAfter: '0001', tables: { orders: { rows: 90_000_000, bytes: 18_000_000_000 } } }),
  });
}, 120_000);

const html = (): string => {
  expect(cli.run(folder, ['report'])).toMatchObject({ code: 0, out: '', err: 'Wrote migration-report.html.\n' });
  return readFileSync(join(folder, 'migration-report.html'), 'utf8');
};

describe('the HTML page', () => {
  test('needs nothing from anywhere and runs nothing', () => {
    const page = html();
    expect(page).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b|@import|url\(|\bon[a-z]+=|src=/i);
    expect(page).toContain("default-src 'none'");
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href).every((href) => /^#[a-z]+$/.test(href ?? ''))).toBe(true);
    for (const [, id] of page.matchAll(/href="#([a-z]+)"/g)) expect(page).toContain(`id="${String(id)}"`);
  });

  test('keeps what the migrations say from becoming markup', () => {
    expect(html()).not.toMatch(/<b>x|<script>/);
    expect(html()).toContain('&lt;b&gt;x&lt;/b&gt;');
  });

  test('draws for each transaction what is held, from the statement that takes it to the end', () => {
    const page = html();
    const pictures = [...page.matchAll(/<svg[^>]*aria-label="([^"]*)"/g)].map(([, label]) => label);
    expect(pictures[0]).toContain('AccessExclusiveLock on public.users from statement 1 to 2: reads and writes');
    expect(pictures[0]).toContain('ShareRowExclusiveLock on public.orders from statement 2 to 2: writes');
    expect(pictures[1]).toMatch(/^ShareUpdateExclusiveLock on public\.users from statement 1 to 1/);
    expect(page).toMatch(/Transaction 1: line 2 to 3[\s\S]*: line 5</);
  });

  test('has headings in order, a language, and words wherever it has colours', () => {
    const page = html();
    expect(page).toContain('<html lang="en">');
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => { expect(level - (levels[index - 1] ?? 1)).toBeLessThanOrEqual(1); });
    for (const [, label] of page.matchAll(/<span class="risk [a-z]+">([^<]*)</g)) expect(label).toMatch(/risk$/);
    expect(page.match(/<rect /g)?.length).toBe(page.match(/<g class="bar \w+"><title>[^<]+ wait<\/title>/g)?.length);
  });
});

describe('what it says', () => {
  test('as Markdown: risk, durations, plan, checklist, queries, the way back', () => {
    const { code, out } = cli.run(folder, ['report', '--format', 'markdown']);
    expect(code).toBe(0);
    for (const part of [
      '# Migration report',
      '`db/migrations/0003_drop.up.sql`: risk high',
      /line 3 scans the table: about 3 min for 18\.0 GB at 100 MB\/s/,
      /Deploy the application first:\*\* No code reads or writes/,
      /ALTER TABLE public\.orders VALIDATE CONSTRAINT o_fk|VALIDATE CONSTRAINT o_fk/,
      '- [ ] A copy of what db/migrations/0003\\_drop.up.sql deletes has been made',
      /pg_stat_activity/,
      /NOT convalidated AND conrelid IN \(.*to_regclass\('"public"\."orders"'\)/,
      '1. Deploy the previous release',
      '2. db/migrations/0003\\_drop.up.sql has no way back',
      '3. Take back db/migrations/0002\\_both.up.sql with db/migrations/0002\\_both.down.sql.',
    ]) expect(out).toMatch(part instanceof RegExp ? part : new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    expect(out).not.toContain('0001_users');
  });

  test('of one file, into a file, and of nothing', () => {
    expect(cli.run(folder, ['report', 'db/migrations/0002_both.up.sql', '-f', 'markdown', '-o', 'a.md']).code).toBe(0);
    expect(readFileSync(join(folder, 'a.md'), 'utf8')).not.toContain('0003_drop');
    expect(cli.run(folder, ['report', '-'])).toMatchObject({ code: 2, err: 'lockkeeper: report works on files: it cannot read standard input.\n' });
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'README.md'), '');
    expect(cli.run(folder, ['report', '--start-after', '0003_drop.up.sql'])).toMatchObject({ code: 2, out: '', err: 'There are no migrations to report on.\n' });
  });
});
