import { parse } from '@babel/parser';

/**
 * JavaScript of a TypeScript text: types become blanks, so that every line and column stays where it was. Imports that only types need go with
 * them. Throws a SyntaxError for what is no TypeScript, and for what would need code of its own (`enum`, `namespace`, parameter properties).
 */
export function stripTypes(text: string): string {
  const blanks: Range[] = [];
  const used = new Set<string>();
  const imports: Node[] = [];
  visit(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program as unknown as Node);
  for (const declaration of imports) {
    const specifiers = declaration['specifiers'] as readonly Node[];
    const idle = specifiers.filter(({ local }) => !used.has(String((local as Node)['name'])));
    if (idle.length > 0 && idle.length === specifiers.length) blanks.push(declaration);
    else blanks.push(...idle.map((specifier) => withComma(text, specifier)));
  }
  return blanks.reduce((result, { start, end }) => result.slice(0, start) + result.slice(start, end).replace(/[^\r\n]/g, ' ') + result.slice(end), text);

  function visit(node: Node): void {
    const { type, start, end } = node;
    const generates = GENERATES[type];
    if (generates !== undefined) throw new SyntaxError(`${generates} cannot be left out: write it in plain JavaScript`);
    const only = node['importKind'] === 'type' || node['exportKind'] === 'type' || node['declare'] === true;
    if (only || TYPES.has(type)) {
      blanks.push({ start, end });
      return;
    }
    if (type === 'TSAsExpression' || type === 'TSSatisfiesExpression' || type === 'TSNonNullExpression') {
      const inner = node['expression'] as Node;
      blanks.push({ start: inner.end, end });
      visit(inner);
      return;
    }
    if (type === 'ImportDeclaration') {
      imports.push(node);
      return;
    }
    if (type === 'Identifier') {
      const name = String(node['name']);
      used.add(name);
      // The question mark of an optional parameter.
      if (node['optional'] === true) blanks.push({ start: start + name.length, end });
    }
    for (const child of childrenOf(node)) visit(child);
  }
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface Node extends Range {
  readonly type: string;
  readonly [property: string]: unknown;
}

const TYPES: ReadonlySet<string> = new Set(['TSTypeAnnotation', 'TSTypeParameterDeclaration', 'TSTypeParameterInstantiation', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSDeclareFunction']);
/** What is code in TypeScript only. */
const GENERATES: Readonly<Record<string, string>> = { TSEnumDeclaration: 'enum', TSModuleDeclaration: 'namespace', TSParameterProperty: 'a parameter property', TSExportAssignment: 'export =', TSImportEqualsDeclaration: 'import =' };

function* childrenOf(node: Node): Generator<Node> {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'loc' || key.endsWith('Comments') || key === 'extra') continue;
    for (const child of Array.isArray(value) ? (value as readonly unknown[]) : [value]) if (isNode(child)) yield child;
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;

/** A list of imports has no room for an empty place. */
function withComma(text: string, { start, end }: Range): Range {
  const comma = /^\s*,/.exec(text.slice(end, end + 1000))?.[0].length ?? 0;
  return { start, end: end + comma };
}
