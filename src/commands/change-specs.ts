import type { ChangeName } from '../remedy/change.ts';

export interface ChangeSpec {
  /** What stands behind the name, as help shows it. */
  readonly operands: string;
  /** How many words that are, at least and at most. */
  readonly words: readonly [least: number, most: number];
  readonly says: string;
}

/** What `plan` can be asked for before any migration says it. */
export const CHANGES: { readonly [Name in ChangeName]: ChangeSpec } = {
  'rename-column': { operands: '<table.column> <new name>', words: [2, 2], says: 'Both names while the code moves over.' },
  'rename-table': { operands: '<table> <new name>', words: [2, 2], says: 'A view answers to the old name while the code moves over.' },
  'change-type': { operands: '<table.column> <type>', words: [2, Infinity], says: 'A second column takes the place of the first; --using says how its values are made.' },
  'require-column': { operands: '<table.column>', words: [1, 1], says: 'NOT NULL, proven before it is set.' },
  'split-column': { operands: '<table.column> <new=expression>…', words: [2, Infinity], says: 'As in users.name "first=split_part(name, \' \', 1)" "last varchar(40)=split_part(name, \' \', 2)"; --back says how the old column is computed from the new ones.' },
  'merge-columns': { operands: '<table.column,column…> <new=expression>', words: [2, Infinity], says: 'As in users.first,last "name=first || \' \' || last".' },
  'drop-column': { operands: '<table.column>', words: [1, 1], says: 'Out of the code first, then out of the table.' },
  'drop-table': { operands: '<table>', words: [1, 1], says: 'Out of the code, its foreign keys off, out of sight, then dropped.' },
  'rename-enum-value': { operands: '<type> <value> <new value>', words: [3, 3], says: 'The new value beside the old one, and the rows moved over.' },
  'remove-enum-value': { operands: '<type> <value>', words: [2, 2], says: 'A type without it takes the place of the old one; --replacement says what its rows get.' },
  'swap-table': { operands: '<table> [change]', words: [1, Infinity], says: 'A second table, kept in step, takes the place of the first: for what cannot be done to a table in use, as in orders "SET TABLESPACE fast". Without a change it is only written anew.' },
};

export const isChange = (word: string | undefined): word is ChangeName => word !== undefined && Object.hasOwn(CHANGES, word);
