/** A text that statements are read from, and where its characters stand in the file. */
export interface Source {
  readonly text: string;
  /** Offset in the file of an offset into the text. */
  at(offset: number): number;
}

export const fileSource = (text: string, offset: number): Source => ({ text, at: (at) => at + offset });

/** Translates the parser's offsets, which count UTF-8 bytes, into UTF-16 offsets. */
export function byteOffsets(text: string): (byte: number) => number {
  if (!NOT_ASCII.test(text)) return (byte) => byte;
  let map: Int32Array | undefined;
  return (byte) => {
    map ??= byteMap(text);
    return map[Math.min(byte, map.length - 1)] ?? text.length;
  };
}

/** UTF-16 offset of the character with that number, as the parser counts in its errors: pairs of surrogates are one. */
export function characterOffset(text: string, character: number): number {
  if (!/[\ud800-\udfff]/.test(text)) return Math.min(character, text.length);
  let at = 0;
  for (let count = 0; count < character && at < text.length; count++) {
    at += text.charCodeAt(at) >= 0xd800 && text.charCodeAt(at) < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1)) ? 2 : 1;
  }
  return at;
}

const NOT_ASCII = /[^\x00-\x7f]/;

function byteMap(text: string): Int32Array {
  const map = new Int32Array(text.length * 3 + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const pair = code >= 0xd800 && code < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1));
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : pair ? 4 : 3;
    map.fill(i, bytes, bytes + size);
    bytes += size;
    if (pair) i++;
  }
  map[bytes] = text.length;
  return map.subarray(0, bytes + 1);
}

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

/** The text with halves of surrogate pairs replaced: passing them on would swallow the character behind. */
export function wellFormed(text: string): string {
  return NOT_ASCII.test(text) && /[\ud800-\udfff]/.test(text) ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd') : text;
}

/** The contents of a string token as the server sees them. Undefined for forms that are not worth decoding. */
export function stringContents(source: Source, start: number, end: number): Source | undefined {
  const { text } = source;
  if (text.charCodeAt(start) === 36) {
    const tag = text.indexOf('$', start + 1) + 1 - start;
    const from = start + tag;
    return { text: text.slice(from, Math.max(from, end - tag)), at: (at) => source.at(at + from) };
  }
  const quote = text.indexOf("'", start);
  const prefix = text.slice(start, quote).toLowerCase();
  if (prefix !== '' && prefix !== 'e' && prefix !== 'n') return undefined;
  const inner = text.slice(quote + 1, end - 1);
  if (!inner.includes("'") && !(prefix === 'e' && inner.includes('\\'))) return { text: inner, at: (at) => source.at(at + quote + 1) };
  return decoded(source, quote + 1, end - 1, prefix === 'e');
}

const ESCAPES = new Map(Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }));

function decoded(source: Source, from: number, to: number, escapes: boolean): Source {
  const { text } = source;
  const map: number[] = [];
  let contents = '';
  const put = (piece: string, at: number): void => {
    contents += piece;
    while (map.length < contents.length) map.push(at);
  };
  for (let i = from; i < to; ) {
    const character = text.charAt(i);
    if (character === "'" && text.charCodeAt(i + 1) === 39) {
      put("'", i);
      i += 2;
    } else if (character === "'") {
      // The string goes on after a line break.
      i = text.indexOf("'", i + 1) + 1;
    } else if (escapes && character === '\\') {
      const escape = /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/.exec(text.slice(i, i + 10));
      if (escape === null) break;
      const code = escape[1] ?? escape[2] ?? escape[3];
      const letter = escape[5];
      if (letter !== undefined) put(ESCAPES.get(letter) ?? letter, i);
      else put(characterOf(code === undefined ? Number.parseInt(escape[4] ?? '0', 8) : Number.parseInt(code, 16)), i);
      i += escape[0].length;
    } else {
      put(character, i);
      i++;
    }
  }
  map.push(to);
  return { text: contents, at: (at) => source.at(map[Math.min(at, map.length - 1)] ?? to) };
}

const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
