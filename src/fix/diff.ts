import type { FileChange } from '../frameworks/framework.ts';

/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Where two stretches differ in more pairs of lines than this, one is replaced by the other as a whole. */
const MOST_PAIRS = 4_000_000;

/** Changes as a patch that `git apply` takes. */
export const patch = (files: readonly FileChange[]): string => [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(filePatch).join('');

function filePatch({ path, before, text, from = path }: FileChange): string {
  const [old, now] = [quoted(`a/${from}`), quoted(`b/${path}`)];
  const head = `diff --git ${old} ${now}\n${from === path ? '' : `rename from ${quoted(from)}\nrename to ${quoted(path)}\n`}`;
  const lines = hunks(linesOf(before ?? ''), linesOf(text));
  if (before === null) return `${head}new file mode 100644\n${lines === '' ? '' : `--- /dev/null\n+++ ${now}\n${lines}`}`;
  if (lines === '') return from === path ? '' : head;
  return `${head}--- ${old}\n+++ ${now}\n${lines}`;
}

/** Names with characters that would end or confuse them are written as git writes them. */
function quoted(path: string): string {
  if (/^[^\s"\\\u0000-\u001f\u007f-\uffff]*$/.test(path)) return path;
  const escaped = [...Buffer.from(path, 'utf8')].map((byte) => {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') return `\\${char}`;
    return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : char;
  });
  return `"${escaped.join('')}"`;
}

/** Lines with their line feeds; a carriage return is part of the line. */
const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.split(/(?<=\n)/));

type Mark = ' ' | '-' | '+';

function hunks(old: readonly string[], now: readonly string[]): string {
  const edits = script(old, now);
  let result = '';
  let index = 0;
  let [oldLine, newLine] = [0, 0];
  while (index < edits.length) {
    if (edits[index]?.mark === ' ') {
      oldLine++;
      newLine++;
      index++;
      continue;
    }
    const from = Math.max(0, index - CONTEXT);
    let end = index;
    for (let at = index, same = 0; at < edits.length && same <= 2 * CONTEXT; at++) {
      if (edits[at]?.mark === ' ') same++;
      else [same, end] = [0, at + 1];
    }
    const to = Math.min(edits.length, end + CONTEXT);
    const part = edits.slice(from, to);
    const lead = index - from;
    const count = (mark: Mark): number => part.filter((edit) => edit.mark === ' ' || edit.mark === mark).length;
    result += `@@ -${range(oldLine - lead, count('-'))} +${range(newLine - lead, count('+'))} @@\n${part.map(line).join('')}`;
    for (; index < to; index++) {
      const mark = edits[index]?.mark;
      if (mark !== '+') oldLine++;
      if (mark !== '-') newLine++;
    }
  }
  return result;
}

const range = (before: number, count: number): string => (count === 1 ? String(before + 1) : `${String(count === 0 ? before : before + 1)},${String(count)}`);

const line = ({ mark, text }: Edited): string => (text.endsWith('\n') ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`);

interface Edited {
  readonly mark: Mark;
  readonly text: string;
}

function script(old: readonly string[], now: readonly string[]): readonly Edited[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let tail = 0;
  while (tail < old.length - start && tail < now.length - start && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): Edited[] => lines.map((text) => ({ mark: ' ', text }));
  return [...same(old.slice(0, start)), ...middle(old.slice(start, old.length - tail), now.slice(start, now.length - tail)), ...same(old.slice(old.length - tail))];
}

/** By the longest common subsequence. */
function middle(old: readonly string[], now: readonly string[]): readonly Edited[] {
  const replaced = (): readonly Edited[] => [...old.map((text): Edited => ({ mark: '-', text })), ...now.map((text): Edited => ({ mark: '+', text }))];
  if (old.length * now.length > MOST_PAIRS) return replaced();
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) lengths[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const edits: Edited[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      edits.push({ mark: ' ', text: old[i] ?? '' });
      i++;
      j++;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) edits.push({ mark: '-', text: old[i++] ?? '' });
    else edits.push({ mark: '+', text: now[j++] ?? '' });
  }
  return edits;
}
