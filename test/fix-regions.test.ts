import { beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { applyEdits } from '../src/fix/edits.ts';
import { commentsOfClause, commentsOfInner, cutClauses, regionOf } from '../src/fix/regions.ts';
import { removalOf } from '../src/fix/removal.ts';
import type { Script } from '../src/ir/migration.ts';

beforeAll(() => postgres.load());

const scriptOf = (text: string): Script => ({ path: 'a.sql', direction: 'up', text, ...postgres.parse(text), transaction: { wrap: 'none' } });

/** The text without some clauses of its first statement, counted as operations. */
function without(text: string, ...indexes: readonly number[]): string {
  const script = scriptOf(text);
  const statement = script.statements[0];
  if (statement === undefined) throw new Error('no statement');
  const region = regionOf(statement, indexes.flatMap((index) => statement.operations[index] ?? []));
  if (typeof region === 'string') return region;
  if (region.clauses === undefined) return 'the whole statement';
  const edits = cutClauses(text, region);
  return typeof edits === 'string' ? edits : applyEdits(text, edits);
}

describe('cutting clauses out', () => {
  const lines = 'ALTER TABLE t\n  ADD COLUMN a int, -- first\n  -- about b\n  ADD COLUMN b int,\n  ADD COLUMN c numeric(10, 2) DEFAULT 1, /* third */\n  ADD COLUMN d int;\n';
  it('takes a clause with its comma and the comments above it', () => {
    expect(without(lines, 1)).toBe('ALTER TABLE t\n  ADD COLUMN a int, -- first\n  ADD COLUMN c numeric(10, 2) DEFAULT 1, /* third */\n  ADD COLUMN d int;\n');
  });
  it('takes the first one', () => {
    expect(without(lines, 0)).toBe('ALTER TABLE t\n  -- first\n  -- about b\n  ADD COLUMN b int,\n  ADD COLUMN c numeric(10, 2) DEFAULT 1, /* third */\n  ADD COLUMN d int;\n');
  });
  it('takes the last one with the comma before it', () => {
    expect(without(lines, 3)).toBe('ALTER TABLE t\n  ADD COLUMN a int, -- first\n  -- about b\n  ADD COLUMN b int,\n  ADD COLUMN c numeric(10, 2) DEFAULT 1 /* third */;\n');
  });
  it('takes neighbours and several apart', () => {
    expect(without(lines, 1, 2)).toBe('ALTER TABLE t\n  ADD COLUMN a int, -- first\n  ADD COLUMN d int;\n');
    expect(without(lines, 0, 2)).toBe('ALTER TABLE t\n  -- first\n  -- about b\n  ADD COLUMN b int,\n  ADD COLUMN d int;\n');
    expect(without(lines, 2, 3)).toBe('ALTER TABLE t\n  ADD COLUMN a int, -- first\n  -- about b\n  ADD COLUMN b int;\n');
  });
  it('works on one line', () => {
    const line = 'ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int, ADD COLUMN c int;';
    expect([without(line, 0), without(line, 1), without(line, 2)]).toEqual([
      'ALTER TABLE t ADD COLUMN b int, ADD COLUMN c int;',
      'ALTER TABLE t ADD COLUMN a int, ADD COLUMN c int;',
      'ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int;',
    ]);
  });
  it('works with commas in front and carriage returns', () => {
    expect(without('ALTER TABLE t\r\n    ADD COLUMN a int\r\n  , ADD COLUMN b int\r\n  , ADD COLUMN c int;\r\n', 1)).toBe('ALTER TABLE t\r\n    ADD COLUMN a int\r\n  , ADD COLUMN c int;\r\n');
  });
  it('works on lists of names', () => {
    expect(without('DROP INDEX a, "B,b", c;', 1)).toBe('DROP INDEX a, c;');
  });
  it('knows when all is meant', () => {
    expect(without('ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int;', 0, 1)).toBe('the whole statement');
  });
  it('takes a constraint out of the definition of a column', () => {
    expect(without('ALTER TABLE t ADD COLUMN a int UNIQUE, ADD COLUMN b int;', 1)).toBe('ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int;');
  });
  it('takes the comments above such a constraint along, and leaves one behind what stays at the end of its line', () => {
    const text = 'ALTER TABLE t ADD COLUMN a text -- short\n  -- why\n  -- and why not\n  CHECK (a > 0), ADD COLUMN b int -- kept\n  CHECK (b > 0);';
    const [statement] = scriptOf(text).statements;
    const checks = statement?.operations.filter(({ kind }) => kind === 'addConstraint') ?? [];
    const region = statement === undefined ? '' : regionOf(statement, checks);
    if (typeof region === 'string') throw new Error(region);
    const edits = cutClauses(text, { ...region, clauses: [] });
    expect(typeof edits === 'string' ? edits : applyEdits(text, edits)).toBe('ALTER TABLE t ADD COLUMN a text -- short\n, ADD COLUMN b int -- kept\n;');
    expect(region.inner.map((span) => commentsOfInner(text, span))).toEqual(['-- why\n-- and why not', '']);
  });
  it('refuses any other part of a clause', () => {
    expect(without('ALTER TABLE t ADD COLUMN a int UNIQUE, ADD COLUMN b int;', 0)).toMatch(/cannot be taken apart/);
  });
  it('gives the comments of a clause', () => {
    const statement = scriptOf(lines).statements[0];
    const region = statement === undefined ? '' : regionOf(statement, statement.operations.slice(1, 2));
    expect(typeof region === 'string' ? region : commentsOfClause(lines, region, 1)).toBe('-- about b');
  });
});

/** The text without its statement of that number, and the comments that went along. */
function removed(text: string, index: number): readonly [string, string] {
  const script = scriptOf(text);
  const statement = script.statements[index];
  if (statement === undefined) throw new Error('no such statement');
  const { start, end, comments } = removalOf(script, statement, { start: 0, end: text.length });
  return [text.slice(0, start) + text.slice(end), comments];
}

describe('taking statements out', () => {
  it('takes the comment above and the one behind', () => {
    expect(removed('SELECT 1;\n\n-- why\n-- so\nSELECT 2; -- two\n\nSELECT 3;\n', 1)).toEqual(['SELECT 1;\n\nSELECT 3;\n', '-- why\n-- so\n-- two']);
  });
  it('leaves a comment that heads several statements', () => {
    expect(removed('-- numbers\nSELECT 1;\nSELECT 2;\n', 0)).toEqual(['-- numbers\nSELECT 2;\n', '']);
  });
  it('leaves what speaks to a tool', () => {
    expect(removed('-- +goose Up\nSELECT 1;\n\nSELECT 2;\n', 0)).toEqual(['-- +goose Up\nSELECT 2;\n', '']);
    expect(removed('-- lockkeeper-disable no-drop-table\nSELECT 1;\n\nSELECT 2;\n', 0)[0]).toMatch(/^-- lockkeeper-disable/);
  });
  it('takes a block with its marks', () => {
    expect(removed('-- +goose Up\nSELECT 0;\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\nSELECT 2;\n', 1)[0]).toBe('-- +goose Up\nSELECT 0;\nSELECT 2;\n');
  });
  it('takes only itself out of a line', () => {
    expect(removed('SELECT 1; SELECT 2; SELECT 3;\n', 1)[0]).toBe('SELECT 1;  SELECT 3;\n');
  });
  it('takes the last one without a semicolon', () => {
    expect(removed('SELECT 1;\n\nSELECT 2', 1)[0]).toBe('SELECT 1;\n');
  });
  it('leaves a comment that stands apart', () => {
    expect(removed('-- the file\n\nSELECT 1;\n\nSELECT 2;\n', 0)[0]).toBe('-- the file\n\nSELECT 2;\n');
  });
});
