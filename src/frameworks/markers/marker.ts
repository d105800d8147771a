import type { Direction } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';

const UP = 'up|upgrade|forwards?|apply|migrate';
const DOWN = 'down|downgrade|rollback|roll[ _-]back|revert|undo|backwards?';
const TOOL = 'migrate|migration|micrate|rambler|shmig|section|begin|start';
const AFTER = 'migrations?|scripts?|section|sql|part';

/**
 * A comment line, or a block comment on a line of its own, that says nothing but the direction: `-- UP`, `-- @DOWN`,
 * `-- +micrate Up`, `-- rambler down`, `-- ==== DOWN ====`, `-- up:`, `--- Rollback script`, `/* down *\/`. Prose is none.
 */
const LINE = [
  '^[ \\t]*(?:--+|/\\*+|#)[ \\t=~*#>+@!<[({-]{0,40}',
  `(?:(?:${TOOL})[ \\t]*[:_ -][ \\t]*)?(?:(${UP})|(${DOWN}))(?:[ \\t_-]+(?:${AFTER}))?`,
  '[ \\t]*[:=~*#>)\\]}<-]{0,40}[ \\t]*(?:\\*/)?[ \\t=~*#-]{0,40}\\r?$',
].join('');

export const MARKER = new RegExp(LINE, 'im');

export interface Marker extends Span {
  readonly direction: Direction;
}

export const markers = (text: string): readonly Marker[] =>
  [...text.matchAll(new RegExp(LINE, 'gim'))].map((match) => ({ start: match.index, end: match.index + match[0].length, direction: match[1] === undefined ? 'down' : 'up' }));
