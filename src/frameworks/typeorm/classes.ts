import { byText } from '../../source/by-text.ts';
import type { Span } from '../../source/text.ts';

/** A migration class as its file declares it. */
export interface MigrationClass {
  readonly className: string;
  /** What TypeORM records: its `name`, else the name of the class. */
  readonly name: string;
  /** Milliseconds since 1970 at the end of the name; TypeORM stops at a name without. */
  readonly timestamp: string | undefined;
  /** `transaction = …` of the class. */
  readonly transaction: { readonly value: boolean; readonly span: Span } | undefined;
  readonly hasDown: boolean;
  readonly span: Span;
}

/** A class that says so, one with a time at the end of its name, any other, or what a helper makes of something and is called like one. */
const CLASS = /\bclass\s+(\w+)\s+(?:extends\s+[\w.]+\s+)?implements\s+[\w\s,.]{0,300}?\bMigrationInterface\b|\bclass\s+(\w+\d{13})\b|(?<!\babstract\s)\bclass(?:\s+(?!extends\b|implements\b)(\w+))?(?:\s+extends\s+[\w.]+)?(?:\s+implements\s[\w\s,.]{0,300}|\s*)\{|(?:\bexport\s+(?:const|let|var)\s+|\bexports\.)(\w+\d{13})\s*=/g;

/** Of a class that nothing else tells. */
const UP = /^[ \t]*(?:public\s+|async\s+)*up\s*[(=]/m;

/** Classes of a file that are migrations, by how they are declared. */
export const migrationClasses = byText((text): readonly MigrationClass[] => {
  const all = [...text.matchAll(CLASS)];
  const migrating = all.filter(({ 1: said, 2: timed, 4: made, index }, at) => (said ?? timed ?? made) !== undefined || UP.test(text.slice(index, all[at + 1]?.index)));
  // The library takes what a file exports; what only stands there is for the others to extend.
  const given = migrating.filter((match) => isExported(match, text));
  const classes = given.length > 0 ? given : migrating;
  const names = new Set<string>();
  return classes.flatMap((match, at) => {
    const body = text.slice(match.index, classes[at + 1]?.index);
    const className = match.slice(1).find((name) => name !== undefined) ?? 'default';
    // `exports.Name = Name` behind the class.
    if (names.has(className)) return [];
    names.add(className);
    const own = /^\s*(?:public\s+|readonly\s+)*name(?:\s*:\s*[\w'"]+)?\s*=\s*(['"`])([\w-]+)\1/m.exec(body)?.[2];
    const transaction = /^[ \t]*(?:public\s+|readonly\s+)*(transaction(?:\s*:\s*[\w |]+?)?\s*=\s*(true|false)\b)/m.exec(body);
    const written = match.index + (transaction === null ? 0 : transaction.index + transaction[0].indexOf('transaction'));
    const name = own ?? className;
    return [{
      className,
      name,
      timestamp: /\d{13}$/.exec(name)?.[0],
      transaction: transaction === null ? undefined : { value: transaction[2] === 'true', span: { start: written, end: written + (transaction[1] ?? '').length } },
      hasDown: /\bdown\s*[(=:]/.test(body),
      span: { start: match.index, end: match.index + match[0].length },
    }];
  });
});

const isExported = (match: RegExpExecArray, text: string): boolean =>
  /\bexport\s+(?:default\s+)?(?:abstract\s+)?$|\bexports(?:\.\w+)?\s*=\s*$/.test(text.slice(Math.max(0, match.index - 60), match.index)) || match[4] !== undefined || exportedLater(match.slice(1).find((name) => name !== undefined), text);

/** `exports.Name = …`, `module.exports = { Name }`, `export { Name }` or `export default Name`. */
const exportedLater = (name: string | undefined, text: string): boolean =>
  name !== undefined && [...text.matchAll(/\bexport(?:s\b[\w.]*\s*=|\s+default\b|\s*(?=\{))([^;=]{0,300})/g)].some(([whole, list = '']) => new RegExp(`\\b${name}\\b`).test(list) || whole.startsWith(`exports.${name}`));
