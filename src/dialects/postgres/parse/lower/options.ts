import type { DefElem, Node } from 'libpg-query';
import { all, as, strings } from '../ast.ts';
import { literalOf } from '../terms.ts';

/** Storage parameters and the like: `fillfactor`, `toast.autovacuum_enabled`; without a value: `true`. */
export function optionMap(nodes: readonly Node[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(all(nodes, 'DefElem').map((each) => [optionName(each), optionText(each.arg) ?? 'true']));
}

const optionName = ({ defnamespace, defname }: DefElem): string => (defnamespace === undefined ? (defname ?? '') : `${defnamespace}.${defname ?? ''}`);

export function optionText(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const integer = as(node, 'Integer');
  if (integer !== undefined) return String(integer.ival ?? 0);
  const literal = literalOf(node);
  if (literal !== undefined) return String(literal);
  const list = as(node, 'List')?.items ?? as(node, 'TypeName')?.names;
  if (list !== undefined) return strings(list).join('.');
  const truth = as(node, 'Boolean');
  if (truth !== undefined) return String(truth.boolval ?? false);
  return as(node, 'String')?.sval ?? as(node, 'Float')?.fval;
}

export function option(nodes: readonly Node[] | undefined, name: string): DefElem | undefined {
  return all(nodes, 'DefElem').find((each) => each.defname === name);
}

/** A Boolean option as the server reads it: given without a value it is on. */
export function isOn(nodes: readonly Node[] | undefined, name: string): boolean {
  const found = option(nodes, name);
  if (found === undefined) return false;
  const text = optionText(found.arg)?.toLowerCase() ?? 'true';
  return text !== 'false' && text !== 'off' && text !== '0';
}
