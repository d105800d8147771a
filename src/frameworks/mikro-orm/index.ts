import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Framework } from '../framework.ts';
import { codeHistory } from '../shared/code.ts';
import { codeCarries } from '../shared/sample.ts';
import { settingsFiles } from '../shared/settings-files.ts';
import { program } from './program.ts';
import { writer } from './writer.ts';

const OPT_OUT = 'Override `isTransactional()` in the migration to return `false`.';
const SETTINGS = /^mikro-orm\.config\.[cm]?[jt]s$/;

/** All pending migrations run in one transaction, unless `allOrNothing` is off: then each has its own. */
const framework: Framework = {
  name: 'mikro-orm',
  title: 'MikroORM',
  recognise: (folder, tree) => (codeCarries(folder, tree, /['"]@mikro-orm\/migrations['"]/) || (codeCarries(folder, tree, /\bextends\s+Migration\b/) && codeCarries(folder, tree, /\bthis\.addSql\s*\(/)) ? 95 : 0),
  read(folder, tree) {
    const settings = settingsFiles(folder, tree, SETTINGS);
    const set = (pattern: RegExp): boolean => settings.some(({ text }) => pattern.test(text));
    const wrap: TransactionPolicy['wrap'] = set(/\btransactional\s*:\s*false\b/) ? 'none' : set(/\ballOrNothing\s*:\s*false\b/) ? 'script' : 'batch';
    return codeHistory(folder, tree, {
      framework: framework.name,
      pattern: /^(?:Migration)?(?<version>\d*)[_-]?(?<name>.*)\.[cm]?[jt]s$/,
      transaction: wrap === 'none' ? { wrap } : { wrap, optOut: OPT_OUT },
      downs: 'used',
      program: (file, direction) => program(file, direction, wrap === 'none'),
      sameVersion: null,
    });
  },
  writer,
};

export default framework;
