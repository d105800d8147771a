import { parse as babel } from '@babel/parser';
import type { ParserPlugin } from '@babel/parser';
import type { Span } from '../../source/text.ts';
import type { Program } from './nodes.ts';

export interface Parsed {
  readonly program: Program;
  /** The first thing that is not JavaScript; what could be read is in the tree. */
  readonly error?: { readonly message: string; readonly span: Span };
}

/** Texts of one run come again: a migration's once for each direction and change, and helpers once for each file that imports them. Trees are large: the few that are needed are kept. */
const MIGRATIONS = { kept: new Map<string, Parsed>(), most: 8 };
const HELPERS = { kept: new Map<string, Parsed>(), most: 48 };

/** The tree of a migration. Never throws: a file that cannot be read at all is an empty program with its error. */
export const parse = (text: string, path: string): Parsed => parsed(text, path, MIGRATIONS);

/** The same for a file that others import. */
export const parseHelper = (text: string, path: string): Parsed => parsed(text, path, HELPERS);

/** The statements that a part of a file is by itself, in its place; none where it is not whole, or no statements. */
export function parsePiece(text: string, path: string, { start, end }: Span): Program['body'] {
  const { tree, isWhole } = attempt(text.slice(start, end), plugins(/x$/.test(path), isTypeScript(path)), start);
  return tree !== undefined && isWhole === true ? tree.program.body : [];
}

function parsed(text: string, path: string, { kept, most }: typeof HELPERS): Parsed {
  const key = `${/\.[cm]?tsx?$/.test(path) ? 'ts' : 'js'}${/x$/.test(path) ? 'x' : ''}\0${text}`;
  const known = kept.get(key);
  kept.delete(key);
  if (known === undefined && kept.size >= most) kept.delete(kept.keys().next().value ?? '');
  const tree = known ?? read(text, path);
  kept.set(key, tree);
  return tree;
}

function read(text: string, path: string): Parsed {
  const typed = isTypeScript(path);
  // JavaScript alone is quicker to read than with types in it, and there is nothing in it then that they could be taken for (`a < b > (c)`).
  const plain = typed ? undefined : attempt(text, plugins(false, false));
  if (plain?.tree !== undefined && plain.isWhole === true) return plain.tree;
  const { tree, failure } = attempt(text, plugins(/x$/.test(path), true));
  const known = tree ?? (typed ? undefined : attempt(text, plugins(true, false)).tree);
  if (known !== undefined) return known;
  const at = typeof failure === 'object' && failure !== null && 'pos' in failure && typeof failure.pos === 'number' ? failure.pos : 0;
  const message = (failure instanceof Error ? failure.message : String(failure)).replace(/\s*\(\d+:\d+\)[\s\S]*$/, '');
  return { program: { body: [], comments: [] }, error: { message, span: { start: Math.min(at, text.length), end: Math.min(at + 1, text.length) } } };
}

const isTypeScript = (path: string): boolean => /\.[cm]?tsx?$/.test(path);

interface Attempt {
  readonly tree?: Parsed;
  /** Nothing had to be passed over. */
  readonly isWhole?: boolean;
  readonly failure?: unknown;
}

function attempt(text: string, use: ParserPlugin[], start = 0): Attempt {
  try {
    const file = babel(text, {
      sourceType: 'unambiguous',
      ranges: true,
      ...(start > 0 && { startIndex: start, startColumn: start }),
      attachComment: false,
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowImportExportEverywhere: true,
      allowSuperOutsideMethod: true,
      allowUndeclaredExports: true,
      plugins: use,
    });
    const isWhole = (file.errors ?? []).length === 0;
    if (!isWhole) withoutGaps(file.program);
    const comments = (file.comments ?? []).map(({ start, end }) => ({ range: [start ?? 0, end ?? 0] as const }));
    return { tree: { program: { body: (file.program as unknown as Program).body, comments } }, isWhole };
  } catch (failure) {
    return { failure };
  }
}

/** A mistake may leave an argument out, as in `f(a, , b)`: the parser has no node there, and no program is without one. */
function withoutGaps(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if ('arguments' in node && Array.isArray(node.arguments) && 'range' in node) {
    node.arguments = node.arguments.map((one: unknown) => one ?? { type: 'Identifier', name: '', range: node.range });
  }
  for (const part of Object.values(node)) withoutGaps(part);
}

const plugins = (jsx: boolean, typescript: boolean): ParserPlugin[] => [
  ['estree', { classFeatures: true }],
  'decorators',
  'decoratorAutoAccessors',
  ...(typescript ? (['typescript'] as const) : []),
  ...(jsx ? (['jsx'] as const) : []),
];
