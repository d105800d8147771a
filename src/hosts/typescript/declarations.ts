import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf, unknownAt } from './frame.ts';
import { classOf, functionOf } from './functions.ts';
import { keyName, member } from './members.ts';
import type { ClassNode, EnumDeclaration, ExportNamed, Expression, Identifier, ImportDeclaration, Literal, NamespaceDeclaration, Of, Pattern, Statement } from './nodes.ts';
import { declare, declareLate, find, scope } from './scope.ts';
import type { Completion } from './statements.ts';
import { execute, hoist } from './statements.ts';
import type { Value } from './value.ts';
import { number, record, text, UNDEFINED } from './value.ts';

const nameOf = (node: Identifier | Literal): string => (node.type === 'Identifier' ? node.name : String(node.value));

export function declareClass(node: ClassNode, frame: Frame): Completion {
  const name = node.id?.name;
  if (name !== undefined) declare(frame.scope, name, classOf(node, frame));
  return undefined;
}

export function declareEnum(node: EnumDeclaration, frame: Frame): Completion {
  const value = record();
  const own: Frame = { ...frame, scope: scope(frame.scope) };
  let next = 0;
  for (const { id, initializer } of node.body?.members ?? node.members ?? []) {
    const name = keyName(id, id.type !== 'Identifier', frame);
    if (name === undefined) continue;
    const member = initializer === undefined || initializer === null ? number(next) : evaluate(initializer, own);
    if (member.kind === 'number') {
      next = Number(member.value) + 1;
      value.entries.set(String(member.value), text(name));
    }
    value.entries.set(name, member);
    declare(own.scope, name, member);
  }
  declare(frame.scope, node.id.name, value);
  return undefined;
}

/** A namespace of TypeScript is an object with what it exports; several of one name are one. */
export function declareNamespace({ id, body }: NamespaceDeclaration, frame: Frame): Completion {
  const [name, ...below] = namesOf(id);
  if (name === undefined || body === undefined || body === null) return undefined;
  const known = frame.scope.names.get(name)?.value;
  let value = known?.kind === 'record' || known?.kind === 'function' ? known : record();
  if (known === undefined) declare(frame.scope, name, value);
  for (const inner of below) {
    const next = record();
    if (value.kind === 'record') value.entries.set(inner, next);
    value = next;
  }
  const exports = value.kind === 'record' ? value.entries : value.members;
  const own: Frame = { ...frame, scope: scope(frame.scope, true), module: { ...frame.module, exports } };
  if (body.type === 'TSModuleDeclaration') return exportNamed({ type: 'ExportNamedDeclaration', range: body.range, declaration: body, source: null, specifiers: [] }, own);
  hoist(body.body, own);
  for (const statement of body.body) {
    const end = execute(statement, own);
    if (end !== undefined) return end;
  }
  return undefined;
}

const namesOf = (id: Expression | { readonly type: string }): readonly string[] => {
  const named = id as { readonly name?: string; readonly left?: Expression; readonly right?: Expression };
  return named.left !== undefined && named.right !== undefined ? [...namesOf(named.left), ...namesOf(named.right)] : named.name === undefined ? [] : [named.name];
};

/** What `import x from` and `require('x').default` see of a module. */
export function defaultOf(value: Value): Value {
  if (value.kind === 'record') return value.entries.get('default') ?? value;
  return value;
}

export function importAll(node: ImportDeclaration, frame: Frame): Completion {
  if (node.specifiers.length === 0) return undefined;
  const from = (names?: readonly string[]): Value => frame.module.require(String(node.source.value), placeOf(frame, node.source), names);
  for (const { type, local, imported } of node.specifiers) {
    const name = nameOf(imported ?? local);
    declareLate(frame.scope, local.name, () => (type === 'ImportNamespaceSpecifier' ? from() : type === 'ImportDefaultSpecifier' ? defaultOf(from(['default'])) : name === 'default' ? defaultOf(from([name])) : member(from([name]), name, local, frame)));
  }
  return undefined;
}

export function importEquals(node: Of<Statement, 'TSImportEqualsDeclaration'>, frame: Frame): Completion {
  const { moduleReference } = node;
  const specifier = moduleReference.type === 'TSExternalModuleReference' ? moduleReference.expression : undefined;
  const value = specifier === undefined ? undefined : evaluate(specifier, frame);
  declare(frame.scope, node.id.name, value?.kind === 'text' ? frame.module.require(value.text, placeOf(frame, node)) : unknownAt(frame, node, 'it is another name of a namespace'));
  return undefined;
}

export function exportNamed(node: ExportNamed, frame: Frame): Completion {
  const { module } = frame;
  if (node.declaration !== null) {
    execute(node.declaration, frame);
    for (const name of declaredBy(node.declaration)) module.exports.set(name, find(frame.scope, name)?.value ?? UNDEFINED);
    return undefined;
  }
  const { source } = node;
  if (source === null) {
    for (const { local, exported } of node.specifiers) module.exports.set(nameOf(exported), find(frame.scope, nameOf(local))?.value ?? UNDEFINED);
    return undefined;
  }
  const given = new Map(node.specifiers.map(({ local, exported }) => [nameOf(exported), nameOf(local)]));
  module.deferred.push({
    mayGive: (names) => names.some((name) => given.has(name)),
    load(names = [...given.keys()]) {
      for (const name of names) {
        const own = given.get(name);
        if (own === undefined || module.exports.has(name)) continue;
        const from = module.require(String(source.value), placeOf(frame, source), [own]);
        module.exports.set(name, own === 'default' ? defaultOf(from) : member(from, own, node, frame));
      }
    },
  });
  return undefined;
}

function declaredBy(node: Statement): readonly string[] {
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(({ id }) => namesIn(id));
  if (node.type === 'TSModuleDeclaration') return namesOf(node.id).slice(0, 1);
  return 'id' in node && node.id !== null && node.id !== undefined && 'name' in node.id ? [node.id.name] : [];
}

function namesIn(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => namesIn(property.type === 'RestElement' ? property.argument : property.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

export function exportDefault(node: Of<Statement, 'ExportDefaultDeclaration'>, frame: Frame): Completion {
  const { declaration } = node;
  const value =
    declaration.type === 'ClassDeclaration' ? classOf(declaration, frame) : declaration.type === 'FunctionDeclaration' ? functionOf(declaration, frame) : declaration.type === 'TSInterfaceDeclaration' ? UNDEFINED : evaluate(declaration as Parameters<typeof evaluate>[0], frame);
  const name = declaration.type === 'ClassDeclaration' ? declaration.id?.name : undefined;
  if (name !== undefined) declare(frame.scope, name, value);
  frame.module.exports.set('default', value);
  return undefined;
}

export function exportAll(node: Of<Statement, 'ExportAllDeclaration'>, frame: Frame): Completion {
  const { module } = frame;
  const { exported, source } = node;
  const from = (names?: readonly string[]): Value => module.require(String(source.value), placeOf(frame, source), names);
  const as = exported?.name;
  module.deferred.push({
    mayGive: (names) => (as === undefined ? module.mayGive(String(source.value), names) : names.includes(as)),
    load(names) {
      const value = as === undefined ? from(names) : from();
      if (as !== undefined) module.exports.set(as, value);
      else if (value.kind === 'record') for (const [name, own] of value.entries) if (name !== 'default' && !module.exports.has(name)) module.exports.set(name, own);
    },
  });
  return undefined;
}
