import { describe, expect, test } from 'vitest';
import { program as dbMigrate } from '../src/frameworks/db-migrate/program.ts';
import { program as knex } from '../src/frameworks/knex/program.ts';
import type { Program } from '../src/hosts/program.ts';

type Files = Readonly<Record<string, string>>;

const file = (text: string, files: Files = {}) => ({ path: 'm/1.js', text, dialect: 'postgres', version: 17, read: (name: string) => files[name], list: (folder: string) => Object.keys(files).filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1)) });

const told = (program: Program | undefined, text: string): readonly string[] =>
  program?.emissions.map((emission) => ('sql' in emission ? `${emission.within?.loop === true ? 'loop: ' : ''}${emission.sql.replace(/\s+/g, ' ')} @ ${text.slice(emission.call.start, emission.call.end).split('\n')[0] ?? ''}` : `? ${emission.detail}`)) ?? [];

const inDbMigrate = (body: string): readonly string[] => {
  const text = `const async = require('async');\nexports.up = (db, callback) => {\n${body}\n};\n`;
  return told(dbMigrate(file(text), 'up'), text);
};

const inKnex = (body: string, files?: Files): readonly string[] => {
  const text = `const fs = require('fs');\nconst path = require('path');\nexports.up = async (knex) => {\n${body}\n};\n`;
  return told(knex(file(text, files), 'up'), text).map((one) => one.replace(/ @ .*/, ''));
};

describe('the package async', () => {
  test.each([
    ['series of bound methods', "async.series([\n  db.runSql.bind(db, 'a'),\n  db.runSql.bind(db, 'b'),\n], callback);", ["a @ db.runSql.bind(db, 'a')", "b @ db.runSql.bind(db, 'b')"]],
    ['series of functions', "async.series([\n  (next) => db.runSql('a', next),\n  async () => { await db.runSql('b'); },\n], () => db.runSql('c', callback));", ["a @ db.runSql('a', next)", "b @ await db.runSql('b')", "c @ db.runSql('c', callback)"]],
    ['waterfall', "async.waterfall([\n  (next) => next(null, 'a'),\n  (sql, next) => db.runSql(sql, next),\n], callback);", ['a @ db.runSql(sql, next)']],
    ['eachSeries', "async.eachSeries(['a', 'b'], db.runSql.bind(db), callback);", ['a @ db.runSql.bind(db)', 'b @ db.runSql.bind(db)']],
    ['mapLimit', "async.mapLimit(['a', 'b'], 1, (sql, next) => db.runSql(sql, next), callback);", ['a @ db.runSql(sql, next)', 'b @ db.runSql(sql, next)']],
    ['rows of the database', "db.all('r', (err, rows) => async.eachSeries(rows, (row, next) => db.runSql(`u ${row.id}`, next), callback));", ["r @ db.all('r', (err, rows) => async.eachSeries(rows, (row, next) => db.runSql(`u ${row.id}`, next), callback))", 'loop: u ${row.id} @ db.runSql(`u ${row.id}`, next)']],
    ['a step for each row', "db.all('r', (err, rows) => {\n  const steps = rows.map((row) => db.runSql.bind(db, `u ${row.id}`));\n  async.series(steps, callback);\n});", ["r @ db.all('r', (err, rows) => {", 'loop: u ${row.id} @ db.runSql.bind(db, `u ${row.id}`)']],
    ['what is not followed', 'async.queue(db, 2);', ['? `async.queue` is not followed']],
  ])('%s', (_name, body, expected) => {
    expect(inDbMigrate(body)).toEqual(expected);
  });
});

test('a promise of bluebird runs its function at once', () => {
  expect(inDbMigrate("const Promise = require('bluebird');\nnew Promise((resolve) => db.runSql('a', resolve)).then(() => Promise.mapSeries(['b'], (sql) => db.runSql(sql))).then(() => callback());").map((one) => one.replace(/ @ .*/, ''))).toEqual(['a', 'b']);
});

