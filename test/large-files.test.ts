import { expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { lintFiles } from './support/lint.ts';

/** More than one call takes as arguments. */
const MANY = 130_000;

test('a file with more findings than a call has arguments', async () => {
  const { summary, findings } = await lintFiles({ 'migrations/0001_a.sql': '\\i x\n'.repeat(MANY) });
  expect(summary.statements).toBe(MANY);
  expect(findings.length).toBeGreaterThanOrEqual(MANY);
}, 120_000);

test('a block with more statements than a call has arguments', async () => {
  await postgres.load();
  const { statements } = postgres.parse(`DO $$ BEGIN\n${'NULL; COMMIT;\n'.repeat(MANY)}END $$;`);
  expect(statements[0]?.operations.length).toBeGreaterThanOrEqual(MANY);
}, 120_000);

test('more comments than a call has arguments around what is no template after all', async () => {
  await postgres.load();
  const { statements, comments } = postgres.parse(`${'--\n'.repeat(MANY)}SELECT {{ 1;\n/* last */ SELECT 2;`);
  expect(comments).toHaveLength(MANY + 1);
  expect(statements.map(({ operations }) => operations[0]?.kind)).toEqual(['opaque', 'select']);
}, 120_000);

test('a program that leaves early in thousands of places', async () => {
  const step = (i: number): string => `  if (await knex.schema.hasTable('t${String(i)}')) return;\n  await knex.schema.createTable('t${String(i)}', (t) => { t.bigIncrements('id'); });\n`;
  const { summary } = await lintFiles({ 'package.json': '{ "dependencies": { "knex": "3" } }', 'migrations/20240101000000_a.js': `exports.up = async (knex) => {\n${Array.from({ length: 4000 }, (_, i) => step(i)).join('')}};\n` });
  expect(summary).toMatchObject({ statements: 4000, opaque: 0 });
}, 120_000);

test('a view over thousands of tables', async () => {
  const names = (letter: string): string => Array.from({ length: 3000 }, (_, i) => `${letter}${String(i)}`).join(', ');
  const { summary } = await lintFiles({ 'migrations/0001_a.sql': `CREATE VIEW v AS SELECT ${names('x')} FROM ${names('a')};\nDROP TABLE a1;\n` });
  expect(summary.statements).toBe(2);
}, 20_000);

test('functions that call each other in a line of thousands', async () => {
  const chain = Array.from({ length: 3000 }, (_, i) => `CREATE FUNCTION f${String(i)}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${i === 0 ? 'DELETE FROM a;' : `PERFORM f${String(i - 1)}();`} END $$;\n`);
  const { summary } = await lintFiles({ 'migrations/0001_a.sql': `${chain.join('')}SELECT f2999();\n` });
  expect(summary).toMatchObject({ statements: 3001, opaque: 0 });
}, 60_000);

test('strings without number on one long line', async () => {
  await postgres.load();
  const { statements } = postgres.parse(`SELECT ${"'a'' ".repeat(MANY)}';\nDROP TABLE a;\n`);
  expect(statements[0]?.operations[0]?.kind).toBe('opaque');
}, 30_000);
