import { linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';
import type { Node, Of } from './nodes.ts';
import { inPlace, withoutUses } from './unwrap.ts';

type Try = Of<Node, 'TryStatement'>;

/**
 * The edits that take out a transaction that a variable holds, with what ends it and what hands it on; undefined: no variable holds it,
 * a string says why it cannot be. `around` are the nodes around the call that begins it.
 */
export function unbegun(file: string, around: readonly Node[]): readonly TextEdit[] | string | undefined {
  const declaration = around.findLast(({ type }) => type === 'VariableDeclaration');
  const block = around[around.findIndex((node) => node === declaration) - 1];
  if (declaration?.type !== 'VariableDeclaration' || block?.type !== 'BlockStatement') return undefined;
  const [held, ...others] = declaration.declarations;
  if (held?.id.type !== 'Identifier' || others.length > 0) return 'The transaction that the program begins cannot be taken out of it.';
  const behind = block.body.slice(block.body.indexOf(declaration) + 1);
  const uses: TextEdit[] = [];
  for (const statement of behind) {
    const own = withoutUses(file, statement, held.id.name);
    if (typeof own === 'string') return own;
    uses.push(...own);
  }
  const tries = behind.filter((statement): statement is Try => statement.type === 'TryStatement' && isEmptied(statement, uses));
  const start = linesOf(file, { start: declaration.range[0], end: declaration.range[1] });
  const blank = /^(?:[^\S\n]*\r?\n)+/.exec(file.slice(start.end))?.[0].length ?? 0;
  return [{ ...start, end: start.end + blank }, ...uses, ...tries.map((one) => inPlace(file, one, one.block, uses))];
}

/** Whether nothing is left to be caught: what is thrown is thrown on. */
function isEmptied({ handler, finalizer }: Try, gone: readonly TextEdit[]): boolean {
  if (handler === null || finalizer !== null) return false;
  const { param, body } = handler;
  const left = body.body.filter(({ range: [from, to] }) => !gone.some(({ start, end }) => start <= from && end >= to));
  return left.length === 1 && left.every((one) => one.type === 'ThrowStatement' && one.argument?.type === 'Identifier' && param?.type === 'Identifier' && one.argument.name === param.name);
}
