import type { FileTree, MigrationSource, Writer } from '../framework.ts';
import { baseName } from './paths.ts';
import { body, changed, lineBreak, newFile, refused } from './writing.ts';

type WriteDown = (source: MigrationSource, down: string, tree: FileTree) => ReturnType<NonNullable<Writer['writeDown']>>;

/** The way back as a file of its own, named after that of the way forward; `rename` answers undefined where no name can be told. */
export const downFile =
  (rename: (path: string) => string | undefined): WriteDown =>
  ({ up }, down, tree) => {
    const path = rename(up.path);
    if (path === undefined || path === up.path) return refused(`The name of ${baseName(up.path)} does not tell that of its way back.`);
    const before = tree.read(path);
    return [before === undefined ? newFile(path, body(down)) : changed(path, before, body(down))];
  };

/** The way back as a section at the end of the same file, under its mark; in the section that there is, where it holds nothing yet. */
export const downSection =
  (mark: string, shape: (sql: string) => string = (sql) => sql): WriteDown =>
  ({ up, down: there }, down, tree) => {
    const text = tree.read(up.path) ?? '';
    const line = lineBreak(text);
    const empty = there?.sections?.at(-1);
    if (empty !== undefined) {
      const head = text.slice(0, empty.end).trimEnd();
      const rest = text.slice(empty.end).trim() === '' ? '' : `${line}${text.slice(empty.end).replace(/^\s+/, '')}`;
      return [changed(up.path, text, `${head}${line}${shape(body(down)).replaceAll('\n', line)}${rest}`)];
    }
    const section = `\n${mark}\n${shape(body(down))}`.replaceAll('\n', line);
    return [changed(up.path, text, `${text}${text.endsWith('\n') ? '' : line}${section}`)];
  };
