import type { Dialect } from '../dialects/dialect.ts';
import type { Step } from '../remedy/step.ts';

/** A step as one script. */
export const scriptOf = (statements: readonly string[], comments = ''): string => `${comments === '' ? '' : `${comments}\n`}${statements.map((sql) => `${sql.trim()};`).join('\n')}\n`;

/** The title of a step as a comment, what has to be deployed before it, and the author's own comments that go with it. */
export const headOf = ({ deploy, title }: Step, comments: string): string =>
  [title, ...(deploy === undefined ? [] : [`Deploy first: ${deploy}`])].map((line) => `-- ${line.replace(/\s+/g, ' ')}`).concat(comments === '' ? [] : [comments]).join('\n');

/**
 * For tools that take one statement outside a transaction: a step of several becomes several steps. What only clears away the rest of
 * a failed attempt is left out, as nothing can stand before the statement. The ways back are shared out from the end.
 */
export function splitForOne(step: Step, dialect: Dialect): readonly Step[] | undefined {
  const up = withoutClearing(step.up, dialect);
  const down = step.down ?? [];
  if (up.length <= 1 && down.length <= 1) return [{ ...step, up }];
  if (down.length > up.length) return undefined;
  return up.map((sql, index) => {
    const back = down[up.length - 1 - index];
    const first = index === 0;
    return {
      ...step,
      slug: first ? step.slug : `${step.slug}_${String(index + 1)}`,
      up: [sql],
      down: step.down === null ? null : back === undefined ? [] : [back],
      preconditions: first ? step.preconditions : [],
      verification: index === up.length - 1 ? step.verification : [],
    };
  });
}

/** Without a leading DROP INDEX IF EXISTS of the index that comes next. */
function withoutClearing(up: readonly string[], dialect: Dialect): readonly string[] {
  const read = up.map((sql) => dialect.parse(sql).statements.flatMap(({ operations }) => operations));
  return up.filter((_, index) => {
    const [own, ...more] = read[index] ?? [];
    const next = read[index + 1]?.[0];
    return !(own?.kind === 'dropIndex' && own.ifExists && more.length === 0 && next?.kind === 'createIndex' && next.name === own.index.name);
  });
}
