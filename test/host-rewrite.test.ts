import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { program } from '../src/frameworks/knex/program.ts';
import { writer } from '../src/frameworks/knex/writer.ts';
import { scriptOf } from '../src/hosts/script.ts';
import { memoryTree } from './support/lint.ts';

beforeAll(() => postgres.load());

/** The file after a part of what it sends has become something else. */
function rewritten(body: string, from: string, to: string): string {
  const text = `exports.up = async (knex) => {\n${body}\n};\n`;
  const path = 'm/1_a.js';
  const read = program({ path, text, dialect: 'postgres', version: 17, read: () => undefined }, 'up');
  if (read === undefined) throw new Error('no program');
  const script = scriptOf(read, { path, text, direction: 'up', transaction: { wrap: 'batch' } }, postgres.parse);
  const start = script.text.indexOf(from);
  const result = writer.rewrite?.(script, [{ start, end: start + from.length, text: to }], memoryTree({ [path]: text }), { dialect: 'postgres', version: 17, read: (sql) => postgres.parse(sql).statements });
  if (result === undefined || start < 0) throw new Error('nothing to rewrite');
  return 'refused' in result ? `refused: ${result.refused}` : (result[0]?.text ?? '').split('\n').slice(1, -2).join('\n');
}

describe('a program with what it sends changed', () => {
  test.each([
    ['in a literal, in its quotes', "  await knex.raw('DROP TABLE a');", 'DROP TABLE a', "DROP TABLE 'b'", "  await knex.raw('DROP TABLE \\'b\\'');"],
    ['in a template, beside a hole', '  const t = "a";\n  await knex.raw(`CREATE INDEX x ON ${t} (b)`);', 'CREATE INDEX', 'CREATE INDEX CONCURRENTLY', '  const t = "a";\n  await knex.raw(`CREATE INDEX CONCURRENTLY x ON ${t} (b)`);'],
    ['a constant by its name cannot be cut: the call is replaced', "  const t = 'users';\n  await knex.raw(`DROP TABLE ${t}`);", 'DROP TABLE users', 'SELECT 1', "  const t = 'users';\n  await knex.raw(`SELECT 1`);"],
    ['a builder by raw calls', "  await knex.schema.dropTable('a');", 'drop table "a"', 'SELECT 1;\nSELECT 2', "  await knex.raw('SELECT 1');\n  await knex.raw('SELECT 2');"],
    ['a question mark is no binding', "  await knex.schema.dropTable('a');", 'drop table "a"', "SELECT '?'", "  await knex.raw(\"SELECT '\\\\?'\");"],
    ['a call goes with its line', "  await knex.raw('SELECT 1');\n  await knex.schema.dropTable('a');", 'drop table "a"', '', "  await knex.raw('SELECT 1');"],
    ['a step of a callback goes with its line', "  await knex.schema.alterTable('a', (t) => {\n    t.text('b');\n    t.index('b');\n  });", 'create index "a_b_index" on "a" ("b")', '', "  await knex.schema.alterTable('a', (t) => {\n    t.text('b');\n  });"],
    ['a call in a loop is left', "  for (const t of ['a', 'b']) {\n    await knex.schema.dropTable(t);\n  }", 'drop table "a"', '', 'refused: The call sends more than one thing: it stands in a loop or in a function that is called again. Change it by hand.'],
    ['what is only known when it runs is not written down', "  await knex.schema.dropTable(process.env.T);", 'drop table', 'DROP TABLE', 'refused: What the call sends has parts that are only known when it runs.'],
  ])('%s', (_name, body, from, to, expected) => expect(rewritten(body, from, to)).toBe(expected));
});
