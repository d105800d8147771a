/**
 * Globs as .gitignore and editors write them: `*`, `?`, `**`, `[a-z]`, `{a,b}`, a leading `!` takes back what earlier ones gave.
 * A pattern without a slash matches a file or folder of that name at any depth; one that matches a folder matches all in it.
 */
export function matchesAny(patterns: readonly string[], path: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (matched === negated && matcher(negated ? pattern.slice(1) : pattern).test(path)) matched = !negated;
  }
  return matched;
}

export const isGlob = (text: string): boolean => /[*?[\]{}]/.test(text);

const compiled = new Map<string, RegExp>();

function matcher(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): RegExp {
  const clean = pattern.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  const anchored = clean.startsWith('/') ? clean.slice(1) : clean.includes('/') ? clean : `**/${clean}`;
  try {
    return new RegExp(`^${translate(anchored)}(?:/.*)?$`, 'su');
  } catch {
    // A range such as [z-a]: then the characters stand for themselves.
    return new RegExp(`^${escape(anchored)}(?:/.*)?$`, 'su');
  }
}

function translate(glob: string): string {
  let out = '';
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const char = glob.charAt(i);
    if (char === '*') {
      const stars = /^\*+/.exec(glob.slice(i))?.[0].length ?? 1;
      const whole = stars > 1 && (i === 0 || glob.charAt(i - 1) === '/');
      i += stars - 1;
      if (whole && glob.charAt(i + 1) === '/') {
        out += '(?:[^/]*/)*';
        i++;
      } else out += whole && i === glob.length - 1 ? '.*' : '[^/]*';
    } else if (char === '?') out += '[^/]';
    else if (char === '[') {
      const set = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(glob.slice(i));
      if (set === null) out += '\\[';
      else {
        out += `[${set[1] === '' ? '' : '^/'}${(set[2] ?? '').replace(/[\\[\]^]/g, '\\$&')}]`;
        i += set[0].length - 1;
      }
    } else if (char === '{' && glob.includes('}', i)) {
      depth++;
      out += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      out += ')';
    } else if (char === ',' && depth > 0) out += '|';
    else if (char === '\\' && i + 1 < glob.length) out += escape(glob.charAt(++i));
    else out += escape(char);
  }
  return out + ')'.repeat(depth);
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
