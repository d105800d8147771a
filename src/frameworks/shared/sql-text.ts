import type { Traced } from '../../hosts/program.ts';
import { changedTo, joined, placedAt, written } from '../../hosts/traced.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import { printed } from '../../hosts/typescript/operators.ts';
import { sentName } from './naming.ts';

/** A name in double quotes, its characters still placed where they are. */
export function quotedName(given: Traced): Traced {
  const name = sentName(given);
  return name.text.includes('"') ? changedTo(`"${name.text.replaceAll('"', '""')}"`, name) : joined(['"', name, '"']);
}

/** Text of a value where SQL has a name or a piece of its own; something unknown becomes a placeholder. */
export function pieceOf(value: Value | undefined): Traced {
  switch (value?.kind) {
    case 'text':
      return value;
    case 'number':
    case 'boolean':
      return written(String(value.value));
    case 'unknown':
      return placedAt(written(`\${${value.source.replace(/[{}$`'"\\]/g, '') || 'unknown'}}`), value.span);
    case 'chain':
      return placedAt(written(`\${${value.root}}`), value.span);
    default:
      return value === undefined ? written('undefined') : (printed(value) ?? written(`\${${value.kind}}`));
  }
}

/** A text in single quotes as PostgreSQL's drivers write it. */
export const quotedText = (text: Traced): Traced => {
  if (!/['\\]/.test(text.text)) return joined(["'", text, "'"]);
  const escaped = text.text.replaceAll("'", "''");
  return changedTo(escaped.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`, text);
};

/** A value in SQL, lists and objects as JSON; a placeholder where it is unknown. */
export function literalOf(value: Value | undefined): Traced {
  switch (value?.kind) {
    case undefined:
    case 'null':
    case 'undefined':
      return written('NULL');
    case 'text':
      return quotedText(value);
    case 'list':
    case 'record': {
      const json = jsonOf(value);
      return json === undefined ? written("'${value}'") : quotedText(written(json));
    }
    case 'number':
    case 'boolean':
      return pieceOf(value);
    default:
      return quotedText(pieceOf(value));
  }
}

/** JSON of a known value; undefined where a part of it is unknown. */
export function jsonOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'text':
      return JSON.stringify(value.text);
    case 'number':
    case 'boolean':
      return String(value.value);
    case 'null':
      return 'null';
    case 'list': {
      const items = value.items.map(jsonOf);
      return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
    }
    case 'record': {
      if (value.partly !== undefined) return undefined;
      const entries: string[] = [];
      for (const [name, own] of value.entries) {
        if (own.kind === 'undefined' || own.kind === 'function') continue;
        const json = jsonOf(own);
        if (json === undefined) return undefined;
        entries.push(`${JSON.stringify(name)}:${json}`);
      }
      return `{${entries.join(',')}}`;
    }
    default:
      return undefined;
  }
}
