import type { Direction, TransactionPolicy } from '../../ir/migration.ts';
import type { Framework, HistoryProblem, ScriptSource } from '../framework.ts';
import { namesIn } from '../shared/code.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { numericCompare } from '../shared/order.ts';
import { codeFiles, join } from '../shared/paths.ts';
import { codeCarries } from '../shared/sample.ts';
import { migrationClasses } from './classes.ts';
import { program } from './program.ts';
import { policies, settings } from './settings.ts';
import { writer } from './writer.ts';

/** TypeORM makes an object of the class: a static `up` is another tool's. */
const MARK = /\bMigrationInterface\b|\bclass\s+\w+\d{13}\b(?![\s\S]*\bstatic\s+(?:async\s+)?up\b)/;

/** All pending migrations run in one transaction, unless the data source says otherwise. The order is that of the times at the ends of the classes' names. */
const framework: Framework = {
  name: 'typeorm',
  title: 'TypeORM',
  recognise: (folder, tree) => (codeCarries(folder, tree, MARK) ? 92 : 0),
  read(folder, tree) {
    const set = settings(folder, tree);
    const problems: HistoryProblem[] = [];
    const classes = codeFiles(tree, folder).flatMap((name) => {
      const path = join(folder, name);
      return migrationClasses(tree.read(path) ?? '').map((own) => ({ path, own }));
    });
    const others = classes.some(({ own: { transaction } }) => transaction !== undefined);
    const drafts = classes.toSorted((a, b) => numericCompare(a.own.timestamp ?? '', b.own.timestamp ?? '')).map(({ path, own: { className, name, timestamp, transaction, hasDown, span } }): Draft => {
      if (timestamp === undefined) problems.push({ problem: 'bad-annotation', path, span, detail: `TypeORM stops at ${name}: the name of a migration ends with the time in milliseconds (13 digits).` });
      if (transaction !== undefined && set.mode === 'all') problems.push({ problem: 'bad-annotation', path, span: transaction.span, detail: `${name} sets \`transaction\`, and \`migrationsTransactionMode\` is \`all\`: TypeORM then runs no migration at all.` });
      const run = policies(set, transaction?.value, others);
      const script = (direction: Direction, policy: TransactionPolicy): ScriptSource => ({ path, direction, transaction: policy, part: className, program: (file) => program({ ...file, list: namesIn(tree) }, className, direction, policy, set.naming) });
      const draft: { -readonly [K in keyof Draft]: Draft[K] } = { name: timestamp === undefined ? name : name.slice(0, -timestamp.length) || name, up: script('up', run.up) };
      if (timestamp !== undefined) draft.version = timestamp;
      if (hasDown) draft.down = script('down', run.down);
      return draft;
    });
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems, dialect: set.dialect, sameVersion: null });
  },
  writer,
};

export default framework;
