import type { Style } from '../../hosts/typescript/style.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { refused } from '../shared/writing.ts';

/** Between the object and the options of a call that is written anew. */
const WITH = '\0';

export const writer = codeWriter({
  runner: 'queryInterface.sequelize',
  raw(runner, text) {
    const [object = '', options] = runner.split(WITH);
    return `${object}.query(${text}${options === undefined ? '' : `, ${options}`})`;
  },
  runnerOf(call) {
    const chain = /^(?:await\s+)?([\w$]+(?:\s*\.\s*[\w$]+)*?)\s*\.\s*\w+\s*\(/.exec(call)?.[1]?.replace(/\s+/g, '');
    if (chain === undefined) return undefined;
    const object = /(?:^|\.)sequelize$/i.test(chain) ? chain : `${chain}.sequelize`;
    const transaction = /\btransaction(?:\s*:\s*([\w$.]+))?\s*,?\s*\}\s*,?\s*\)$/.exec(call);
    if (transaction === null) return /\btransaction\b/.test(call) ? undefined : object;
    return `${object}${WITH}{ transaction${transaction[1] === undefined || transaction[1] === 'transaction' ? '' : `: ${transaction[1]}`} }`;
  },
  file({ up, down }, style) {
    const { typescript, module, quote, semicolon } = style;
    if (module === 'esm') {
      const type = typescript ? `import type { QueryInterface } from ${quote}sequelize${quote}${semicolon}\n\n` : '';
      return `${type}${exported('up', up, style)}\n${exported('down', down ?? '', style)}`;
    }
    return `module.exports = {\n${method('up', up, style)}\n${method('down', down ?? '', style)}}${semicolon}\n`;
  },
  // Sequelize begins no transaction by itself.
  runOutside: (text) => (/\.transaction\s*\(/.test(text) ? refused('The migration begins a transaction of its own.') : text),
});

const method = (name: string, body: string, { indent }: Style): string => `${indent}async ${name}(queryInterface) {\n${body.replace(/^(?=.)/gm, indent)}${indent}},\n`;

const exported = (name: string, body: string, { typescript }: Style): string => `export async function ${name}(queryInterface${typescript ? ': QueryInterface' : ''})${typescript ? ': Promise<void>' : ''} {\n${body}}\n`;
