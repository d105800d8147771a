import type { NewMigration, Writer } from '../framework.ts';
import { roughStatements } from '../shared/statements.ts';
import { body, changed, lineBreak, refused, slugLike, wantsDown } from '../shared/writing.ts';
import type { Changeset } from './changelog.ts';
import { readChangelog } from './changelog.ts';

const OUTSIDE = 'runInTransaction:false';
const WHOLE = 'splitStatements:false';

/** Changesets in the same file, right after the one before, by the same author. */
export const writer: Writer = {
  create(migrations, after, _history, tree) {
    const { path } = after.up;
    const text = tree.read(path) ?? '';
    const { changesets } = readChangelog(path, text);
    const index = changesets.findIndex(({ author, id }) => `${author}:${id}` === after.version);
    const own = changesets[index];
    if (own === undefined) return refused(`There is no changeset ${after.version ?? after.name} in ${path}.`);
    const used = new Set(changesets.map(({ id }) => id));
    const end = changesets[index + 1]?.line.start ?? text.length;
    const added: string[] = [];
    for (const migration of migrations) {
      const written = changeset(migration, own, freshId(own.id, migration.slug, used), { back: wantsDown(after), line: text.slice(own.line.start, own.line.end) });
      if (written === undefined) return refused('A changeset outside a transaction that holds several statements with semicolons inside cannot be written.');
      added.push(written);
    }
    const line = lineBreak(text);
    const head = text.slice(0, end).trimEnd();
    const rest = text.slice(end);
    return [changed(path, text, `${head}${line}${line}${added.join('\n').replaceAll('\n', line)}${rest === '' ? '' : line + rest}`)];
  },
  writeDown({ up: { path, sections = [] } }, down, tree) {
    const text = tree.read(path) ?? '';
    const { changesets } = readChangelog(path, text);
    const index = changesets.findLastIndex(({ line }) => line.start <= (sections[0]?.start ?? 0));
    if (index < 0) return refused(`There is no changeset line in ${path}.`);
    const end = changesets[index + 1]?.line.start ?? text.length;
    const line = lineBreak(text);
    const head = text.slice(0, end).trimEnd();
    return [changed(path, text, `${head}${line}${rollback(down).replaceAll('\n', line)}${text.slice(head.length).replace(/^\r?\n/, '')}`)];
  },
  uncut(path, text, before) {
    const then = readChangelog(path, before).changesets;
    const known = new Set(then.flatMap(({ author, id }, index) => (hasInner(bodyOf(before, then, index)) ? [`${author}:${id}`] : [])));
    const wayBack = new Set(then.flatMap(({ author, id }, index) => (ROLLBACK.test(bodyOf(before, then, index)) ? [`${author}:${id}`] : [])));
    const { changesets } = readChangelog(path, text);
    return changesets.reduceRight((now, { author, id, line }, index) => {
      const key = `${author}:${id}`;
      const own = bodyOf(text, changesets, index);
      const said = text.slice(line.start, line.end).trimEnd();
      const isWhole = !known.has(key) && hasInner(own) && !/\b(?:splitStatements|endDelimiter):/i.test(said);
      // Without a word about it the tool refuses to go back.
      const isBare = wayBack.has(key) && !ROLLBACK.test(own);
      if (!isWhole && !isBare) return now;
      const end = line.end + own.trimEnd().length;
      const next = lineBreak(text);
      return `${now.slice(0, line.start)}${said}${isWhole ? ` ${WHOLE}` : ''}${now.slice(line.start + said.length, end)}${isBare ? `${next}--rollback empty` : ''}${now.slice(end)}`;
    }, text);
  },
  runOutside({ path, sections = [] }, text) {
    const { changesets } = readChangelog(path, text);
    const own = changesets.findLast(({ line }) => line.start <= (sections[0]?.start ?? 0));
    if (own === undefined) return refused(`There is no changeset line in ${path}.`);
    const line = text.slice(own.line.start, own.line.end).trimEnd();
    const said = /\brunInTransaction:\S*/i;
    const next = said.test(line) ? line.replace(said, OUTSIDE) : `${line} ${OUTSIDE}`;
    return [changed(path, text, text.slice(0, own.line.start) + next + text.slice(own.line.start + line.length))];
  },
};

function changeset({ up, down, outsideTransaction }: NewMigration, own: Changeset, id: string, { back, line }: { readonly back: boolean; readonly line: string }): string | undefined {
  const statements = roughStatements(up);
  const inner = hasInner(up);
  if (inner && outsideTransaction && statements.length > 1) return undefined;
  const dbms = /\bdbms:(?:"[^"]*"|\S+)/.exec(line)?.[0];
  const attributes = [...(dbms === undefined ? [] : [dbms]), ...(outsideTransaction ? [OUTSIDE] : []), ...(inner ? [WHOLE] : []), ...(down !== null && hasInner(down) ? ['rollbackSplitStatements:false'] : [])];
  const mark = /^[ \t]*--[ \t]*/.exec(line)?.[0] ?? '--';
  const name = /[\s:]/.test(own.author) ? `"${own.author}"` : own.author;
  const way = down === null ? '' : down.trim() === '' ? '--rollback empty\n' : rollback(down);
  return `${mark}changeset ${[`${name}:${id}`, ...attributes].join(' ')}\n${body(up)}${back ? way : ''}`;
}

/** Whether a statement has semicolons inside, as a block of code has. */
const hasInner = (sql: string): boolean => roughStatements(sql).some(({ start, end }) => sql.slice(start, end).includes(';'));

const bodyOf = (text: string, all: readonly Changeset[], index: number): string => text.slice(all[index]?.line.end ?? 0, all[index + 1]?.line.start ?? text.length);

const ROLLBACK = /^[ \t]*--[ \t]*rollback\b/im;

const rollback = (down: string): string => `${down.trim().split('\n').map((one) => `--rollback ${one}`).join('\n')}\n`;

/** `7` is followed by `7-validate_email`, a word by a word. */
function freshId(id: string, slug: string, used: Set<string>): string {
  const base = `${id.replace(/\s+/g, '_')}-${slugLike(slug, id)}`;
  let candidate = base;
  for (let number = 2; used.has(candidate); number++) candidate = `${base}-${String(number)}`;
  used.add(candidate);
  return candidate;
}
