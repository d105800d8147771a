import type { Span } from '../../source/text.ts';

export interface PlannedChange {
  readonly name: string;
  /** Its script without the extension: a change that is reworked later keeps its old script under `name@tag`. */
  readonly file: string;
  readonly span: Span;
}

export function readPlan(text: string): readonly PlannedChange[] {
  const changes: { name: string; span: Span; tag?: string }[] = [];
  const latest = new Map<string, number>();
  let tag: string | undefined;
  for (const match of text.matchAll(/^[ \t]*([^\s#%][^\n]*)/gm)) {
    const line = match[1] ?? '';
    const name = /^(?:@|[+-][ \t]*)?([^\s@[\]#:]+)/.exec(line)?.[1];
    if (name === undefined) continue;
    if (line.startsWith('@')) {
      tag = name;
      continue;
    }
    const earlier = changes[latest.get(name) ?? -1];
    if (earlier !== undefined && tag !== undefined) earlier.tag = tag;
    latest.set(name, changes.length);
    const start = match.index + match[0].indexOf(name);
    changes.push({ name, span: { start, end: start + name.length } });
  }
  return changes.map(({ name, span, tag: reworkedAt }) => ({ name, span, file: reworkedAt === undefined ? name : `${name}@${reworkedAt}` }));
}
