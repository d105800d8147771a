import type { Dialect } from '../dialects/dialect.ts';
import { diskTree } from '../discovery/disk.ts';
import type { ScriptSource } from '../frameworks/framework.ts';
import { frameworkNamed } from '../frameworks/registry.ts';
import { isDialect } from '../frameworks/shared/dialects.ts';
import { scriptOf } from '../hosts/script.ts';
import type { ProgramTask, RanProgram } from './order.ts';

/** Runs programs of histories as they are on the disk, and reads what they send. */
export function programRunner(): (task: ProgramTask, dialect: string, reader: Pick<Dialect, 'parse'>) => RanProgram | undefined {
  const sourcesOf = once(({ root, framework, folder }: ProgramTask) => {
    const tree = diskTree(root);
    const sources = new Map<string, ScriptSource>();
    for (const { up, down } of frameworkNamed(framework)?.read(folder, tree).migrations ?? []) for (const source of down === undefined ? [up] : [up, down]) sources.set(keyOf(source), source);
    return { tree, sources };
  });
  return (task, dialect, { parse }) => {
    const { tree, sources } = sourcesOf(`${task.root}\0${task.framework}\0${task.folder}`, task);
    const source = sources.get(keyOf(task));
    const text = tree.read(task.path);
    if (source?.program === undefined || text === undefined) return undefined;
    const others = new Map<string, string | undefined>();
    const read = (path: string): string | undefined => {
      const found = tree.read(path);
      if (path !== task.path) others.set(path, found);
      return found;
    };
    const program = source.program({ path: task.path, text, dialect, version: task.version, read, setting: (name) => isDialect(dialect, name) });
    const parsed: RanProgram['parsed'][number][] = [];
    if (program !== undefined) {
      scriptOf(program, { ...source, text }, (sql, options) => {
        const found = parse(sql, options);
        if (options.placeholders === undefined) parsed.push({ text: sql, offset: options.offset ?? 0, parsed: found });
        return found;
      }, source.placeholders);
    }
    return { text, others, program, parsed };
  };
}

const keyOf = ({ path, direction, part }: Pick<ScriptSource, 'path' | 'direction' | 'part'>): string => `${direction} ${part ?? ''} ${path}`;

function once<Of, Found>(find: (of: Of) => Found): (key: string, of: Of) => Found {
  const known = new Map<string, Found>();
  return (key, of) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = find(of)));
    return found;
  };
}
