/** A value of a VALUES row as far as it is a literal; undefined for anything else. */
export type Value = string | number | null | undefined;

const MOST_ROWS = 100;

/** The first rows that an INSERT … VALUES writes; none where the text is not of that form. */
export function valueRows(text: string): readonly (readonly Value[])[] {
  const rows: Value[][] = [];
  let at = afterKeyword(text);
  while (at !== undefined && rows.length < MOST_ROWS) {
    at = skipBlank(text, at);
    if (text[at] !== '(') break;
    const row = readRow(text, at + 1);
    if (row === undefined) break;
    rows.push(row.values);
    at = skipBlank(text, row.end);
    if (text[at] !== ',') break;
    at += 1;
  }
  return rows;
}

/** Where the text goes on after the VALUES of the statement, names and column lists skipped. */
function afterKeyword(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; ) {
    const end = skipOpaque(text, i);
    if (end > i) {
      i = end;
      continue;
    }
    const char = text[i] ?? '';
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (depth === 0 && /[a-z]/i.test(char)) {
      const word = /^\w+/.exec(text.slice(i, i + 64))?.[0] ?? char;
      if (word.toLowerCase() === 'values') return i + word.length;
      i += word.length;
      continue;
    }
    i++;
  }
  return undefined;
}

function readRow(text: string, start: number): { readonly values: Value[]; readonly end: number } | undefined {
  const values: Value[] = [];
  let depth = 0;
  let from = start;
  for (let i = start; i < text.length; ) {
    const end = skipOpaque(text, i);
    if (end > i) {
      i = end;
      continue;
    }
    const char = text[i];
    if (depth === 0 && (char === ',' || char === ')')) {
      values.push(readValue(text.slice(from, i)));
      from = i + 1;
      if (char === ')') return { values, end: i + 1 };
    } else if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    i++;
  }
  return undefined;
}

function readValue(source: string): Value {
  const text = source.replace(/::[\w\s."()[\],]*$/, '').trim();
  if (/^null$/i.test(text)) return null;
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  return /^'(?:[^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}

const skipBlank = (text: string, at: number): number => {
  let i = at;
  for (;;) {
    while (/\s/.test(text[i] ?? '')) i++;
    if (!text.startsWith('--', i) && !text.startsWith('/*', i)) return i;
    i = skipOpaque(text, i);
  }
};

/** The end of a string, quoted name or comment that begins here; the place itself where none does. */
function skipOpaque(text: string, at: number): number {
  const char = text[at];
  if (char === "'" || char === '"') return closing(text, at + 1, char, char === "'" && /[eE]/.test(text[at - 1] ?? ''));
  if (text.startsWith('--', at)) return endOf(text, '\n', at);
  if (text.startsWith('/*', at)) return endOf(text, '*/', at + 2);
  if (char !== '$') return at;
  const tag = /^\$\w*\$/.exec(text.slice(at, at + 66))?.[0];
  if (tag === undefined) return at;
  return endOf(text, tag, at + tag.length);
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

function closing(text: string, start: number, quote: string, escapes: boolean): number {
  for (let i = start; i < text.length; i++) {
    if (escapes && text[i] === '\\') i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return text.length;
}
