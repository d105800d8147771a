import { fstatSync, statSync, watch as watchFolder } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isUserError } from '../config/errors.ts';
import { locate } from './histories.ts';
import type { LintOptions } from './lint-run.ts';
import { openLint } from './lint-run.ts';
import { complain } from './terminal.ts';

/** Milliseconds: an editor writes a file in several steps. */
const PAUSE = 150;

/** Runs again whenever a migration or the configuration changes, until it is interrupted. */
export async function watchLint(operands: readonly string[], options: LintOptions, once: () => Promise<number>): Promise<never> {
  for (;;) {
    const changed = await watching(operands, options);
    await shown(once);
    complain('Waiting for changes. Ctrl+C ends.');
    await changed.next;
  }
}

async function shown(once: () => Promise<number>): Promise<void> {
  try {
    await once();
  } catch (error) {
    if (!isUserError(error)) throw error;
    for (const line of error.lines) complain(`lockkeeper: ${line}`);
  }
}

/** Answers, once the folders are watched, with what waits for the next change in them. */
async function watching(operands: readonly string[], options: LintOptions): Promise<{ readonly next: Promise<void> }> {
  const watchers = (await foldersOf(operands, options)).flatMap((folder) => started(folder).map((watcher) => ({ folder, watcher })));
  const isOwn = ownOutput(options);
  const change = new Promise<void>((done) => {
    let timer: NodeJS.Timeout | undefined;
    for (const { folder, watcher } of watchers) {
      watcher.on('error', () => undefined);
      watcher.on('change', (_, name: string | Buffer | null) => {
        if (name !== null && isOwn(join(folder, String(name)))) return;
        clearTimeout(timer);
        timer = setTimeout(done, PAUSE);
      });
    }
  });
  return { next: change.finally(() => { for (const { watcher } of watchers) watcher.close(); }) };
}

/** Whether a file is one that this program writes: a report, or what the shell has put its output into. It would wait for itself. */
function ownOutput(options: LintOptions): (path: string) => boolean {
  const named = [options['output-file'], ...(options.format ?? []).map((format) => format.split('=')[1])].flatMap((file) => (file === undefined ? [] : [resolve(file)]));
  const open = [1, 2].flatMap((descriptor) => {
    try {
      return [fstatSync(descriptor)];
    } catch {
      return [];
    }
  });
  return (path) => {
    if (named.includes(path)) return true;
    const file = statSync(path, { throwIfNoEntry: false });
    return file !== undefined && open.some(({ dev, ino }) => dev === file.dev && ino === file.ino);
  };
}

function started(folder: string): readonly ReturnType<typeof watchFolder>[] {
  try {
    return [watchFolder(folder)];
  } catch {
    return [];
  }
}

/** Those with migrations, those above them where new ones may appear, and that of the configuration. */
async function foldersOf(operands: readonly string[], options: LintOptions): Promise<readonly string[]> {
  try {
    const opened = await openLint(operands, options, () => undefined);
    if (typeof opened === 'number') return [process.cwd()];
    const { project } = opened;
    const { histories } = await locate(project);
    const own = histories.flatMap(({ history: { folder, migrations } }) => [folder, ...migrations.flatMap(({ up, down }) => [dirname(up.path), dirname(down?.path ?? up.path)])]);
    return [...new Set([project.root, ...(project.config.file === null ? [] : [dirname(project.config.file)]), ...own.map((folder) => join(project.root, folder))])];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return [process.cwd()];
  }
}
