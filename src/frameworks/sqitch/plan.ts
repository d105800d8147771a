import type { Span } from '../../source/text.ts';

export interface PlannedChange {
  readonly name: string;
  /** Where its script may be, without the extension: one that is reworked later keeps its old script under `name@tag`. */
  readonly files: readonly string[];
  readonly span: Span;
}

export function readPlan(text: string): readonly PlannedChange[] {
  const changes: { name: string; span: Span; tags?: readonly string[] }[] = [];
  const tags: { name: string; after: number }[] = [];
  const latest = new Map<string, number>();
  for (const match of text.matchAll(/^[ \t]*([^\s#%][^\n]*)/gm)) {
    const line = match[1] ?? '';
    const name = /^(?:@|[+-][ \t]*)?([^\s@[\]#:]+)/.exec(line)?.[1];
    if (name === undefined) continue;
    if (line.startsWith('@')) {
      tags.push({ name, after: changes.length });
      continue;
    }
    const earlier = latest.get(name);
    const reworked = earlier === undefined ? undefined : changes[earlier];
    if (reworked !== undefined) reworked.tags = tags.filter(({ after }) => after > (earlier ?? 0)).map((tag) => tag.name);
    latest.set(name, changes.length);
    const start = match.index + match[0].indexOf(name);
    changes.push({ name, span: { start, end: start + name.length } });
  }
  return changes.map(({ name, span, tags: reworkedAt = [] }) => ({ name, span, files: reworkedAt.length === 0 ? [name] : reworkedAt.map((tag) => `${name}@${tag}`) }));
}
