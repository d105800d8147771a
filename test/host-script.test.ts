import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import type { Emission } from '../src/hosts/program.ts';
import { scriptOf } from '../src/hosts/script.ts';
import { inFile } from '../src/ir/migration.ts';
import type { Script } from '../src/ir/migration.ts';
import type { Span } from '../src/source/text.ts';

beforeAll(() => postgres.load());

const spanOf = (text: string, part: string): Span => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });

function script(text: string, emissions: readonly Emission[], comments: readonly Span[] = []): Script {
  return scriptOf({ emissions, comments }, { path: 'm.js', text, direction: 'up', transaction: { wrap: 'none' } }, postgres.parse);
}

const shown = (text: string, { start, end }: Span): string => text.slice(start, end);

describe('a program as a script', () => {
  test('what a builder writes is placed at its call', () => {
    const text = "await q.removeColumn('users', 'email');\nawait q.dropTable('users');";
    const calls = text.split('\n').map((line) => spanOf(text, line.slice(0, -1)));
    const read = script(text, [
      { sql: 'ALTER TABLE "users" DROP COLUMN "email"', call: calls[0] as Span },
      { sql: 'DROP TABLE "users"', call: calls[1] as Span },
    ]);
    expect(read.statements.flatMap(({ operations }) => operations.map(({ kind, span }) => [kind, shown(text, inFile(read, span))]))).toEqual([
      ['dropColumn', "await q.removeColumn('users', 'email')"],
      ['dropTable', "await q.dropTable('users')"],
    ]);
  });

  test('SQL in the file is placed at its own characters, through escapes and constants', () => {
    const text = 'const T = "users";\nawait q.query(`ALTER TABLE ${T} ADD a text, /* why */ DROP \\u0062`);';
    const call = spanOf(text, text.split('\n')[1]?.slice(0, -1) ?? '');
    const first = spanOf(text, 'ALTER TABLE ');
    const rest = spanOf(text, ' ADD a text, /* why */ DROP ');
    const sql = 'ALTER TABLE users ADD a text, /* why */ DROP b';
    const read = script(text, [
      {
        sql,
        call,
        runs: [
          { at: 0, length: 12, span: first },
          { at: 12, length: 5, span: spanOf(text, '${T}') },
          { at: 17, length: 28, span: rest },
          { at: 45, length: 1, span: spanOf(text, '\\u0062') },
        ],
      },
    ]);
    expect(shown(text, inFile(read, read.statements[0]?.span as Span))).toBe('ALTER TABLE ${T} ADD a text, /* why */ DROP \\u0062');
    expect(read.statements[0]?.operations.map(({ span }) => shown(text, inFile(read, span)))).toEqual(['ADD a text', 'DROP \\u0062']);
    expect(read.host?.comments.map(({ span }) => shown(text, span))).toEqual(['/* why */']);
  });

  test('what nobody can foresee is a statement of its own and blanks nothing', () => {
    const text = "await q.query(f());\nawait q.query('DROP TABLE a');";
    const read = script(text, [
      { opaque: 'dynamic', detail: 'the SQL is what `f()` gives', call: spanOf(text, 'await q.query(f())') },
      { sql: 'DROP TABLE a', call: spanOf(text, "await q.query('DROP TABLE a')"), runs: [{ at: 0, length: 12, span: spanOf(text, 'DROP TABLE a') }] },
    ]);
    expect(read.statements.map(({ operations }) => operations.map(({ kind }) => kind))).toEqual([['opaque'], ['dropTable']]);
    expect(read.statements.map((statement) => shown(text, read.host?.call(statement) as Span))).toEqual(['await q.query(f())', "await q.query('DROP TABLE a')"]);
  });

  test('an escape in the middle does not move what stands behind it', () => {
    const text = "await q.query('DELETE FROM a WHERE b = \\'x\\'; DROP TABLE c');";
    const parts = ["DELETE FROM a WHERE b = ", "\\'", 'x', "\\'", '; DROP TABLE c'];
    let at = 0;
    let from = text.indexOf('DELETE');
    const runs = parts.map((part) => {
      const length = part.startsWith('\\') ? 1 : part.length;
      const run = { at, length, span: { start: from, end: from + part.length } };
      at += length;
      from += part.length;
      return run;
    });
    const read = script(text, [{ sql: "DELETE FROM a WHERE b = 'x'; DROP TABLE c", call: { start: 0, end: text.length - 1 }, runs }]);
    expect(read.statements.map(({ span }) => shown(text, inFile(read, span)))).toEqual(["DELETE FROM a WHERE b = \\'x\\'", 'DROP TABLE c']);
  });
});
