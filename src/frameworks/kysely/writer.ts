import type { Style } from '../../hosts/typescript/style.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { refused } from '../shared/writing.ts';

export const writer = codeWriter({
  runner: 'db',
  // What it is written in is a template whatever the project's quotes.
  raw: (runner, text) => `sql\`${unquoted(text)}\`.execute(${runner})`,
  runnerOf: (call) => /^(?:await\s+)?sql\b[^]*\.execute\(\s*([A-Za-z_$][\w$]*)\s*\)$/.exec(call)?.[1] ?? /^(?:await\s+)?([A-Za-z_$][\w$]*)\s*\./.exec(call)?.[1],
  file: ({ up, down }, style) => `${head(style)}${fn('up', up, style)}${down === undefined ? '' : `\n${fn('down', down, style)}`}`,
  lacks: (text) => (/\bsql`/.test(text) && !/\bsql\b[^\n]*kysely/.test(text) && !/import\s*\{[^}]*\bsql\b[^}]*\}\s*from\s*['"]kysely/.test(text) ? 'The file does not import `sql` from Kysely, which the change needs.' : undefined),
  runOutside: () => refused("Kysely's migrator runs all migrations in one transaction and has no way out of it for one of them."),
});

/** The inside of a literal as a template has it. */
function unquoted(literal: string): string {
  const delimiter = literal.charAt(0);
  const inside = literal.slice(1, -1);
  return delimiter === '`' ? inside : inside.replaceAll(`\\${delimiter}`, delimiter).replaceAll('`', '\\`').replaceAll('${', '\\${');
}

const head = ({ typescript, module, quote, semicolon }: Style): string =>
  module === 'commonjs' ? `const { sql } = require(${quote}kysely${quote})${semicolon}\n\n` : `import { ${typescript ? 'type Kysely, ' : ''}sql } from ${quote}kysely${quote}${semicolon}\n\n`;

function fn(name: 'up' | 'down', body: string, { module, typescript, semicolon }: Style): string {
  if (module === 'esm') return `export async function ${name}(db${typescript ? ': Kysely<any>' : ''})${typescript ? ': Promise<void>' : ''} {\n${body}}\n`;
  return `exports.${name} = async function (db) {\n${body}}${semicolon}\n`;
}
