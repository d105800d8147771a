import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diskTree } from '../src/discovery/disk.ts';
import { discover } from '../src/discovery/discover.ts';
import { frameworks } from '../src/frameworks/registry.ts';
import { describeHistory } from './support/history.ts';
import { lintFiles } from './support/lint.ts';

const FIXTURES = 'fixtures/frameworks';
const cases = readdirSync(FIXTURES, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

/** `drizzle-folders` is a further case of `drizzle`. */
const frameworkOf = (name: string): string => frameworks.map((framework) => framework.name).filter((known) => name === known || name.startsWith(`${known}-`)).sort((a, b) => b.length - a.length)[0] ?? name;

describe('frameworks', () => {
  for (const name of cases) {
    it(`${name}: order, pairs, transactions and problems are those of the tool`, () => {
      const root = `${FIXTURES}/${name}/project`;
      const tree = diskTree(root);
      const described = discover(root, tree).histories.map((history) => describeHistory(history, tree));
      const expected = `${FIXTURES}/${name}/expected.json`;
      // Of a new fixture it is written here, to be read by whoever commits it.
      if (!existsSync(expected)) writeFileSync(expected, `${JSON.stringify(described, null, 2)}\n`);
      expect(described).toEqual(JSON.parse(readFileSync(expected, 'utf8')));
    });

    // atlas.sum is made of the very bytes; tern does not see its mark on such a line.
    it.skipIf(/^(?:atlas|tern)/.test(name))(`${name}: says the same with the line ends of Windows`, () => {
      const root = `${FIXTURES}/${name}/project`;
      const lines = (ends: string): readonly unknown[] => {
        const disk = diskTree(root);
        const tree = { ...disk, read: (path: string) => disk.read(path)?.replaceAll(/\r?\n/g, ends) };
        return discover(root, tree).histories.map((history) => describeHistory(history, tree));
      };
      expect(JSON.parse(JSON.stringify(lines('\r\n')).replaceAll('\\r\\n', '\\n'))).toEqual(JSON.parse(JSON.stringify(lines('\n'))));
    });

    it(`${name}: is recognised by its own marks and by nobody else's`, () => {
      const root = `${FIXTURES}/${name}/project`;
      const tree = diskTree(root);
      const own = frameworkOf(name);
      for (const { folder } of discover(root, tree).histories) {
        const scores = frameworks.map((framework) => ({ name: framework.name, score: framework.recognise(folder, tree) })).sort((a, b) => b.score - a.score);
        expect(scores[0]?.name).toBe(own);
        expect(scores[1]?.score ?? 0).toBeLessThan(scores[0]?.score ?? 0);
      }
    });
  }

  it('classes whose `up` is static are not TypeORM\'s, which makes an object of a migration', async () => {
    const files = (up: string): Record<string, string> => ({ 'src/data/migrations/1700000000000-users.ts': `export class Users1700000000000 {\n  ${up}(db) {\n    await db.query('SELECT 1');\n  }\n}\n` });
    expect((await lintFiles(files('async up'))).migrations.map(({ framework }) => framework)).toEqual(['typeorm']);
    expect((await lintFiles(files('static async up'))).migrations.map(({ framework }) => framework)).not.toContain('typeorm');
  });

  it('pairs whose numbers collide again and again are nobody of golang-migrate\'s, which opens no such folder', async () => {
    const files = ['001_a', '002_b', '002_c', '003_d', '003_e', '004_f', '004_g', '005_h'].flatMap((name) => ['up', 'down'].map((direction) => [`${name}.${direction}.sql`, 'SELECT 1;'] as const));
    const { findings, migrations } = await lintFiles(Object.fromEntries(files));
    expect(migrations.map(({ framework }) => framework)).toEqual(files.flatMap(([name]) => (name.includes('.up.') ? ['pairs'] : [])));
    expect(findings.filter(({ rule }) => rule === 'no-duplicate-version')).toEqual([]);
  });

  it.each([
    ['sql', '', 'warning'],
    ['golang-migrate', '.up', 'error'],
  ])('two migrations of one number: whether the tool of %s minds is as certain as the tool is known', async (_, suffix, severity) => {
    const { findings } = await lintFiles({ [`001_users${suffix}.sql`]: 'SELECT 1;', [`002_email${suffix}.sql`]: 'SELECT 1;', [`002_phone${suffix}.sql`]: 'SELECT 1;' });
    expect(findings.filter(({ category }) => category === 'history').map((finding) => `${finding.rule} ${finding.severity}`)).toEqual([`no-duplicate-version ${severity}`]);
  });

  it('two migrations of one time are two to node-pg-migrate, which tells them apart by their names', async () => {
    const text = "exports.up = (pgm) => { pgm.sql('SELECT 1'); };\nexports.down = () => {};\n";
    const { findings } = await lintFiles({ 'migrations/1689264599745_a.js': text, 'migrations/1689264599745_b.js': text, 'migrations/1689264599746_c.js': text });
    expect(findings.filter(({ category }) => category === 'history')).toEqual([]);
  });

  it('migrations that hand on a constant do not look as if their project kept ways back', async () => {
    const only = (sql: string): string => `const { QueryInterface } = require('sequelize');\nconst migration = { up: (queryInterface) => queryInterface.sequelize.query('${sql}') };\nmodule.exports = migration;\n`;
    const { findings } = await lintFiles({ 'migrations/20240101000000-a.js': only('CREATE TABLE a (id bigint PRIMARY KEY)'), 'migrations/20240102000000-b.js': only('CREATE TABLE b (id bigint PRIMARY KEY)') });
    expect(findings.filter(({ rule }) => rule === 'require-down')).toEqual([]);
  });

  it('each has a fixture', () => {
    expect(frameworks.map(({ name }) => name).filter((name) => !existsSync(`${FIXTURES}/${name}/expected.json`))).toEqual([]);
  });

  it('each says how to leave the transaction in one imperative sentence, or that it cannot be left', () => {
    const wrong: string[] = [];
    for (const name of cases) {
      const root = `${FIXTURES}/${name}/project`;
      for (const { migrations } of discover(root, diskTree(root)).histories) {
        for (const { optOut } of migrations.flatMap(({ up, down }) => [up.transaction, ...(down === undefined ? [] : [down.transaction])])) {
          if (optOut !== undefined && !/^[A-Z][^\n]+\.$/.test(optOut)) wrong.push(`${name}: ${optOut}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
