import type { ImportDeclaration, Statement, VariableDeclaration } from './nodes.ts';
import { parse } from './parse.ts';
import { literal } from './style.ts';
import type { Style } from './style.ts';
import { edited, linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/** A name that a call needs from a package. */
export interface Need {
  readonly name: string;
  readonly from: string;
}

/** The names of a statement that brings in others; undefined for one that does not. */
interface Brought {
  readonly from: string;
  readonly types: boolean;
  readonly names: readonly { readonly local: string; readonly start: number; readonly end: number }[];
  /** Between the braces. */
  readonly list: { readonly start: number; readonly end: number } | undefined;
  readonly statement: Statement;
}

/** The file with what its calls need from packages, added to what it brings in already where it can be. */
export function withImports(text: string, path: string, needs: readonly Need[], style: Style): string {
  let now = text;
  for (const { name, from } of needs) {
    const all = broughtIn(now, path);
    if (all.some(({ types, names }) => !types && names.some(({ local }) => local === name))) continue;
    const home = all.find((one) => one.from === from && !one.types && one.list !== undefined);
    if (home?.list !== undefined) {
      const last = home.names.at(-1);
      const at = last?.end ?? home.list.start;
      now = edited(now, [{ start: at, end: at, text: `${last === undefined ? '' : ', '}${name}` }]);
      continue;
    }
    const line = style.module === 'esm' ? `import ${braced(name, style)} from ${literal(from, style)}${style.semicolon}` : `const ${braced(name, style)} = require(${literal(from, style)})${style.semicolon}`;
    const after = all.at(-1)?.statement.range[1] ?? /^(['"])use strict\1;?/.exec(now)?.[0].length;
    now = after === undefined ? `${line}${style.line}${style.line}${now}` : edited(now, [{ start: after, end: after, text: `${all.length === 0 ? style.line : ''}${style.line}${line}` }]);
  }
  return now;
}

/** The file without what it brings in and does not use. */
export function withoutUnused(text: string, path: string, style: Style): string {
  const edits: TextEdit[] = [];
  const all = broughtIn(text, path);
  const rest = edited(text, all.map(({ statement: { range: [start, end] } }) => ({ start, end, text: '' })));
  for (const { names, statement: { range: [start, end] }, list } of all) {
    const used = names.filter(({ local }) => new RegExp(`(?<![\\w$.])${local.replaceAll('$', '\\$')}(?![\\w$])`).test(rest));
    if (names.length === 0 || used.length === names.length) continue;
    if (used.length === 0) edits.push(linesOf(text, { start, end }));
    else if (list !== undefined) edits.push({ ...list, text: style.spaced ? ` ${sliced(text, used)} ` : sliced(text, used) });
  }
  return edited(text, edits);
}

const sliced = (text: string, names: Brought['names']): string => names.map(({ start, end }) => text.slice(start, end)).join(', ');

const braced = (name: string, { spaced }: Style): string => (spaced ? `{ ${name} }` : `{${name}}`);

const broughtIn = (text: string, path: string): readonly Brought[] =>
  parse(text, path).program.body.flatMap((statement): readonly Brought[] => (statement.type === 'ImportDeclaration' ? [imported(statement, text)] : statement.type === 'VariableDeclaration' ? required(statement, text) : []));

function imported(statement: ImportDeclaration, text: string): Brought {
  const [start, end] = statement.range;
  const named = statement.specifiers.filter(({ type }) => type === 'ImportSpecifier').length;
  const open = named === statement.specifiers.length ? text.indexOf('{', start) : -1;
  return {
    from: String(statement.source.value),
    types: /^import\s+type\b/.test(text.slice(start, end)),
    names: statement.specifiers.map((one) => ({ local: one.local.name, start: (one as unknown as { range: [number, number] }).range[0], end: (one as unknown as { range: [number, number] }).range[1] })),
    list: open < 0 || open > end ? undefined : { start: open + 1, end: text.indexOf('}', open) },
    statement,
  };
}

function required(statement: VariableDeclaration, text: string): readonly Brought[] {
  const [only, ...more] = statement.declarations;
  if (only === undefined || more.length > 0 || only.init?.type !== 'CallExpression' || only.init.callee.type !== 'Identifier' || only.init.callee.name !== 'require') return [];
  const [of] = only.init.arguments;
  const from = of?.type === 'Literal' ? String(of.value) : '';
  if (only.id.type === 'Identifier') return [{ from, types: false, names: [{ local: only.id.name, start: only.id.range[0], end: only.id.range[1] }], list: undefined, statement }];
  if (only.id.type !== 'ObjectPattern') return [];
  const open = text.indexOf('{', only.id.range[0]);
  const names = only.id.properties.map((property) => ({ local: property.type === 'Property' && property.value.type === 'Identifier' ? property.value.name : '', start: property.range[0], end: property.range[1] }));
  return [{ from, types: false, names, list: { start: open + 1, end: text.indexOf('}', open) }, statement }];
}
