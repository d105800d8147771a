import { parse as babel } from '@babel/parser';
import type { ParserPlugin } from '@babel/parser';
import type { Span } from '../../source/text.ts';
import type { Program } from './nodes.ts';

export interface Parsed {
  readonly program: Program;
  /** The first thing that is not JavaScript; what could be read is in the tree. */
  readonly error?: { readonly message: string; readonly span: Span };
}

/** Texts of one run come again: once for each direction, and helpers once for each file that imports them. */
const KEPT = 48;
const kept = new Map<string, Parsed>();

/** The tree of a file. Never throws: a file that cannot be read at all is an empty program with its error. */
export function parse(text: string, path: string): Parsed {
  const key = `${/\.[cm]?tsx?$/.test(path) ? 'ts' : 'js'}${/x$/.test(path) ? 'x' : ''}\0${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '');
  const parsed = read(text, path);
  kept.set(key, parsed);
  return parsed;
}

function read(text: string, path: string): Parsed {
  const attempts: ParserPlugin[][] = [plugins(/x$/.test(path), true)];
  // Plain JavaScript that TypeScript's grammar takes for something else (`a < b > (c)`), and Flow-like oddities.
  if (!/\.[cm]?tsx?$/.test(path)) attempts.push(plugins(true, false));
  let failure: unknown;
  for (const use of attempts) {
    try {
      const file = babel(text, {
        sourceType: 'unambiguous',
        ranges: true,
        attachComment: false,
        errorRecovery: true,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowImportExportEverywhere: true,
        allowSuperOutsideMethod: true,
        allowUndeclaredExports: true,
        plugins: use,
      });
      const comments = (file.comments ?? []).map(({ start, end }) => ({ range: [start ?? 0, end ?? 0] as const }));
      return { program: { body: (file.program as unknown as Program).body, comments } };
    } catch (error) {
      failure ??= error;
    }
  }
  const at = typeof failure === 'object' && failure !== null && 'pos' in failure && typeof failure.pos === 'number' ? failure.pos : 0;
  const message = (failure instanceof Error ? failure.message : String(failure)).replace(/\s*\(\d+:\d+\)[\s\S]*$/, '');
  return { program: { body: [], comments: [] }, error: { message, span: { start: Math.min(at, text.length), end: Math.min(at + 1, text.length) } } };
}

const plugins = (jsx: boolean, typescript: boolean): ParserPlugin[] => [
  ['estree', { classFeatures: true }],
  'decorators',
  ...(typescript ? (['typescript'] as const) : []),
  ...(jsx ? (['jsx'] as const) : []),
];
