/** Lets digit runs compare as numbers of any length; everything else by code unit, as file systems and tools do. */
export function naturalCompare(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const endA = digitsEnd(a, i);
      const endB = digitsEnd(b, j);
      const order = numericCompare(a.slice(i, endA), b.slice(j, endB));
      if (order !== 0) return order;
      i = endA;
      j = endB;
    } else {
      const order = a.charCodeAt(i++) - b.charCodeAt(j++);
      if (order !== 0) return order;
    }
  }
  return a.length - i - (b.length - j) || lexicalCompare(a, b);
}

/** Compares decimal numbers of any length. */
export function numericCompare(a: string, b: string): number {
  if (a.length === b.length) return lexicalCompare(a, b);
  const left = normalNumber(a);
  const right = normalNumber(b);
  return left.length - right.length || lexicalCompare(left, right);
}

export const lexicalCompare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `007` and `7` are the same version to a tool that reads numbers. */
export const normalNumber = (digits: string): string => (digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits);

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
};

function digitsEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text, end)) end++;
  return end;
}
