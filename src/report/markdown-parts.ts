/** A fence longer than any in the text, so that the text cannot close it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${text}\n${fence}`;
}

export function code(text: string): string {
  const clean = text.replace(/\s+/g, ' ');
  const fence = clean.includes('`') ? '``' : '`';
  return fence === '`' ? `\`${clean}\`` : `\`\` ${clean} \`\``;
}

/** Keeps names from the migrations from becoming markup; what looks like code stays readable. */
export const escape = (text: string): string => text.replace(/[\\`*_{}[\]<>#|@]/g, (char) => (char === '@' ? '&#64;' : char === '<' ? '&lt;' : char === '>' ? '&gt;' : `\\${char}`));
