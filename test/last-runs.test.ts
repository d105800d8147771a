import { describe, expect, it } from 'vitest';
import { program } from '../src/frameworks/sequelize/program.ts';

const FILE = `const { table } = require('./names');
module.exports = {
  up: (queryInterface) => queryInterface.dropTable(table),
  down: (queryInterface) => queryInterface.dropTable('other'),
};
`;

const sent = (names: string | undefined, direction: 'up' | 'down' = 'up', version = 17): readonly string[] =>
  (program({ path: 'migrations/1-a.js', text: FILE, dialect: 'postgres', version, read: (path) => (path === 'migrations/names.js' ? names : undefined) }, direction)?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql : emission.detail));

describe('a program that ran a moment ago', () => {
  it('runs again when a file that it imports has changed, has come or gone', () => {
    expect(sent("exports.table = 'a';")).toEqual(['DROP TABLE IF EXISTS "a";']);
    expect(sent("exports.table = 'a';")).toEqual(['DROP TABLE IF EXISTS "a";']);
    expect(sent("exports.table = 'b';")).toEqual(['DROP TABLE IF EXISTS "b";']);
    expect(sent(undefined)).not.toEqual(['DROP TABLE IF EXISTS "b";']);
    expect(sent("exports.table = 'a';")).toEqual(['DROP TABLE IF EXISTS "a";']);
  });

  it('has each direction of its own', () => {
    expect(sent("exports.table = 'a';", 'down')).toEqual(['DROP TABLE IF EXISTS "other";']);
    expect(sent("exports.table = 'a';")).toEqual(['DROP TABLE IF EXISTS "a";']);
  });

  it('hands on which files it has read', () => {
    const asked = new Set<string>();
    for (let turn = 0; turn < 2; turn++) {
      asked.clear();
      program({ path: 'migrations/1-a.js', text: FILE, dialect: 'postgres', version: 17, read: (path) => { asked.add(path); return path === 'migrations/names.js' ? "exports.table = 'a';" : undefined; } }, 'up');
      expect(asked).toContain('migrations/names.js');
    }
  });
});
