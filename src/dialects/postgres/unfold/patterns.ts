/** LIKE, in time linear in both for each `%`. Undefined for a pattern that ends in its escape. */
export function isLike(text: string, pattern: string, ignoreCase: boolean): boolean | undefined {
  const parts = partsOf(ignoreCase ? pattern.toLowerCase() : pattern);
  return parts === undefined ? undefined : matches([...(ignoreCase ? text.toLowerCase() : text)], parts);
}

/** A character to be met, any one (`_`), or any number of them (`%`). */
type Part = string | 'any' | 'many';

function partsOf(pattern: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '\\') {
      i++;
      if (i >= characters.length) return undefined;
      parts.push(characters[i] ?? '');
    } else parts.push(character === '_' ? 'any' : character === '%' ? 'many' : character);
  }
  return parts;
}

function matches(text: readonly string[], parts: readonly Part[]): boolean {
  let at = 0;
  let part = 0;
  let retry: { readonly part: number; at: number } | undefined;
  while (at < text.length) {
    const wanted = parts[part];
    if (wanted === 'many') {
      retry = { part: part + 1, at };
      part++;
    } else if (wanted !== undefined && (wanted === 'any' || wanted === text[at])) {
      at++;
      part++;
    } else if (retry !== undefined) {
      retry.at++;
      at = retry.at;
      part = retry.part;
    } else return false;
  }
  while (parts[part] === 'many') part++;
  return part === parts.length;
}

/** A regular expression of plain characters and anchors, alternatives of such, and `.*`; undefined for any other. */
export function isMatch(text: string, pattern: string, ignoreCase: boolean): boolean | undefined {
  const bare = /^\^\(([^()]*)\)\$$/.exec(pattern)?.[1]?.split('|').map((each) => `^${each}$`) ?? pattern.split('|');
  const found = bare.map((each) => isPlainMatch(text, each, ignoreCase));
  return found.includes(undefined) ? undefined : found.includes(true);
}

function isPlainMatch(text: string, pattern: string, ignoreCase: boolean): boolean | undefined {
  const [, start = '', body = '', end = ''] = /^(\^?)(.*?)(\$?)$/s.exec(pattern) ?? [];
  let like = '';
  for (let i = 0; i < body.length; i++) {
    const character = body.charAt(i);
    if (character === '.' && body.charAt(i + 1) === '*') {
      like += '%';
      i++;
    } else if (character === '.') like += '_';
    else if (character === '\\' && /[.$^|()[\]{}*+?\\_-]/.test(body.charAt(i + 1))) {
      like += `\\${body.charAt(i + 1)}`;
      i++;
    } else if (/[\\()[\]{}*+?^$]/.test(character)) return undefined;
    else like += character === '%' || character === '_' ? `\\${character}` : character;
  }
  return isLike(text, `${start === '' ? '%' : ''}${like}${end === '' ? '%' : ''}`, ignoreCase);
}
