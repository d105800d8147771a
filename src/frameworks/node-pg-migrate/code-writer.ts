import type { Style } from '../../hosts/typescript/style.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { refused } from '../shared/writing.ts';
import { calls, option } from './calls.ts';
import { program } from './program.ts';

const BODY = {
  up: /\bup\b[^\n{]*?(?:=>\s*\{|\)\s*(?::[^\n{]*)?\{)[^\S\n]*\n/,
  down: /\bdown\b[^\n{]*?(?:=>\s*\{|\)\s*(?::[^\n{]*)?\{)[^\S\n]*\n/,
};
const OUTSIDE = 'pgm.noTransaction()';

/** Migrations in JavaScript or TypeScript. */
export const inCode = codeWriter({
  program,
  runner: 'pgm',
  waits: false,
  raw: (runner, text) => [`${runner}.sql`, text],
  own: {
    calls,
    seen: /\.\s*(?:createIndex|addIndex|dropIndex|createTable|dropTable|addColumns?|dropColumns?|alterColumn|renameColumn|renameTable|addConstraint|createConstraint|dropConstraint)\s*\(/,
    rawSeen: /\.\s*sql\s*\(/,
    unlessSeen: 'calls',
    option,
  },
  outsideStatement: OUTSIDE,
  runnerOf: (call) => /^(?:await\s+)?([A-Za-z_$][\w$]*)\./.exec(call)?.[1],
  file({ up, down }, style, { outsideTransaction }) {
    const { typescript, quote, semicolon, indent } = style;
    const head = typescript ? `import type { MigrationBuilder } from ${quote}node-pg-migrate${quote}${semicolon}\n\n` : '';
    const outside = outsideTransaction ? `${indent}${OUTSIDE}${semicolon}\n` : '';
    return `${head}${fn('up', outside + up, style)}\n${down === undefined ? switchedOff(style) : fn('down', outside + down, style)}`;
  },
  optOutParts: 'own',
  runOutside(text, { indent, semicolon, line }, direction) {
    const start = BODY[direction].exec(text);
    if (start === null) return refused(`The body of \`${direction}\` cannot be found.`);
    const at = start.index + start[0].length;
    if (text.startsWith(OUTSIDE, at + indent.length)) return refused(`\`${direction}\` calls \`${OUTSIDE}\` already.`);
    return `${text.slice(0, at)}${indent}${OUTSIDE}${semicolon}${line}${text.slice(at)}`;
  },
});

function fn(name: 'up' | 'down', body: string, { module, typescript, semicolon }: Style): string {
  if (module === 'esm') return `export async function ${name}(pgm${typescript ? ': MigrationBuilder' : ''})${typescript ? ': Promise<void>' : ''} {\n${body}}\n`;
  return `exports.${name} = (pgm) => {\n${body}}${semicolon}\n`;
}

const switchedOff = ({ module, semicolon }: Style): string => `${module === 'esm' ? 'export const down' : 'exports.down'} = false${semicolon}\n`;
