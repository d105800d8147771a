export type Fingerprint = (rule: string, relation: string | null, statement: string) => string;

/**
 * Gives each finding a name that survives line moves, renamed files and edits elsewhere: a hash of the rule, the object and
 * the statement's own text, numbered where the same statement stands several times.
 */
export function fingerprinter(): Fingerprint {
  const numbered = numberer();
  return (rule, relation, statement) => numbered(hashed(rule, relation, statement));
}

// Several rules in turn have something to say about a statement.
let last = { statement: '', plain: '' };

/** The name without its number. */
export const hashed: Fingerprint = (rule, relation, statement) => {
  if (last.statement !== statement) last = { statement, plain: statement.replace(/\s+/g, ' ').trim() };
  return fnv64(`${rule}\0${relation ?? ''}\0${last.plain}`);
};

export function numberer(): (hash: string) => string {
  const seen = new Map<string, number>();
  return (hash) => {
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return count === 1 ? hash : `${hash}-${String(count)}`;
  };
}

/** 64 bits of FNV-1a as two independent 32-bit halves, in hex; identification, not security. */
function fnv64(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x01000193);
  }
  return hex(high) + hex(low);
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');
