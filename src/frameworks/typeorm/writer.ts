import type { Style } from '../../hosts/typescript/style.ts';
import type { MigrationSource, NewMigration, Writer } from '../framework.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { refused } from '../shared/writing.ts';

const ALL = '`migrationsTransactionMode` is `all`, in which TypeORM runs no migration outside of the one transaction: set it to `each` in the data source first.';

const plain = codeWriter({
  runner: 'queryRunner',
  raw: (runner, text) => `${runner}.query(${text})`,
  runnerOf: (call) => /^(?:await\s+)?([\w$]+(?:\s*\.\s*[\w$]+)*?)\s*\.\s*\w+\s*\(/.exec(call)?.[1]?.replace(/\s+/g, ''),
  fileName: (slug, version) => `${version}-${pascal(slug)}`,
  file({ up, down }, style, { slug, outsideTransaction }, version) {
    const { quote, semicolon, module, typescript, indent } = style;
    const name = `${pascal(slug)}${version}`;
    const types = typescript ? `import { MigrationInterface, QueryRunner } from ${quote}typeorm${quote}${semicolon}\n\n` : '';
    const head = module === 'esm' ? `export class ${name}` : `module.exports = class ${name}`;
    const members = [
      `${indent}name = ${quote}${name}${quote}${semicolon}\n`,
      ...(outsideTransaction ? [`${indent}transaction = false${semicolon}\n`] : []),
      `\n${method('up', up, style)}`,
      `\n${method('down', down ?? '', style)}`,
    ];
    return `${types}${head}${typescript ? ' implements MigrationInterface' : ''} {\n${members.join('')}}${module === 'esm' ? '' : semicolon}\n`;
  },
  runOutside(text, { indent, semicolon, line }) {
    if (/^\s*(?:public\s+|readonly\s+)*transaction\s*[:=]/m.test(text)) return refused('The class says `transaction` already.');
    const open = /\bclass\s+\w+[^{]*\{[ \t]*\r?\n/.exec(text);
    if (open === null) return refused('The class of the migration cannot be found in its file.');
    const at = open.index + open[0].length;
    return `${text.slice(0, at)}${indent}transaction = false${semicolon}${line}${line}${text.slice(at).replace(/^(?:[ \t]*\r?\n)+/, '')}`;
  },
});

export const writer: Writer = {
  ...plain,
  create(migrations, after, history, tree) {
    if (migrations.some(({ outsideTransaction }) => outsideTransaction) && after.up.transaction.wrap === 'batch') return refused(ALL);
    return plain.create(migrations.map((migration) => revertible(migration, after)), after, history, tree);
  },
  runOutside: (source, text, tree) => (source.transaction.wrap === 'batch' ? refused(ALL) : plain.runOutside(source, text, tree)),
};

/** The way back runs in a transaction, whatever the class says. */
const revertible = (migration: NewMigration, { down }: MigrationSource): NewMigration =>
  migration.down === null || down?.transaction.wrap === 'none' ? migration : { ...migration, down: migration.down.replace(/\bINDEX\s+CONCURRENTLY\b/gi, 'INDEX') };

const method = (name: string, body: string, { indent, typescript }: Style): string =>
  `${indent}${typescript ? 'public ' : ''}async ${name}(queryRunner${typescript ? ': QueryRunner' : ''})${typescript ? ': Promise<void>' : ''} {\n${body.replace(/^(?=.)/gm, indent)}${indent}}\n`;

const pascal = (slug: string): string => slug.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
