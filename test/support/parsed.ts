import { expect } from 'vitest';
import { parse } from '../../src/dialects/postgres/parse/parse.ts';
import type { Operation } from '../../src/ir/operation.ts';

/** An operation as a test expects it: any of its fields, and the text of its clause. */
export type Expected = { readonly kind: Operation['kind']; readonly clause?: string } & Readonly<Record<string, unknown>>;

/** The operations of a script with the text that each one's span covers. */
export function operationsOf(sql: string): (Operation & { readonly clause: string })[] {
  return parse(sql).statements.flatMap(({ operations }) => operations.map((each) => ({ ...each, clause: sql.slice(each.span.start, each.span.end) })));
}

export function expectOperations(sql: string, expected: readonly Expected[]): void {
  const found = operationsOf(sql);
  expect(found.map((each) => each.kind)).toEqual(expected.map((each) => each.kind));
  expect(found).toMatchObject(expected);
}

export const type = (name: string, modifiers: readonly (number | string)[] = [], dimensions = 0) => ({ name, modifiers, dimensions });
