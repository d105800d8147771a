import type { Style } from '../../hosts/typescript/style.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { baseName } from '../shared/paths.ts';
import { isRefused, refused } from '../shared/writing.ts';
import { calls } from './calls.ts';
import { program } from './program.ts';

const WRAPPED = "Kysely's migrator runs all migrations in one transaction and has no way out of it for one of them.";

export const writer = codeWriter({
  program,
  runner: 'db',
  rawNeeds: [{ name: 'sql', from: 'kysely' }],
  own: { calls, seen: /\.schema\b/, rawSeen: /\bsql`/, unlessSeen: 'calls' },
  // What it is written in is a template whatever the project's quotes.
  raw: (runner, text) => `sql\`${unquoted(text)}\`.execute(${runner})`,
  runnerOf: (call) => /^(?:await\s+)?sql\b[^]*\.execute\(\s*([A-Za-z_$][\w$]*)\s*\)$/.exec(call)?.[1] ?? /^(?:await\s+)?([A-Za-z_$][\w$]*)\s*\./.exec(call)?.[1],
  file: ({ up, down }, style) => `${head(style)}${fn('up', up, style)}${down === undefined ? '' : `\n${fn('down', down, style)}`}`,
  // Its own numbers, with the marks between their digits as the one before has them: `2024-01-02`, `20240102T030405`.
  versions({ version, up }, { migrations }, count) {
    const digits = version?.replace(/\D/g, '') ?? '';
    if (version === undefined || digits === '') return refused(`${baseName(up.path)} has no number that a new migration could follow.`);
    const found = versionsAfter(digits, migrations.flatMap((migration) => migration.version?.replace(/\D/g, '') ?? []), count);
    return isRefused(found) ? found : found.map((next) => marked(next, version));
  },
  runOutside: () => refused(WRAPPED),
  neverOutside: WRAPPED,
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

function marked(digits: string, like: string): string {
  let at = 0;
  return like.replace(/\d/g, () => digits.charAt(at++)) + digits.slice(at);
}
