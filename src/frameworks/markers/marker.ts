import type { Direction } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';

const UP = 'ups?|upgrade|forwards?|apply|migrate';
const DOWN = 'downs?|downgrade|rollback|roll[ _-]back|revert|undo|backwards?';
const TOOL = 'migrate|migration|micrate|rambler|shmig|section|begin|start';
const AFTER = 'migrations?|scripts?|section|sql|part';

/**
 * A comment line, or a block comment on a line of its own, that says nothing but the direction: `-- UP`, `-- @DOWN`,
 * `-- +micrate Up`, `-- rambler down`, `# --- !Downs` (Play), `-- //@UNDO` (MyBatis), `-- ==== DOWN ====`, `-- up:`, `--- Rollback script`,
 * `/* down *\/`. Prose is none.
 */
const LINE = [
  '^[ \\t]*(?:--+|/\\*+|#)[ \\t=~*#>+@!/<[({-]{0,40}',
  `(?:(?:${TOOL})[ \\t]*[:_ -][ \\t]*)?(?:(${UP})|(${DOWN}))(?:[ \\t_-]+(?:${AFTER}))?`,
  '[ \\t]*[:=~*#>)\\]}<-]{0,40}[ \\t]*(?:\\*/)?[ \\t=~*#-]{0,40}\\r?$',
].join('');

export const MARKER = new RegExp(LINE, 'im');

export interface Marker extends Span {
  readonly direction: Direction;
}

export const markers = (text: string): readonly Marker[] =>
  [...text.matchAll(new RegExp(LINE, 'gim'))].map((match) => ({ start: match.index, end: match.index + match[0].length, direction: match[1] === undefined ? 'down' : 'up' }));

/** Play's own marks: it cuts at every semicolon, and sends one for two. */
export const isPlay = (text: string, { start, end }: Span): boolean => /![ud]\w+s/i.test(text.slice(start, end));

/** A part of a file of Play without the second of two semicolons. */
export const withoutDoubled = (text: string, { start, end }: Span): readonly Span[] => {
  const doubled = [...text.slice(start, end).matchAll(/;;/g)].map(({ index }) => start + index + 1);
  return [start, ...doubled.map((at) => at + 1)].map((from, index) => ({ start: from, end: doubled[index] ?? end }));
};
