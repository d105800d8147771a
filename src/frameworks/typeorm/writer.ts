import type { Style } from '../../hosts/typescript/style.ts';
import type { MigrationSource, NewMigration, Writer } from '../framework.ts';
import { codeWriter } from '../shared/code-writing.ts';
import { namedLike, pascal } from '../shared/names-like.ts';
import { baseName } from '../shared/paths.ts';
import { refused } from '../shared/writing.ts';
import { calls, option } from './calls.ts';
import { migrationClasses } from './classes.ts';
import { program } from './program.ts';

const ALL = '`migrationsTransactionMode` is `all`, in which TypeORM runs no migration outside of the one transaction: set it to `each` in the data source first.';

const plain = codeWriter({
  // A new class stands alone in its file.
  program: (file, direction) => program(file, migrationClasses(file.text)[0]?.className ?? '', direction, { wrap: 'script' }),
  runner: 'queryRunner',
  raw: (runner, text) => [`${runner}.query`, text],
  own: {
    calls,
    seen: /\.\s*(?:createIndex|createIndices|dropIndex|createTable|dropTable|addColumns?|dropColumns?|changeColumn|renameColumn|createForeignKeys?|dropForeignKey|createUniqueConstraint|dropUniqueConstraint)\s*\(/,
    rawSeen: /\.\s*query\s*\(/,
    unlessSeen: 'raw',
    option,
  },
  runnerOf: (call) => /^(?:await\s+)?([\w$]+(?:\s*\.\s*[\w$]+)*?)\s*\.\s*\w+\s*\(/.exec(call)?.[1]?.replace(/\s+/g, ''),
  fileName: (slug, version, { up }) => (/^\d/.test(baseName(up.path)) ? namedLike(slug, version, baseName(up.path)) : `${version}-${pascal(slug.split('_'))}`),
  className: (slug, version, old) => `${/^[a-z]/.test(old) ? slug.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) : pascal(slug.split('_'))}${version}`,
  file({ up, down }, style, { slug, outsideTransaction }, version) {
    const { quote, semicolon, module, typescript, indent } = style;
    const name = `${pascal(slug.split('_'))}${version}`;
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
    const name = /^([ \t]*)(?:public\s+|readonly\s+)*name(?:\s*:\s*\w+)?\s*=\s*[^\n]*?(;?)[ \t]*\r?\n/m.exec(text);
    if (name !== null) {
      const at = name.index + name[0].length;
      return `${text.slice(0, at)}${name[1] ?? ''}transaction = false${name[2] ?? ''}${line}${text.slice(at)}`;
    }
    const open = /\bclass\s+\w+[^{]*\{[ \t]*\r?\n/.exec(text);
    if (open === null) return refused('The class of the migration cannot be found in its file.');
    const at = open.index + open[0].length;
    return `${text.slice(0, at)}${indent}transaction = false${semicolon}${line}${line}${text.slice(at).replace(/^(?:[ \t]*\r?\n)+/, '')}`;
  },
});

export const writer: Writer = {
  ...plain,
  create(migrations, after, history, tree, reader) {
    if (migrations.some(({ outsideTransaction }) => outsideTransaction) && after.up.transaction.wrap === 'batch') return refused(ALL);
    return plain.create(migrations.map((migration) => revertible(migration, after)), after, history, tree, reader);
  },
  // What the class says is for the way forward only.
  runOutside: (source, text, tree) => (source.direction === 'down' ? [] : source.transaction.wrap === 'batch' ? refused(ALL) : plain.runOutside(source, text, tree)),
};

/** The way back runs in a transaction, whatever the class says: nothing is built CONCURRENTLY there, and no batch commits. */
const revertible = (migration: NewMigration, { down }: MigrationSource): NewMigration =>
  migration.down === null || down?.transaction.wrap === 'none' ? migration : { ...migration, down: migration.down.replace(/\bINDEX\s+CONCURRENTLY\b/gi, 'INDEX').replace(/^[ \t]*COMMIT;[ \t]*\n/gm, '') };

const method = (name: string, body: string, { indent, typescript }: Style): string =>
  `${indent}${typescript ? 'public ' : ''}async ${name}(queryRunner${typescript ? ': QueryRunner' : ''})${typescript ? ': Promise<void>' : ''} {\n${body.replace(/^(?=.)/gm, indent)}${indent}}\n`;
