import type { Traced } from '../../../hosts/program.ts';
import { changedTo, cut, joined } from '../../../hosts/traced.ts';
import type { Value } from '../../../hosts/typescript/value.ts';
import { pieceOf, quotedName } from '../sql-text.ts';
import { rawOf } from './raw.ts';

/** `schema.table as alias`, each part in quotes. */
export function wrapped(value: Value | undefined): Traced {
  const raw = rawOf(value);
  if (raw !== undefined) return raw;
  if (value?.kind === 'number') return pieceOf(value);
  if (value?.kind === 'record') {
    // `{ alias: 'name' }`
    return joined([...value.entries].map(([alias, of]) => joined([wrapped(of), ` as "${alias}"`])), ', ');
  }
  return wrappedText(pieceOf(value));
}

export function wrappedText(text: Traced): Traced {
  const alias = / as /i.exec(text.text);
  if (alias !== null) return joined([wrappedText(cut(text, 0, alias.index)), ' as ', part(cut(text, alias.index + alias[0].length))]);
  // A placeholder may hold dots of its own.
  if (text.text.includes('${')) return /^\$\{[^}]*\}$/.test(text.text) ? part(text) : changedTo(text.text.split(/\.(?![^{]*\})/).map((name) => `"${name.trim()}"`).join('.'), text);
  const parts: Traced[] = [];
  let from = 0;
  for (let dot = text.text.indexOf('.'); ; dot = text.text.indexOf('.', from)) {
    parts.push(part(cut(text, from, dot < 0 ? text.text.length : dot)));
    if (dot < 0) return joined(parts, '.');
    from = dot + 1;
  }
}

const part = (text: Traced): Traced => {
  const start = text.text.length - text.text.trimStart().length;
  const own = cut(text, start, text.text.trimEnd().length);
  return own.text === '*' ? own : quotedName(own);
};

/** A column, or several. */
export const columnized = (value: Value | undefined): Traced => (value?.kind === 'list' ? joined(value.items.map(wrapped), ', ') : wrapped(value));

/** `table_column_index`, in lower case, as the library names what has no name. */
export function commandName(type: string, table: Traced, columns: Value | undefined): Traced {
  const names = columns?.kind === 'list' ? columns.items : columns === undefined || columns.kind === 'null' || columns.kind === 'undefined' ? [] : [columns];
  const name = `${table.text.replace(/[.-]/g, '_')}_${names.map((own) => (rawOf(own) ?? pieceOf(own)).text).join('_')}_${type}`;
  return wrappedText({ text: name.includes('${') ? name : name.toLowerCase(), runs: [] });
}

/** Table with the schema of `withSchema` before it. */
export const qualified = (schema: Traced | undefined, table: Value | undefined): Traced => (schema === undefined ? wrapped(table) : joined([wrappedText(schema), '.', wrapped(table)]));
