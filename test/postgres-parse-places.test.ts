import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { load, parse } from '../src/dialects/postgres/parse/parse.ts';
import type { Expression } from '../src/ir/expressions.ts';
import type { Operation } from '../src/ir/operation.ts';
import type { Span } from '../src/source/text.ts';

beforeAll(load);

const root = resolve(import.meta.dirname, '../fixtures');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sql'));

interface Found {
  readonly operation: Operation;
  readonly expression: Expression;
}

test('in every fixture, places are inside of their statements and expressions are exactly what their text says', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const { span, operations } of parse(text).statements) {
      for (const operation of operations) {
        if (operation.kind === 'opaque' && operation.reason === 'unsupported') wrong.push(`${file}: ${operation.detail}`);
        const expressions: Found[] = [];
        for (const each of spansIn(operation, operation, expressions)) if (each.start < span.start || each.end > span.end || each.end < each.start) wrong.push(`${file}: ${operation.kind} is outside of its statement`);
        for (const { expression } of expressions) {
          if (text.slice(expression.span.start, expression.span.end) !== expression.text) wrong.push(`${file}: ${expression.text} is not what stands there`);
          const alone = readAlone(expression.text);
          if (alone !== undefined && comparable(alone) !== comparable(expression)) wrong.push(`${file}: ${expression.text} means something else on its own`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

/** All spans of an operation; its expressions are collected on the way. Bodies in strings have texts of their own. */
function spansIn(value: unknown, operation: Operation, expressions: Found[]): Span[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => spansIn(each, operation, expressions));
  if ('termsComplete' in value && operation.within === undefined) expressions.push({ operation, expression: value as Expression });
  if ('start' in value && 'end' in value && typeof value.start === 'number') return [value as Span];
  return Object.entries(value).flatMap(([key, each]) => (key === 'body' ? [] : spansIn(each, operation, expressions)));
}

function readAlone(text: string): Expression | undefined {
  const [operation] = parse(`CREATE INDEX ON t ((${text}))`).statements[0]?.operations ?? [];
  return operation?.kind === 'createIndex' ? operation.keys[0]?.expression : undefined;
}

const comparable = (expression: Expression): string => JSON.stringify(expression, (key, value: unknown) => (key === 'span' ? undefined : value));

test('every statement of the grammar has operations of its own', () => {
  const text = readFileSync(join(root, 'dialects/postgres/parse/grammar.sql'), 'utf8');
  const { statements } = parse(text);
  expect(statements.length).toBe(text.split(';\n').length - 1);
  expect(statements.flatMap(({ operations }) => operations).filter((each) => each.kind === 'opaque')).toEqual([]);
});
