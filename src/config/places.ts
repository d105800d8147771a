import { parse } from '@babel/parser';
import { keysOf } from './shape.ts';

/**
 * `:line:column` of a key (`rules.no-x[1].limit`) in the text of a configuration file, or of the nearest above it that is written there.
 * Nothing where the text does not show it, as when a program computes it.
 */
export async function placeIn(text: string, path: string, key: string): Promise<string> {
  const keys = [...(path.endsWith('package.json') ? ['lockkeeper'] : []), ...keysOf(key)];
  const offset = /\.ya?ml$/.test(path) ? await offsetInYaml(text, keys) : offsetInCode(text, path.endsWith('.json'), keys);
  if (offset === undefined || key === '') return '';
  const lines = text.slice(0, offset).split('\n');
  return `:${String(lines.length)}:${String((lines.at(-1)?.length ?? 0) + 1)}`;
}

type Keys = readonly (string | number)[];

async function offsetInYaml(text: string, keys: Keys): Promise<number | undefined> {
  const { isMap, isNode, isScalar, isSeq, parseDocument } = await import('yaml');
  let node: unknown = parseDocument(text, { uniqueKeys: false }).contents;
  let offset: number | undefined;
  for (const key of keys) {
    const pair = isMap(node) ? node.items.findLast((one) => isScalar(one.key) && String(one.key.value) === key) : undefined;
    const found = isSeq(node) ? node.items[Number(key)] : pair?.key;
    if (!isNode(found)) break;
    offset = found.range?.[0];
    node = pair?.value ?? found;
  }
  return offset;
}

/** JSON, too, which is an expression of JavaScript. */
function offsetInCode(text: string, isJson: boolean, keys: Keys): number | undefined {
  const before = isJson ? '(' : '';
  const body = statements(isJson ? `(${text}\n)` : text);
  let node = meant(isJson ? body[0] : exported(body), body);
  let offset: number | undefined;
  for (const key of keys) {
    const property = node?.properties?.findLast((one) => one.computed !== true && (one.key?.name ?? String(one.key?.value)) === key);
    const item = node?.elements?.slice(0, Number(key) + 1).every((one) => one?.type !== 'SpreadElement') === true ? node.elements[Number(key)] : undefined;
    const found = property?.key ?? item;
    if (found?.start === undefined) break;
    offset = found.start - before.length;
    node = meant(property?.value ?? item, body);
  }
  return offset;
}

interface Node {
  readonly type: string;
  readonly start?: number;
  readonly name?: string;
  readonly value?: Node;
  readonly key?: Node;
  readonly computed?: boolean;
  readonly left?: Node;
  readonly right?: Node;
  readonly property?: Node;
  readonly expression?: Node;
  readonly declaration?: Node;
  readonly declarations?: readonly { readonly id: Node; readonly init?: Node }[];
  readonly arguments?: readonly Node[];
  readonly properties?: readonly Node[];
  readonly elements?: readonly (Node | null)[];
}

function statements(text: string): readonly Node[] {
  try {
    return parse(text, { sourceType: 'unambiguous', errorRecovery: true, plugins: ['typescript'] }).program.body as unknown as readonly Node[];
  } catch {
    return [];
  }
}

/** `export default`, `module.exports =`, `exports.default =`. */
const exported = (body: readonly Node[]): Node | undefined =>
  body.find(({ type }) => type === 'ExportDefaultDeclaration')?.declaration ??
  body.map(({ expression }) => expression).find((one) => one?.type === 'AssignmentExpression' && ['exports', 'default'].includes(one.left?.property?.name ?? ''))?.right;

/** What a value is behind its types, `defineConfig(…)` and the name of a constant. */
function meant(node: Node | null | undefined, body: readonly Node[], depth = 0): Node | undefined {
  if (node === undefined || node === null || depth > 9) return undefined;
  if (node.type === 'CallExpression') return meant(node.arguments?.[0], body, depth + 1);
  if (node.expression !== undefined) return meant(node.expression, body, depth + 1);
  if (node.type !== 'Identifier') return node;
  const declarations = body.flatMap((one) => one.declarations ?? one.declaration?.declarations ?? []);
  return meant(declarations.find(({ id }) => id.name === node.name)?.init, body, depth + 1);
}