test('a package is told of that it is handed functions that send, also by `new`', () => {
  expect(inDbMigrate("const { Task } = require('task');\nnew Task(() => db.runSql('a')).run();").map((one) => one.replace(/ @ .*/, ''))).toEqual(['? whether `task` calls the function that it is handed is not known', 'a']);
});

test('a function that calls itself for one row after the other is read once', () => {
  expect(inDbMigrate("const next = (db, rows) => { if (rows.length === 0) return Promise.resolve(); const row = rows.pop(); return db.runSql(`u ${row.id}`).then(() => next(db, rows)); };\nnext(db, db.all('r'));").map((one) => one.replace(/ @ .*/, ''))).toEqual(['r', 'u ${row.id}']);
});

describe('files beside the migration', () => {
  const files: Files = { 'm/1.js': '', 'm/1.down.sql': 'd', 'm/1.b.up.sql': 'b;\n\nc;\n', 'm/1.a.up.sql': "SELECT a ? 'b'" };
  test('those that its folder lists', () => {
    expect(inKnex("const prefix = path.basename(__filename).replace(/\\.js$/, '');\nfor (const name of fs.readdirSync(__dirname).filter((n) => n.startsWith(prefix) && n.endsWith('up.sql')).sort()) await knex.raw(fs.readFileSync(path.join(__dirname, name), 'utf8').replace(/\\?/g, '\\\\?'));", files)).toEqual(["SELECT a ? 'b'", 'b; c; ']);
  });

  test.each([
    ["for (const sql of fs.readFileSync(path.join(__dirname, '1.b.up.sql'), 'utf8').split(/;\\s+/)) if (sql.trim()) await knex.raw(sql);", ['b', 'c']],
    ["await knex.raw('a   b\\tc'.replace(/[ \\t]+/g, ' '));", ['a b c']],
    ["if (/^a.c$/i.test('ABC')) await knex.raw('yes');", ['yes']],
    ["await knex.raw('a1b22'.match(/\\d+/g).join('-'));", ['1-22']],
    ["await knex.raw(`'{a,b}'`.replace(/}'$/, \",c}'\"));", ["'{a,b,c}'"]],
    ["await knex.raw(path.parse(__filename).name);", ['1']],
    // Those that could take for ever are not run.
    ["await knex.raw('aaaa'.replace(/(a+)+$/, 'b'));", ['? the SQL is `aaaa.replace(/(a+)+/, b)`, which is only known when it runs']],
    ["await knex.raw('a  '.replace(/\\s+$/, ''));", ['a']],
    ["await knex.raw('2024-01-02'.replace(/(\\d{4})-(\\d{2})/, '$2.$1'));", ['01.2024-02']],
    ["await knex.raw('a'.repeat(100000).replace(/(?:(?:a{99}){99}){99}b/, '').slice(0, 1));", [expect.stringMatching(/^\? /)]],
  ])('%s', (body, expected) => {
    expect(inKnex(body, files)).toEqual(expected);
  });

  test('a text of a million characters takes no time', () => {
    const started = process.cpuUsage().user;
    inKnex("const text = fs.readFileSync(path.join(__dirname, 'big.sql'), 'utf8');\nfor (let i = 0; i < 50; i++) text.replace(/;\\s+/g, '').match(/\\s;/);", { 'm/big.sql': ' '.repeat(999_000) });
    expect(process.cpuUsage().user - started).toBeLessThan(3_000_000);
  });
});

test('what is no regular expression is not followed', () => {
  expect(inKnex("await knex.raw('a'.replace(/[z-a]/, 'b'));\nawait knex.raw('c');")).toEqual([expect.stringMatching(/^\? /), 'c']);
});

test('what only a parser that goes on after a mistake makes ends no run', () => {
  expect(inKnex("({ a: () => {} } = {});\nf(.0n);\nawait knex.raw('c');").at(-1)).toBe('c');
});
