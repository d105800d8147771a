import type { Style } from '../../hosts/typescript/style.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { baseName } from '../shared/paths.ts';
import { refused } from '../shared/writing.ts';
import { program } from './program.ts';

export const writer = codeWriter({
  program,
  runner: 'this',
  runnerIsFixed: true,
  waits: false,
  raw: (runner, text) => [`${runner}.addSql`, text],
  className: (_slug, version, old) => `${/^[A-Za-z]*/.exec(old)?.[0] ?? 'Migration'}${version}`,
  runnerOf: (call) => (/^(?:await\s+)?this\b/.test(call) ? 'this' : undefined),
  // The library reads them by their names alone.
  fileName: (_slug, version, after) => `${/^[A-Za-z]*/.exec(baseName(after.up.path))?.[0] ?? 'Migration'}${version}`,
  versions(after, history, count) {
    const { version } = after;
    return version === undefined || version === '' ? refused(`${baseName(after.up.path)} has no number that a new migration could follow.`) : versionsAfter(version, history.migrations.flatMap((migration) => migration.version ?? []), count);
  },
  file({ up, down }, style, { outsideTransaction }, version) {
    const { quote, semicolon, module } = style;
    const from = module === 'esm' ? `import { Migration } from ${quote}@mikro-orm/migrations${quote}${semicolon}` : `const { Migration } = require(${quote}@mikro-orm/migrations${quote})${semicolon}`;
    const name = `Migration${version}`;
    const methods = [method('up', up, style), ...(down === undefined ? [] : [method('down', down, style)]), ...(outsideTransaction ? [transactional(style)] : [])];
    return `${from}\n\n${module === 'esm' ? 'export ' : ''}class ${name} extends Migration {\n${methods.join('\n')}}\n${module === 'esm' ? '' : `\nexports.${name} = ${name}${semicolon}\n`}`;
  },
  runOutside(text, style) {
    const end = text.lastIndexOf('}');
    if (/\bisTransactional\s*\(/.test(text) || end < 0) return refused('The migration has an `isTransactional()` of its own.');
    return `${text.slice(0, end).trimEnd()}${style.line}${style.line}${transactional(style).replaceAll('\n', style.line)}${text.slice(end)}`;
  },
});

const method = (name: string, body: string, { indent, typescript }: Style): string => `${indent}${typescript ? 'override ' : ''}async ${name}()${typescript ? ': Promise<void>' : ''} {\n${body.replace(/^(?=.)/gm, indent)}${indent}}\n`;

const transactional = ({ indent, typescript, semicolon }: Style): string => `${indent}${typescript ? 'override ' : ''}isTransactional()${typescript ? ': boolean' : ''} {\n${indent}${indent}return false${semicolon}\n${indent}}\n`;
