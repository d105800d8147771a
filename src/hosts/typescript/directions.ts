import type { Direction } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { ClassMember, Expression, FunctionNode, Node, Statement } from './nodes.ts';
import { parse } from './parse.ts';



/** A function of a migration's file that is one of its directions. */
export interface DirectionPlace {
  readonly name: Direction;
  readonly function: FunctionNode;
  /** The statement, property or member of a class that it is. */
  readonly owner: Span;
  readonly ownedBy: 'file' | 'object' | 'class';
  /** Its name there. */
  readonly key: Span;
  /** Where `async` would stand. */
  readonly head: number;
  /** What lies between its braces; the expression of an arrow function without. */
  readonly body: Span;
  readonly isBlock: boolean;
  /** Names of its parameters; empty for one that is taken apart. */
  readonly names: readonly string[];
  /** What stands between the parentheses of its parameters; of a lone parameter without them, the parameter. */
  readonly parameters: Span;
  readonly bareParameter: boolean;
}

export interface Directions {
  readonly up: DirectionPlace | undefined;
  readonly down: DirectionPlace | undefined;
  /** The class that has them. */
  readonly className: Span | undefined;
  readonly statements: readonly Statement[];
  /** What stands beside them in their object or class. */
  readonly beside: readonly Node[];
}

/** Where the directions of a migration stand in its file; undefined where it cannot be read, or has several of one name. */
export function directionsOf(text: string, path: string): Directions | undefined {
  const { program, error } = parse(text, path);
  if (error !== undefined) return undefined;
  const found: DirectionPlace[] = [];
  const beside: Node[] = [];
  let className: Span | undefined;
  const add = (name: string, value: Expression | FunctionNode | null, owner: Span, ownedBy: DirectionPlace['ownedBy'], key: Span): boolean => {
    const own = value === null ? undefined : unwrapped(value);
    if ((name !== 'up' && name !== 'down') || own === undefined || !isFunction(own)) return false;
    const place = placeOf(name, own, owner, ownedBy, key, text);
    if (place !== undefined) found.push(place);
    return place !== undefined;
  };
  const inside = (value: Expression | Statement | null): void => {
    const own = value === null ? undefined : unwrapped(value as Expression);
    if (own?.type === 'ObjectExpression') {
      if (!own.properties.some((property) => property.type === 'Property' && keyName(property.key) === 'up')) return;
      for (const property of own.properties) if (property.type !== 'Property' || !add(keyName(property.key), property.value, spanOf(property), 'object', spanOf(property.key))) beside.push(property);
    } else if (own?.type === 'ClassExpression' || (own as Node | undefined)?.type === 'ClassDeclaration') {
      const known = own as Extract<Expression, { type: 'ClassExpression' | 'ClassDeclaration' }>;
      const members = known.body.body;
      if (!members.some((member) => member.type !== 'StaticBlock' && keyName(member.key) === 'up')) return;
      className = known.id ? spanOf(known.id) : className;
      for (const member of members) if (member.type === 'StaticBlock' || !add(keyName(member.key), member.value, spanOf(member), 'class', spanOf(member.key))) beside.push(member as ClassMember);
    }
  };
  for (const statement of program.body) {
    const whole = spanOf(statement);
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement.type === 'ExportDefaultDeclaration' ? (statement.declaration as Statement) : statement;
    if (declared === null) continue;
    if (declared.type === 'FunctionDeclaration') add(declared.id?.name ?? '', declared, whole, 'file', spanOf(declared.id ?? declared));
    else if (declared.type === 'VariableDeclaration') {
      const [only, ...more] = declared.declarations;
      if (only !== undefined && more.length === 0 && !(only.id.type === 'Identifier' && add(only.id.name, only.init, whole, 'file', spanOf(only.id)))) inside(only.init);
    } else if (declared.type === 'ExpressionStatement' && declared.expression.type === 'AssignmentExpression') {
      const { left, right } = declared.expression;
      if (left.type !== 'MemberExpression' || !add(keyName(left.property), right, whole, 'file', spanOf(left.property))) inside(right);
    } else if (statement.type === 'TSExportAssignment') inside(statement.expression);
    else inside(declared as Statement);
  }
  const of = (name: Direction): readonly DirectionPlace[] => found.filter((one) => one.name === name);
  if (of('up').length > 1 || of('down').length > 1) return undefined;
  return { up: of('up')[0], down: of('down')[0], className, statements: program.body, beside };
}

const spanOf = ({ range: [start, end] }: { readonly range: readonly [number, number] }): Span => ({ start, end });

const keyName = (key: Expression | { readonly type: 'PrivateIdentifier'; readonly name: string }): string => (key.type === 'Identifier' ? key.name : key.type === 'Literal' && typeof key.value === 'string' ? key.value : '');

const isFunction = (node: Node): node is FunctionNode => /Function/.test(node.type);

function unwrapped(value: Expression | FunctionNode): Expression {
  let own: Expression = value;
  while (own.type !== 'ChainExpression' && 'expression' in own && typeof own.expression === 'object') own = own.expression;
  return own;
}

function placeOf(name: Direction, own: FunctionNode, owner: Span, ownedBy: DirectionPlace['ownedBy'], key: Span, text: string): DirectionPlace | undefined {
  const body = own.body ?? null;
  if (body === null) return undefined;
  const isMethod = own.type === 'FunctionExpression' && /^[(<]/.test(text.slice(own.range[0], own.range[0] + 1));
  const isBlock = body.type === 'BlockStatement';
  const [start, end] = body.range;
  const parameters = parametersOf(own, isMethod ? key.end : own.range[0], text);
  if (parameters === undefined) return undefined;
  return {
    name,
    function: own,
    owner,
    ownedBy,
    key,
    head: isMethod ? key.start : own.range[0],
    body: isBlock ? { start: start + 1, end: end - 1 } : { start, end },
    isBlock,
    names: own.params.map(nameOf),
    ...parameters,
  };
}

const nameOf = (parameter: FunctionNode['params'][number]): string => {
  if (parameter.type === 'Identifier') return parameter.name;
  // `{ context: queryInterface }`, as umzug hands it over.
  if (parameter.type !== 'ObjectPattern' || parameter.properties.length !== 1) return '';
  const [only] = parameter.properties;
  return only?.type === 'Property' && only.value.type === 'Identifier' ? only.value.name : '';
};

function parametersOf({ params, body }: FunctionNode, from: number, text: string): { readonly parameters: Span; readonly bareParameter: boolean } | undefined {
  const [first] = params;
  const last = params.at(-1);
  if (first === undefined || last === undefined) {
    const open = text.indexOf('(', from);
    const close = text.indexOf(')', open);
    return open < 0 || close < 0 || close > (body?.range[0] ?? 0) ? undefined : { parameters: { start: open + 1, end: close }, bareParameter: false };
  }
  const bareParameter = !text.slice(from, first.range[0]).includes('(');
  return { parameters: { start: first.range[0], end: last.range[1] }, bareParameter };
}
