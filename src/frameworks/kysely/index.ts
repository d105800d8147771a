import type { Framework } from '../framework.ts';
import { codeHistory } from '../shared/code.ts';
import { withNaming } from '../shared/naming.ts';
import { codeFiles } from '../shared/paths.ts';
import { codeCarries } from '../shared/sample.ts';
import type { SettingsFile } from '../shared/settings-files.ts';
import { settingsFiles } from '../shared/settings-files.ts';
import { program } from './program.ts';
import { writer } from './writer.ts';

/** Files without it are passed over, as those that the migrations share. */
const UP = /\bexport\b[^;]{0,80}?\bup\b|\bexports\s*\.\s*up\b|\bexport\s+default\b[^]{0,4000}?\bup\b\s*[(:=,}]|\bexport\s+default\s+(?:\w+\.)*\w+\(|\bmodule\.exports\b/;

/** The package, or what nobody else chains: a project may give the type of its database a name of its own. */
const MARK = /\bfrom\s+['"]kysely['"]|\brequire\(['"]kysely['"]\)|\bKysely<|\.schema\s*\.\s*(?:createTable|alterTable|createIndex)\([^()]{0,200}\)\s*\.\s*(?:ifNotExists|addColumn|alterColumn|dropColumn|renameColumn|renameTo|add\w+Constraint|dropConstraint|on)\(/;

/** All pending migrations run in one transaction, in the order of their names, unless the migrator is told to begin none. */
const framework: Framework = {
  name: 'kysely',
  title: 'Kysely',
  recognise: (folder, tree) => (codeFiles(tree, folder).length > 0 && codeCarries(folder, tree, MARK) ? 88 : 0),
  read(folder, tree) {
    const settings = settingsFiles(folder, tree, SETTINGS);
    const bare = settings.some(isBare);
    return codeHistory(folder, tree, {
      framework: framework.name,
      pattern: /^(?:(?<version>\d[\dTZ:-]*\dZ?|\d+)[_.-])?(?<name>.*)\.[cm]?[jt]s$/,
      transaction: { wrap: bare ? 'none' : 'batch' },
      downs: 'used',
      program: withNaming(settings, (file, direction) => program(file, direction, bare)),
      takes: (text) => UP.test(text),
      sameVersion: null,
    });
  },
  writer,
};

/** Where a migrator is made, or started. */
const SETTINGS = /^package\.json$|^(?:kysely|(?:run-?|build-?)?migrat|database|db|index)\w*\b.*\.[cm]?[jt]s$/i;

const isBare = ({ name, text }: SettingsFile): boolean =>
  name === 'package.json' ? /\bkysely migrate\b[^"\n]*--no-transaction\b/.test(text) : /\bMigrator\b|\bkysely\b/.test(text) && /\bdisableTransactions\s*:\s*true\b/.test(text);

export default framework;
