/** Text of a file in UTF-8 or UTF-16, byte order mark left out; undefined for what is no text. */
export function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return textOf(bytes.subarray(3));
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return wide(bytes.subarray(2), 'little');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return wide(bytes.subarray(2), 'big');
  const zero = bytes.indexOf(0);
  if (zero < 0) return bytes.toString('utf8');
  return unmarked(bytes);
}

const textOf = (bytes: Buffer): string | undefined => (bytes.includes(0) ? undefined : bytes.toString('utf8'));

function wide(bytes: Buffer, order: 'little' | 'big'): string | undefined {
  const even = bytes.subarray(0, bytes.length & ~1);
  const text = (order === 'little' ? even : Buffer.from(even).swap16()).toString('utf16le');
  return text.includes('\0') ? undefined : text;
}

/** SQL is mostly ASCII: in UTF-16 nearly every other byte is zero, always on the same side. */
function unmarked(bytes: Buffer): string | undefined {
  const length = Math.min(bytes.length, 4096) & ~1;
  let high = 0;
  let low = 0;
  for (let i = 0; i < length; i += 2) {
    if (bytes[i] === 0) high++;
    if (bytes[i + 1] === 0) low++;
  }
  const most = length * 0.35;
  // A few characters have a zero on the other side, as some emoji do.
  if (low > most && high < low / 10) return wide(bytes, 'little');
  if (high > most && low < high / 10) return wide(bytes, 'big');
  return undefined;
}
