import { expect, test } from 'vitest';
import { program } from '../src/frameworks/knex/program.ts';

const read = (body: string): readonly string[] =>
  (program({ path: 'migrations/20240101000000_a.js', text: `exports.up = async (knex) => { const rows = await knex('s').select('x'); ${body} };`, dialect: 'postgres', version: 17, read: () => undefined }, 'up')?.emissions ?? [])
    .slice(1)
    .map((emission) => ('opaque' in emission ? `? ${emission.detail}` : `${emission.within === undefined ? '' : emission.within.loop ? 'loop: ' : 'if: '}${emission.sql}`));

/** What a branch of which only the run tells whether it is gone leaves behind. */
const ways: readonly (readonly [string, string, readonly string[]])[] = [
  ['a builder that each branch tells something else', "await knex.schema.createTable('a', (t) => { if (rows.length > 3) t.string('e'); else t.text('e'); t.integer('p'); });", ['create table "a" ("e" varchar(255), "p" integer)', '? which branch runs depends on `rows.length > 3`']],
  ['a column that may come or not', "await knex.schema.alterTable('a', (t) => { if (rows.length > 3) t.dropColumn('e'); });", ['alter table "a" drop column "e"', '? which branch runs depends on `rows.length > 3`']],
  ['a column that is asked for first', "const has = await knex.schema.hasColumn('a', 'e'); await knex.schema.alterTable('a', (t) => { if (!has) t.string('e'); });", ['alter table "a" add column "e" varchar(255)']],
  ['a modifier that may come or not', "await knex.schema.createTable('a', (t) => { const e = t.string('e'); if (rows.length > 3) e.notNullable(); });", ['create table "a" ("e" varchar(255) not null)', '? which branch runs depends on `rows.length > 3`']],
  ['a condition of a query that may come or not', "const q = knex('u'); if (rows.length > 3) q.where('a', 1); await q.del();", ['? which branch runs depends on `rows.length > 3`', 'delete from "u" where "a" = 1']],
  ['a query that another one may take the place of', "let q = knex('u').del(); if (rows.length > 3) q = knex('v').del(); await q;", ['? what is sent is only known when it runs: it depends on `rows.length > 3`']],
  ['names in a list', "const names = ['a']; if (rows.length > 3) names.push('b'); else names.push('c'); for (const name of names) await knex.raw(`drop table ${name}`);", ['drop table a', 'if: drop table b']],
  ['entries of an object', "const o = { t: 'a', u: 'x' }; if (rows.length > 3) o.t = 'b'; await knex.raw(`drop table ${o.t}`); await knex.raw(`drop table ${o.u}`);", ['drop table ${o.t}', 'drop table x']],
  ['entries that are the same on all ways', "const o = {}; if (rows.length > 3) o.t = 'b'; else o.t = 'b'; await knex.raw(`drop table ${o.t}`);", ['drop table b']],
  ['an entry that is taken away', "const o = { t: 'a' }; if (rows.length > 3) delete o.t; await knex.raw(`drop table ${o.t}`);", ['drop table ${o.t}']],
  ['what is waited for later, once for each row', "const all = []; for (const row of rows) all.push(knex('t').where('id', row.x).update({ a: 1 })); await Promise.all(all);", ["loop: update \"t\" set \"a\" = 1 where \"id\" = '${row.x}'"]],
  ['what is waited for later, in forEach', "const all = []; rows.forEach((row) => { all.push(knex.raw('select 1')); }); await Promise.all(all);", ['loop: select 1']],
  ['what is waited for later, perhaps', "const all = [knex.raw('drop table a')]; if (rows.length > 3) all.push(knex.raw('drop table b')); await Promise.all(all);", ['drop table a', 'if: drop table b']],
  ['a list that is made within is its own', "if (rows.length > 3) { const own = []; own.push('a'); await knex.raw(`drop table ${own.join()}`); }", ['if: drop table a']],
];
test.each(ways)('%s', (_name, body, expected) => expect(read(body)).toEqual(expected));
