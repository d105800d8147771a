import type { Style } from '../../hosts/typescript/style.ts';
import type { Bodies } from '../shared/code-tool.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { refused } from '../shared/writing.ts';
import { calls } from './calls.ts';
import { program } from './program.ts';

const CONFIG = /\b(?:exports\.config\s*=|export\s+const\s+config\s*(?::[^=]*)?=|config\s*:)\s*\{/;

export const writer = codeWriter({
  program,
  optOutParts: 'each',
  notes: { outside: 'One migration that opts out of its transaction makes Knex run each pending one by itself: those before one that fails stay carried out.' },
  runner: 'knex',
  raw: (runner, text) => [`${runner}.raw`, text],
  own: { calls, seen: /\.schema\s*(?:\.\s*withSchema\s*\([^)]*\)\s*)?\.\s*(?!raw\b)\w+\s*\(/, rawSeen: /\.\s*raw\s*\(/, unlessSeen: 'calls' },
  runnerOf(call) {
    const match = /^(?:await\s+)?(?<chain>[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*)/.exec(call)?.groups?.['chain'];
    return match?.replace(/\s+/g, '').replace(/\.(?:schema|raw|from|into|table|select|insert|withSchema|batchInsert)\b.*$/, '');
  },
  // A question mark is a binding to the library.
  sql: (sql) => sql.replaceAll('?', '\\?'),
  file: ({ up, down }, style, { outsideTransaction }) => `${head(style)}${fn('up', up, style)}\n${fn('down', down ?? '', style)}${outsideTransaction ? `\n${config(style)}` : ''}`,
  runOutside(text, style) {
    if (CONFIG.test(text)) return /\btransaction\s*:\s*true\b/.test(text) ? text.replace(/\btransaction\s*:\s*true\b/, 'transaction: false') : refused('The migration has a `config` of its own that does not name `transaction`.');
    return `${text.trimEnd()}${style.line}${style.line}${config(style, text).replaceAll('\n', style.line)}`;
  },
});

/** What is set on `exports` counts for nothing where the file puts something else in its place. */
const config = ({ module, semicolon }: Style, text = ''): string =>
  `${module === 'esm' ? 'export const config' : /\bmodule\.exports\s*=(?!=)/.test(text) ? 'module.exports.config' : 'exports.config'} = { transaction: false }${semicolon}\n`;

const head = ({ typescript, quote, semicolon }: Style): string => (typescript ? `import type { Knex } from ${quote}knex${quote}${semicolon}\n\n` : '');

function fn(name: keyof Bodies, body: string, { module, typescript, semicolon }: Style): string {
  if (module === 'esm') return `export async function ${name}(knex${typescript ? ': Knex' : ''})${typescript ? ': Promise<void>' : ''} {\n${body}}\n`;
  return `exports.${name} = async function (knex) {\n${body}}${semicolon}\n`;
}
