/**
 * Whether a PL/pgSQL body looks as if its compiler would refuse it. Asking the compiler costs more than reading the body, so that only
 * bodies are shown to it that do; it has the last word.
 */
export function looksRefused(body: string, parameters: readonly string[], returns: { readonly isSet: boolean; readonly isNothing: boolean }): boolean {
  const text = body.replace(/--[^\n]*|'[^']*'/g, (part) => (part.startsWith('--') ? '' : part)).toLowerCase();
  const bare = text.replace(/'[^']*(?:''[^']*)*'/g, "''");
  if (returns.isNothing && /\breturn\s+(?!next\b|query\b)[^;\s]/.test(bare)) return true;
  if (!returns.isSet && /\breturn\s+(?:next|query)\b/.test(bare)) return true;
  if (/\b(?:exit|continue)\b/.test(bare) && !/\bloop\b/.test(bare)) return true;
  return namesUnknown(bare, parameters) || raisesUnevenly(text);
}

/** A variable that is assigned, filled or looped over, and that no DECLARE, parameter or loop brings. */
function namesUnknown(text: string, parameters: readonly string[]): boolean {
  const declared = new Set([...parameters.map((name) => name.toLowerCase()), 'new', 'old', 'found', 'strict']);
  for (const part of text.split(/\bdeclare\b/).slice(1)) for (const [word] of (part.split(/\bbegin\b/, 1)[0] ?? '').matchAll(/[a-z_][\w$]*/g)) declared.add(word);
  for (const { groups } of text.matchAll(/\bfor\s+(?<name>[a-z_]\w*)\s+in\s+(?:reverse\s+)?(?<from>[^;]{0,80}?)\bloop\b/g)) if (groups?.from?.includes('..') === true) declared.add(groups.name ?? '');
  for (const { groups } of text.matchAll(/(?:\b(?:begin|then|else|loop)|;)\s*(?<assigned>[a-z_]\w*)\s*:?=(?!=)|\binto\s+(?:strict\s+)?(?<filled>[a-z_]\w*)\s*(?:;|from\b)|\bfor\s+(?<looped>[a-z_]\w*)\s+in\s+(?:select|execute|with)\b/g)) {
    const name = groups?.assigned ?? groups?.filled ?? groups?.looped;
    if (name !== undefined && !declared.has(name)) return true;
  }
  return false;
}

/** RAISE with another number of values than its text has places. */
function raisesUnevenly(text: string): boolean {
  const raise = /\braise\s+(?:(?:debug|log|info|notice|warning|exception)\s+)?'(?<format>[^']*(?:''[^']*)*)'/g;
  for (let found = raise.exec(text); found !== null; found = raise.exec(text)) {
    const end = text.indexOf(';', raise.lastIndex);
    if (end < 0) return false;
    const places = (found.groups?.['format'] ?? '').replaceAll('%%', '').split('%').length - 1;
    const values = text.slice(raise.lastIndex, end).replace(/\busing\b[^]*$/, '').replace(/'[^']*'/g, "''");
    if (topCommas(values) !== places) return true;
    // A statement raises once: what stands before its end is not looked at again.
    raise.lastIndex = end;
  }
  return false;
}

function topCommas(text: string): number {
  let depth = 0;
  let count = 0;
  for (const char of text) {
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (char === ',' && depth === 0) count++;
  }
  return count;
}
