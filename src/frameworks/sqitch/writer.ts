import type { FileChange, Writer } from '../framework.ts';
import { join } from '../shared/paths.ts';
import { body, changed, downBody, newFile, refused, slugLike } from '../shared/writing.ts';
import { layoutIn } from './layout.ts';
import { readPlan } from './plan.ts';
import { downFile } from '../shared/down-writing.ts';

/** Changes with deploy, revert and verify scripts, each planned right after the one before, and depending on it. */
export const writer: Writer = {
  create(migrations, after, { folder }, tree) {
    const layout = layoutIn(folder, tree);
    if (layout === undefined) return refused(`${folder} has no plan.`);
    const path = layout.plan;
    const plan = tree.read(path) ?? '';
    const changes = readPlan(plan);
    const at = changes.findLastIndex(({ name }) => name === after.name);
    const line = /^.*$/m.exec(plan.slice(plan.lastIndexOf('\n', (changes[at]?.span.start ?? 0) - 1) + 1))?.[0] ?? '';
    const [, planned, planner] = /\s(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s+([^#\n]*>)/.exec(line) ?? [];
    const end = plan.indexOf(line) + line.length;
    if (at < 0 || planned === undefined || planner === undefined) return refused(`${path} has no line for ${after.name} with a date and a planner.`);
    const names = new Set(changes.map(({ name }) => name));
    const project = /^%project=(\S+)/m.exec(plan)?.[1];
    const isHeaded = project !== undefined && HEADER.test(tree.read(after.up.path) ?? '');
    const files: FileChange[] = [];
    let lines = '';
    let previous = after.name;
    migrations.forEach(({ slug, up, down, outsideTransaction }, index) => {
      const name = fresh(slugLike(slug, after.name), names);
      const when = new Date(Date.parse(planned) + 1000 * (index + 1)).toISOString().replace(/\.\d+Z$/, 'Z');
      lines += `\n${name} [${previous}] ${when} ${planner} # ${slug.replaceAll('_', ' ')}`;
      const wrap = (sql: string): string => (outsideTransaction ? body(sql) : `BEGIN;\n\n${body(sql)}\nCOMMIT;\n`);
      const script = (kind: 'deploy' | 'revert' | 'verify', title: string, text: string): FileChange => newFile(join(layout[kind], `${name}.${layout.extension}`), isHeaded ? `-- ${title.replace('?', `${project}:${name}`)} pg\n\n${text}` : text);
      files.push(
        script('deploy', 'Deploy ? to', wrap(up)),
        script('revert', 'Revert ? from', down === null || down.trim() === '' ? downBody(down) : wrap(down)),
        script('verify', 'Verify ? on', 'BEGIN;\n\nSELECT 1;\n\nROLLBACK;\n'),
      );
      previous = name;
    });
    return [...files, changed(path, plan, plan.slice(0, end) + lines + plan.slice(end))];
  },
  // psql commits statement by statement; a BEGIN of the script's own is taken out with what it holds.
  runOutside: () => [],
  writeDown: downFile((path) => path.replace(/(^|\/)deploy\/(?=[^/]*$)/, '$1revert/')),
};

/** What the tool's own templates begin with. */
const HEADER = /^-- Deploy \S+ to \w+$/m;

function fresh(name: string, names: Set<string>): string {
  let candidate = name;
  for (let number = 2; names.has(candidate); number++) candidate = `${name}_${String(number)}`;
  names.add(candidate);
  return candidate;
}
