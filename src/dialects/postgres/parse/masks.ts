/** What a placeholder stands in for. */
export type MaskStyle = 'name' | 'string' | 'number' | 'row';

/** Stand-ins of the same length that the parser accepts, and the way back. */
export interface Masks {
  hide(placeholder: string, style: MaskStyle): string;
  /** A stand-in without quotes, for placeholders inside of quotes. */
  bare(placeholder: string, length?: number): string;
  /** Puts the placeholders back into every text of the parser's answer. */
  restore(value: unknown): unknown;
  restoreText(text: string): string;
}

// A stand-in is a letter that no migration uses, numbered, and underscores: few of them reach the identifier limit.
const FIRST = 0x0700;
const LETTERS = 0x80;
const MASKED = /([\u0700-\u077f])(_*)/g;

export function masks(): Masks {
  const known: { readonly text: string; readonly length: number }[] = [];

  function bare(text: string, length = text.length): string {
    if (length < 1) return '';
    let index = known.findIndex((each) => each.text === text && each.length === length);
    if (index === -1) {
      index = Math.min(known.length, LETTERS - 1);
      known[index] = { text, length };
    }
    return String.fromCharCode(FIRST + index) + '_'.repeat(length - 1);
  }

  function hide(placeholder: string, style: MaskStyle): string {
    const quote = placeholder.charCodeAt(0) === 58 ? placeholder.charAt(1) : '';
    if (quote === '"' || quote === "'") return quote + bare(`:${placeholder.slice(2, -1)}`) + quote;
    if (style === 'string') return `'${bare(placeholder, placeholder.length - 2)}'`;
    if (style === 'row' && placeholder.length > 2) return `(${bare(placeholder, placeholder.length - 2)})`;
    return style === 'number' ? '1'.repeat(placeholder.length) : bare(placeholder);
  }

  function restore(value: unknown): unknown {
    if (typeof value === 'string') return restoreText(value);
    if (Array.isArray(value)) return value.map(restore);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, restore(each)]));
  }

  function restoreText(text: string): string {
    return text.replace(MASKED, (mask, letter: string, underscores: string) => {
      const found = known[letter.charCodeAt(0) - FIRST];
      // Underscores behind the stand-in's own are the name's.
      return found === undefined ? mask : found.text + underscores.slice(found.length - 1);
    });
  }

  return { hide, bare, restore, restoreText };
}
