import type { FrameworkAdvice } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import { codeHistory } from '../shared/code.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { ancestors, codeFiles, join, mentions } from '../shared/paths.ts';
import { codeCarries } from '../shared/sample.ts';
import { program } from './program.ts';
import { writer } from './writer.ts';

const MARK = /\bqueryInterface\b|\bQueryInterface\b|(?:require\(|from\s+)['"](?:sequelize|@sequelize\/core|sequelize-typescript)['"]/;

/** What is asked of the parameter of `up`, whatever it is called. */
const CALLS = /\.\s*(?:(?:add|remove|rename|change)Column|(?:add|remove)(?:Index|Constraint)|(?:create|drop|rename|describe)Table|bulk(?:Insert|Update|Delete))\s*\(|\bsequelize\s*\.\s*(?:query|transaction)\s*\(/;
const OTHERS = /\bqueryRunner\b|\bMigrationInterface\b|\bpgm\s*\.|\bdb\s*\.|\b[kK]nex\b|['"](?:kysely|db-migrate|@mikro-orm\/migrations)['"]/;
const PROJECT = /"(?:sequelize|sequelize-cli|sequelize-typescript|@sequelize\/core)"\s*:/;

const FILE = /^(?<version>\d+)?[-_.]?(?<name>.*)\.[cm]?[jt]s$/;

const ADVICE: FrameworkAdvice = { together: 'Put the calls into `queryInterface.sequelize.transaction(async (transaction) => { … })` and hand `{ transaction }` to each of them, but keep what is concurrent apart.' };

/** Each call commits by itself, unless the migration begins a transaction and hands it on. */
const framework: Framework = {
  name: 'sequelize',
  title: 'Sequelize (sequelize-cli, umzug)',
  recognise: (folder, tree) => ((isNumbered(folder, codeFiles(tree, folder)) ? isOurs(folder, tree) : isNamed(folder, tree)) ? 90 : 0),
  read(folder, tree) {
    const dialect = configured(folder, tree);
    const read = codeHistory(folder, tree, { framework: framework.name, pattern: FILE, transaction: { wrap: 'none' }, advice: ADVICE, downs: 'used', program, sameVersion: null });
    return dialect === undefined ? read : { ...read, dialect };
  },
  writer,
};

/** Short numbers are one where the folder is called what it is. */
const isNumbered = (folder: string, names: readonly string[]): boolean => names.some((name) => /^\d{3}/.test(name)) || (/(?:^|\/)migrations$/.test(folder) && names.length > 0 && names.every((name) => /^\d+[-_.]/.test(name)));

/** Names without a time run by the alphabet: the folder has to be called what it is, next to its settings. */
const isNamed = (folder: string, tree: FileTree): boolean => /(?:^|\/)migrations$/.test(folder) && isConfigured(folder, tree) && (codeCarries(folder, tree, MARK) || codeCarries(folder, tree, CALLS)) && codeCarries(folder, tree, /\bup\b/);

const isOurs = (folder: string, tree: FileTree): boolean =>
  codeCarries(folder, tree, MARK) || ((mentions(tree, folder, 'package.json', PROJECT) || isConfigured(folder, tree)) && codeCarries(folder, tree, CALLS) && codeCarries(folder, tree, /\bup\b/) && !codeCarries(folder, tree, OTHERS));

const isConfigured = (folder: string, tree: FileTree): boolean => ancestors(folder).some((at) => tree.read(join(at, '.sequelizerc')) !== undefined);

const CONFIGS = ['config/config.json', 'config/config.js', 'config/database.js', 'config/database.json'];

/** The one dialect that the nearest configuration names. */
function configured(folder: string, tree: FileTree): string | undefined {
  for (const at of ancestors(folder)) {
    for (const name of CONFIGS) {
      const named = new Set([...(tree.read(join(at, name)) ?? '').matchAll(/["']?dialect["']?\s*:\s*["'](\w+)["']/g)].map(([, found]) => dialectNamed(found)));
      if (named.size === 1) return [...named][0];
    }
  }
  return undefined;
}

export default framework;
