import type { Expression, Program, Range, Statement } from './nodes.ts';
import { chainPath } from './recorder.ts';
import type { Value } from './value.ts';
import { entryOf } from './value.ts';

/** The statement with which a file hands on a direction: the one that names it, else the one of the default or the whole; the whole file where there is none. */
export function exportingIn({ body }: Program, direction: 'up' | 'down', text: string): Range {
  const own = body.findLast((statement) => assigned(statement)?.replace(/^module\./, '') === `exports.${direction}` || (statement.type === 'ExportNamedDeclaration' && new RegExp(`\\b${direction}\\b`).test(text.slice(...statement.range).split('\n')[0] ?? '')));
  return (own ?? body.findLast(exportsAll) ?? body.findLast(({ type }) => type === 'ExportNamedDeclaration'))?.range ?? [0, text.length];
}

const exportsAll = (statement: Statement): boolean => statement.type === 'ExportDefaultDeclaration' || statement.type === 'TSExportAssignment' || assigned(statement) === 'module.exports';

/** What a statement sets, as `module.exports`. */
function assigned(statement: Statement): string | undefined {
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return undefined;
  const names: string[] = [];
  let at = statement.expression.left as Expression;
  for (; at.type === 'MemberExpression' && at.property.type === 'Identifier'; at = at.object) names.unshift(at.property.name);
  return at.type === 'Identifier' ? [at.name, ...names].join('.') : undefined;
}

/** Why nobody can tell whether a file exports a direction; undefined: it exports none. */
export function hides(exports: Value, direction: 'up' | 'down', text: string): string | undefined {
  const holders = [exports, entryOf(exports, 'default')].filter((holder) => holder !== undefined);
  const own = holders.flatMap((holder) => entryOf(holder, direction) ?? []);
  for (const value of [...own, ...holders]) {
    const why = unread(value);
    if (why !== undefined) return why;
  }
  // Where the other direction is found, this one would be too.
  if (holders.some((holder) => entryOf(holder, 'up')?.kind === 'function')) return undefined;
  const made = exports.kind === 'record' && [...exports.entries.values()].some((value) => unread(value) !== undefined);
  const makes = made || holders.some(({ kind }) => kind === 'function' || kind === 'chain');
  return makes && new RegExp(`\\b${direction}\\b\\s*[(:=,}]`).test(text) ? 'it is exported in a form in which the tool does not look for it' : undefined;
}

function unread(value: Value): string | undefined {
  if (value.kind === 'unknown') return value.reason;
  if (value.kind === 'record') return value.partly?.reason;
  if (value.kind !== 'chain' || value.steps.at(-1)?.step === 'member') return undefined;
  const path = chainPath(value);
  return `\`${path === '' ? value.root : path}\` of the package ${value.root} makes it`;
}
