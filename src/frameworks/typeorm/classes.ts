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

const CLASS = /\bclass\s+(\w+)\s+(?:extends\s+[\w.]+\s+)?implements\s+[\w\s,.]*\bMigrationInterface\b|\bclass\s+(\w+\d{13})\b/g;

/** Classes of a file that are migrations, by how they are declared. */
export function migrationClasses(text: string): readonly MigrationClass[] {
  const found = [...text.matchAll(CLASS)];
  return found.map((match, index) => {
    const className = match[1] ?? match[2] ?? '';
    const body = text.slice(match.index, found[index + 1]?.index ?? text.length);
    const own = /^\s*(?:public\s+|readonly\s+)*name(?:\s*:\s*[\w'"]+)?\s*=\s*(['"`])([\w-]+)\1/m.exec(body)?.[2];
    const transaction = /^[ \t]*(?:public\s+|readonly\s+)*(transaction(?:\s*:\s*[\w |]+?)?\s*=\s*(true|false)\b)/m.exec(body);
    const written = match.index + (transaction === null ? 0 : transaction.index + transaction[0].indexOf('transaction'));
    const name = own ?? className;
    return {
      className,
      name,
      timestamp: /\d{13}$/.exec(name)?.[0],
      transaction: transaction === null ? undefined : { value: transaction[2] === 'true', span: { start: written, end: written + (transaction[1] ?? '').length } },
      hasDown: /\bdown\s*[(=:]/.test(body),
      span: { start: match.index, end: match.index + match[0].length },
    };
  });
}
