import type { FrameworkAdvice, TransactionPolicy } from '../../ir/migration.ts';
import { byText } from '../../source/by-text.ts';
import type { FileTree, Framework } from '../framework.ts';
import { codeHistory } from '../shared/code.ts';
import { withNaming } from '../shared/naming.ts';
import { codeFiles } from '../shared/paths.ts';
import { codeCarries } from '../shared/sample.ts';
import { settingsFiles } from '../shared/settings-files.ts';
import { directoriesWith } from './directories.ts';
import { program } from './program.ts';
import { writer } from './writer.ts';

const MARK = /\bknex\b|\bKnex\b|\b\w+\.schema\s*\.\s*(?:createTable|alterTable|table|hasTable|dropTable\w*|raw|withSchema)\s*\(\s*['"`]|\(\s*\{\s*schema\s*[,}]/;
const EXPORTS = /\bexports\.(?:up|down)\b|\bexport\s+(?:async\s+)?(?:function|const|let|var|\{)|\bmodule\.exports\b/;

/** Other code of a project works with Knex too. */
const DIRECTIONS = /\b(?:up|down)\b\s*[(:=,}]/;

const OPT_OUT = 'Export `config = { transaction: false }` from the migration.';
const BATCH: TransactionPolicy = { wrap: 'batch', optOut: OPT_OUT };

const ADD_OR_ALTER = 'In alterTable a column without .alter() at the end of its chain is a new column: write .alter() where one that is there shall be changed.';
const ADVICE: FrameworkAdvice = { existingColumn: ADD_OR_ALTER, requiredColumn: ADD_OR_ALTER };

/** All pending migrations run in one transaction, unless one of them says otherwise: then each has its own. */
const framework: Framework = {
  name: 'knex',
  title: 'Knex',
  recognise: (folder, tree) => (isOurs(folder, tree) ? 80 : 0),
  read(folder, tree) {
    const settings = settingsFiles(folder, tree, SETTINGS);
    const none = settings.some(({ text }) => /\bdisableTransactions\s*:\s*true\b/.test(text));
    return codeHistory(folder, tree, {
      ...directoriesWith(folder, tree, (other) => isOurs(other, tree)),
      framework: framework.name,
      pattern: /^(?:(?<version>\d+)[_-])?(?<name>.*)\.[cm]?[jt]s$/,
      transaction: (text) => (none || leaves(text) ? ALONE : BATCH),
      advice: ADVICE,
      downs: 'always',
      program: withNaming(settings, (file, direction) => program(file, direction, none)),
      sameVersion: null,
    });
  },
  writer,
};

const isOurs = (folder: string, tree: FileTree): boolean =>
  codeFiles(tree, folder).length > 0 && codeCarries(folder, tree, MARK) && codeCarries(folder, tree, EXPORTS) && codeCarries(folder, tree, DIRECTIONS) && !codeCarries(folder, tree, OTHERS);

/** Where the tool is set up, or started. */
const SETTINGS = /^(?:knex|migrat|run-?migrat|database|db)\w*\b.*\.[cm]?[jt]s$/i;

/** What the program says in the end is asked when it is read. */
const OUTSIDE = /\bconfig\b[^;]{0,80}\btransaction\s*:\s*false\b/;

/** What is set on `exports` counts for nothing where the file puts something else in its place. */
const leaves = byText((text) => OUTSIDE.test(text) && !(/(?<!\bmodule\.)\bexports\.config\b/.test(text) && /\bmodule\.exports\s*=(?!=)/.test(text)));

const ALONE: TransactionPolicy = { wrap: 'none' };

/** Tools whose migrations may mention Knex. */
const OTHERS = /\b(?:queryInterface|QueryRunner|MigrationInterface|@mikro-orm\/migrations|pgm\.|from\s+['"]kysely['"])/;

export default framework;
