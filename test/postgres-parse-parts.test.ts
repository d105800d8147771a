import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { ParsedText } from '../src/dialects/dialect.ts';
import { postgres } from '../src/dialects/postgres/index.ts';

const ROOT = join(import.meta.dirname, '..', 'fixtures');

beforeAll(() => postgres.load());

/** The parts put together; undefined when one of them is not sure. */
function inParts(text: string, every: number): ParsedText | undefined {
  const { parts, parse } = postgres;
  const cuts = parts?.cut(text, every) ?? [];
  const read = [0, ...cuts].map((offset, i) => parse(text.slice(offset, cuts[i]), { offset }));
  if (!read.every((part) => parts?.isSure(part))) return undefined;
  return { statements: read.flatMap(({ statements }) => statements), comments: read.flatMap(({ comments }) => comments) };
}

test('what is read in parts is what is read in one piece, wherever every part is sure', () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql')).sort();
  let cut = 0;
  for (let i = 0; i < files.length; i += 5) {
    const text = files.slice(i, i + 5).map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
    const read = inParts(text, 300);
    if (read === undefined) continue;
    cut += postgres.parts?.cut(text, 300).length ?? 0;
    expect(read, `from ${files[i] ?? ''}`).toEqual(postgres.parse(text));
  }
  expect(cut).toBeGreaterThan(300);
});

test.each([
  ['a string', "SELECT 'a;\nCREATE TABLE a (b int)';"],
  ['a body', 'DO $$ BEGIN\nPERFORM 1;\nCREATE TABLE a (b int); END $$;'],
  ['a body without quotes', 'CREATE FUNCTION a() RETURNS int BEGIN ATOMIC\nSELECT 1;\nINSERT INTO a VALUES (1); END;'],
  ['a comment', '/* SELECT 1;\nCREATE TABLE a (b int); */ SELECT 2;'],
  ['a name', 'SELECT 1 AS "a;\nDROP TABLE a";'],
  ['a rule', 'CREATE RULE a AS ON INSERT TO b DO (INSERT INTO c VALUES (1);\nINSERT INTO c VALUES (2));'],
])('a cut inside %s is noticed', (_, text) => {
  const around = `CREATE TABLE a (b int);\n${text}\nDROP TABLE a;\n`;
  expect(postgres.parts?.cut(around, 25)).not.toEqual([]);
  expect(inParts(around, 25)).toBeUndefined();
});

test('where only the whole text can tell, nothing is cut', () => {
  expect(postgres.parts?.cut('COPY a FROM stdin;\n1;\nDROP TABLE a;\n\\.\nDROP TABLE b;\nDROP TABLE c;\n', 5)).toEqual([]);
  expect(postgres.parts?.cut('SELECT 1 -- no end;\nDROP TABLE a;\n', 5)).toEqual([]);
});
