import type { FileTree, History, ScriptSource } from '../../src/frameworks/framework.ts';
import { lineIndex } from '../../src/source/text.ts';

/** A history as its expectation file states it: paths relative to its folder, SQL of the sections instead of their offsets. */
export function describeHistory(history: History, tree: FileTree): unknown {
  const path = (full: string): string => (history.folder !== '' && full.startsWith(`${history.folder}/`) ? full.slice(history.folder.length + 1) : full);
  const script = (source: ScriptSource): unknown => ({
    path: path(source.path),
    wrap: source.transaction.wrap,
    ...(source.sections === undefined ? {} : { sql: source.sections.map(({ start, end }) => (tree.read(source.path) ?? '').slice(start, end).trim()) }),
    ...(source.joined === true ? { joined: true } : {}),
    ...(source.placeholders === undefined ? {} : { placeholders: source.placeholders.flatMap((one) => [...(tree.read(source.path) ?? '').matchAll(one)].map(([match]) => match)) }),
  });
  return {
    framework: history.framework,
    folder: history.folder,
    dialect: history.dialect ?? null,
    migrations: history.migrations.map(({ version, name, up, down, downExpected, irreversible }) => ({
      version: version ?? null,
      name,
      up: script(up),
      down: down === undefined ? null : script(down),
      downExpected,
      ...(irreversible === true ? { irreversible } : {}),
    })),
    problems: history.problems.map(({ problem, path: where, span, detail }) => ({
      problem,
      path: path(where),
      ...(span === undefined ? {} : { line: lineIndex(tree.read(where) ?? '').position(span.start).line }),
      detail,
    })),
    ...(history.unread === undefined ? {} : { unread: history.unread.map(path) }),
  };
}
