import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-long-identifier',
  summary: 'a name is longer than 63 bytes and will be cut',
  severity: 'info',
  category: 'hygiene',
  on: ['statement'],
  recommended: true,
  why: 'The server cuts names to 63 bytes with nothing but a notice. Two long names with the same beginning collide, IF NOT EXISTS then skips the second, and a tool that looks for the full name does not find it.',
  references: [{ title: 'PostgreSQL: Identifiers', url: 'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS' }],
  check({ statement }, { script }) {
    if (statement.operations.length === 0 || statement.operations.some((op) => op.kind === 'opaque' || !NAMES.test(op.kind))) return undefined;
    const text = script.text.slice(statement.span.start, Math.min(statement.span.end, statement.span.start + 50_000));
    if (!MAY_BE_LONG.some((sign) => sign.test(text))) return undefined;
    const long: { at: { start: number; end: number }; name: string }[] = [];
    // Strings, dollar bodies and comments are stepped over; what is left that long is a name.
    for (const match of text.matchAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\/|\$(\w*)\$[^]*?\$\1\$|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*)/gu)) {
      const name = match[2] ?? match[3];
      if (name !== undefined && name.length > 15 && new TextEncoder().encode(name).length > 63) long.push({ at: { start: statement.span.start + match.index, end: statement.span.start + match.index + match[0].length }, name });
    }
    return long;
  },
  message: ({ name }) => `${name} has ${String(new TextEncoder().encode(name).length)} bytes; the server keeps the first 63.`,
  advice: () => 'Choose a shorter name.',
});

/** Sixty-four of one word or in quotes, or anything that takes more than a byte. One expression for all of them would try each at every character, and a word from each of its letters. */
const MAY_BE_LONG = [/(?:^|[^\w$])[\w$]{64}/, /"(?:[^"]|""){64}/, /[^\0-\x7F]/];

const NAMES = /^(?:create|rename|add|attach|setSchema)/;
