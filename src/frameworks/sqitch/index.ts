import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework, HistoryProblem } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { history } from '../shared/history.ts';
import type { Draft } from '../shared/history.ts';
import { filesBelow, join } from '../shared/paths.ts';
import { saysIrreversible } from '../shared/text.ts';
import { layoutIn } from './layout.ts';
import { readPlan } from './plan.ts';
import { writer } from './writer.ts';

/** Scripts are fed to psql, which commits statement by statement. */
const POLICY: TransactionPolicy = { wrap: 'none', optOut: 'Leave BEGIN and COMMIT out of this script.' };

const framework: Framework = {
  name: 'sqitch',
  title: 'Sqitch',
  recognise: (folder, tree) => (layoutIn(folder, tree) === undefined ? 0 : 100),
  read(folder, tree) {
    const problems: HistoryProblem[] = [];
    const layout = layoutIn(folder, tree);
    if (layout === undefined) return history({ framework: framework.name, folder, drafts: [], downs: 'always', problems });
    const { plan, deploy, revert, extension, engine } = layout;
    const scripts = { deploy: scriptsIn(deploy, extension, tree), revert: scriptsIn(revert, extension, tree) };
    const used = new Set<string>();
    const drafts = readPlan(tree.read(plan) ?? '').flatMap(({ name, files, span }): Draft[] => {
      const file = files.find((candidate) => scripts.deploy.has(`${candidate}.${extension}`)) ?? files[0] ?? name;
      const up = `${file}.${extension}`;
      used.add(up);
      if (!scripts.deploy.has(up)) {
        problems.push({ problem: 'missing-file', path: plan, span, detail: `The plan names ${name}, but there is no ${join(deploy, up)}.` });
        return [];
      }
      const down = join(revert, up);
      const back = scripts.revert.has(up);
      return [{
        version: file,
        name,
        up: { path: join(deploy, up), direction: 'up', transaction: POLICY },
        ...(back ? { down: { path: down, direction: 'down', transaction: POLICY } as const } : {}),
        ...(back && saysIrreversible(tree.read(down) ?? '') ? { irreversible: true } : {}),
      }];
    });
    for (const file of scripts.deploy) {
      if (!used.has(file)) problems.push({ problem: 'ignored-file', path: join(deploy, file), detail: 'The plan does not name this change, so Sqitch never deploys it.' });
    }
    return history({ framework: framework.name, folder, drafts, downs: 'always', problems, dialect: dialectNamed(engine) });
  },
  writer,
};

const scriptsIn = (folder: string, extension: string, tree: FileTree): ReadonlySet<string> => new Set(filesBelow(tree, folder).filter((name) => name.endsWith(`.${extension}`)));

export default framework;
