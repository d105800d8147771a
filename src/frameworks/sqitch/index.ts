import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework, HistoryProblem } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { ancestors, filesBelow, hasFile, join } from '../shared/paths.ts';
import { saysIrreversible } from '../shared/text.ts';
import { readPlan } from './plan.ts';
import { writer } from './writer.ts';

const PLAN = 'sqitch.plan';
/** Scripts are fed to psql, which commits statement by statement. */
const POLICY: TransactionPolicy = { wrap: 'none', optOut: 'Leave BEGIN and COMMIT out of this script.' };

const framework: Framework = {
  name: 'sqitch',
  title: 'Sqitch',
  recognise: (folder, tree) => (hasFile(tree, folder, PLAN) ? 100 : 0),
  read(folder, tree) {
    const problems: HistoryProblem[] = [];
    const scripts = { deploy: scriptsIn(folder, 'deploy', tree), revert: scriptsIn(folder, 'revert', tree) };
    const used = new Set<string>();
    const drafts = readPlan(tree.read(join(folder, PLAN)) ?? '').flatMap(({ name, files, span }): Draft[] => {
      const file = files.find((candidate) => scripts.deploy.has(`${candidate}.sql`)) ?? files[0] ?? name;
      const up = `${file}.sql`;
      used.add(up);
      if (!scripts.deploy.has(up)) {
        problems.push({ problem: 'missing-file', path: join(folder, PLAN), span, detail: `The plan names ${name}, but there is no deploy/${up}.` });
        return [];
      }
      const down = join(folder, `revert/${up}`);
      const back = scripts.revert.has(up);
      return [{
        version: file,
        name,
        up: { path: join(folder, `deploy/${up}`), direction: 'up', transaction: POLICY },
        ...(back ? { down: { path: down, direction: 'down', transaction: POLICY } as const } : {}),
        ...(back && saysIrreversible(tree.read(down) ?? '') ? { irreversible: true } : {}),
      }];
    });
    for (const file of scripts.deploy) {
      if (!used.has(file)) problems.push({ problem: 'ignored-file', path: join(folder, `deploy/${file}`), detail: 'The plan does not name this change, so Sqitch never deploys it.' });
    }
    return history({ framework: framework.name, folder, drafts, downs: 'always', problems, dialect: dialectNamed(engine(folder, tree)) });
  },
  writer,
};

const scriptsIn = (folder: string, kind: string, tree: FileTree): ReadonlySet<string> => new Set(filesBelow(tree, join(folder, kind)).filter((name) => name.endsWith('.sql')));

function engine(folder: string, tree: FileTree): string | undefined {
  const conf = ancestors(folder).map((at) => tree.read(join(at, 'sqitch.conf'))).find((text) => text !== undefined);
  return /^[ \t]*engine\s*=\s*(\w+)/m.exec(conf ?? '')?.[1];
}

export default framework;
