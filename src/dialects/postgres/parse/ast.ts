import type { Node } from 'libpg-query';

/** Names of the parser's node types. */
export type NodeKind = Node extends infer Each ? (Each extends unknown ? keyof Each : never) : never;
export type NodeOf<Kind extends NodeKind> = Extract<Node, Record<Kind, unknown>> extends Record<Kind, infer Value> ? Value : never;

/** The fields of the node when it is of that kind. */
export function as<Kind extends NodeKind>(node: Node | undefined, kind: Kind): NodeOf<Kind> | undefined {
  return node === undefined ? undefined : (node as unknown as Record<Kind, NodeOf<Kind> | undefined>)[kind];
}

export function kindOf(node: Node): NodeKind {
  for (const key in node) return key as NodeKind;
  throw new Error('empty syntax node');
}

/** The nodes of that kind, others left out. */
export function all<Kind extends NodeKind>(nodes: readonly Node[] | undefined, kind: Kind): NodeOf<Kind>[] {
  const found: NodeOf<Kind>[] = [];
  for (const node of nodes ?? []) {
    const value = as(node, kind);
    if (value !== undefined) found.push(value);
  }
  return found;
}

/** A collation by the name under which it is written again: those of the server need no schema, and names of collations have dots of their own. */
export function collationIn(nodes: readonly Node[] | undefined): string | undefined {
  const names = strings(nodes);
  return names.length === 0 ? undefined : names.slice(names[0] === 'pg_catalog' ? 1 : 0).join('.');
}

/** The texts of a list of String nodes. */
export function strings(nodes: readonly Node[] | undefined): string[] {
  return all(nodes, 'String').map((each) => each.sval ?? '');
}
