import type { Span } from '../../source/text.ts';
import { roughStatements } from '../shared/statements.ts';

/** What Flyway's PostgreSQL parser takes to be impossible in a transaction; it knows no other. */
const OUTSIDE = /^(?:(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER SYSTEM|CREATE(?: UNIQUE)? INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|REINDEX(?: VERBOSE)? (?:SCHEMA|DATABASE|SYSTEM)|VACUUM|DISCARD ALL)\b/;
const HINT = /\bCONCURRENTLY\b|\bVACUUM\b|\bDATABASE\b|\bTABLESPACE\b|\bSUBSCRIPTION\b|\bSYSTEM\b|\bSCHEMA\b|\bDISCARD\b/i;

/** The first statement of either sort. */
export function mixture(text: string): { outside?: Span; inside?: Span } {
  if (!HINT.test(text)) return {};
  let outside: Span | undefined;
  let inside: Span | undefined;
  for (const { head, start, end } of roughStatements(text)) {
    if (OUTSIDE.test(head)) outside ??= { start, end };
    else inside ??= { start, end };
  }
  return { ...(outside === undefined ? {} : { outside }), ...(inside === undefined ? {} : { inside }) };
}
