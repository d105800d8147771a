import type { Draft } from '../shared/history.ts';

/** Each migration after those that its header names, otherwise in the given order. Cycles are left as they stand. */
export function inDependencyOrder(drafts: readonly Draft[], headerOf: (path: string) => string): readonly Draft[] {
  const byName = new Map(drafts.map((draft) => [draft.name, draft]));
  const done = new Set<string>();
  const ordered: Draft[] = [];
  for (const start of drafts) {
    const stack = [start];
    for (let draft = stack.at(-1); draft !== undefined; draft = stack.at(-1)) {
      const { name } = draft;
      const waiting = done.has(name) ? [] : dependencies(draft, headerOf).filter((other) => !done.has(other) && byName.has(other));
      done.add(name);
      if (waiting.length === 0) {
        stack.pop();
        if (!ordered.includes(draft)) ordered.push(draft);
      } else for (const other of waiting.reverse()) stack.push(byName.get(other) ?? draft);
    }
  }
  return ordered;
}

function dependencies({ up }: Draft, headerOf: (path: string) => string): string[] {
  const line = up === undefined ? undefined : /^--[ \t]*depends:([^\n\r]*)/im.exec(headerOf(up.path))?.[1];
  return (line ?? '').split(/\s+/).filter((name) => name !== '');
}
