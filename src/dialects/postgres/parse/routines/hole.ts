/** Stands where a text has a part that only running tells; the parser takes it for a name. */
export const HOLE = 'lockkeeper_hole';
/** The same for a reader. */
export const OPEN = '…';
