import type { Style } from '../../hosts/typescript/style.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { calls, option, WITHIN } from './calls.ts';
import { program } from './program.ts';

export const writer = codeWriter({
  program,
  runner: 'queryInterface',
  bare: true,
  raw(runner, text) {
    const [object = '', transaction] = runner.split(WITHIN);
    return [`${/(?:^|\.)sequelize$/i.test(object) ? object : `${object}.sequelize`}.query`, text, ...(transaction === undefined ? [] : [transaction === 'transaction' ? '{ transaction }' : `{ transaction: ${transaction} }`])];
  },
  runnerOf(call) {
    const chain = /^(?:await\s+)?([\w$]+(?:\s*\.\s*[\w$]+)*?)\s*\.\s*\w+\s*\(/.exec(call)?.[1]?.replace(/\s+/g, '');
    if (chain === undefined) return undefined;
    const transaction = /\btransaction(?:\s*:\s*([\w$.]+))?\s*,?\s*\}\s*,?\s*\)$/.exec(call);
    if (transaction === null) return /\btransaction\b/.test(call) ? undefined : chain;
    return `${chain}${WITHIN}${transaction[1] ?? 'transaction'}`;
  },
  own: {
    calls,
    seen: /\.\s*(?:addIndex|removeIndex|addColumn|removeColumn|changeColumn|renameColumn|createTable|dropTable|addConstraint|removeConstraint|renameTable)\s*\(/,
    rawSeen: /\bsequelize\s*\.\s*query\s*\(/,
    unlessSeen: 'calls',
    option,
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
  runOutside: (text) => text,
});

const method = (name: string, body: string, { indent }: Style): string => `${indent}async ${name}(queryInterface) {\n${body.replace(/^(?=.)/gm, indent)}${indent}},\n`;

const exported = (name: string, body: string, { typescript }: Style): string => `export async function ${name}(queryInterface${typescript ? ': QueryInterface' : ''})${typescript ? ': Promise<void>' : ''} {\n${body}}\n`;
