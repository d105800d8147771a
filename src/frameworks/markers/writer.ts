import type { Writer } from '../framework.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { body, downBody, eachWithVersion, newFile, refused, slugLike, wantsDown } from '../shared/writing.ts';
import { downSection } from '../shared/down-writing.ts';
import { markers } from './marker.ts';

/** With the marks of the file before. */
export const writer: Writer = {
  bare: true,
  create(migrations, after, history, tree) {
    const file = baseName(after.up.path);
    const [, number, separator = '_'] = /^(\d+)([-_.])?/.exec(file) ?? [];
    if (number === undefined) return refused(`${file} has no number that a new migration could follow.`);
    const text = tree.read(after.up.path) ?? '';
    const found = markers(text);
    const mark = (direction: 'up' | 'down'): string | undefined => found.filter((one) => one.direction === direction).map(({ start, end }) => text.slice(start, end).trim())[0];
    const taken = history.migrations.flatMap(({ version }) => version ?? []);
    const folder = parentOf(after.up.path) ?? '';
    return eachWithVersion(migrations, versionsAfter(number, taken, migrations.length), ({ slug, up, down }, version) => {
      // Under the mark there has to be something that could be run.
      const undo = down !== null && down.trim() === '' ? `${downBody(down)}SELECT 1;\n` : downBody(down);
      const back = wantsDown(after) ? `\n${mark('down') ?? '-- DOWN'}\n${undo}` : '';
      const head = mark('up') === undefined ? '' : `${mark('up') ?? ''}\n`;
      return [newFile(join(folder, `${version}${separator}${slugLike(slug, file)}.sql`), `${head}${body(up)}${back}`)];
    });
  },
  runOutside: () => [],
  writeDown(source, down, tree) {
    const up = markers(tree.read(source.up.path) ?? '').find(({ direction }) => direction === 'up');
    const word = up === undefined ? '' : (tree.read(source.up.path) ?? '').slice(up.start, up.end);
    return downSection(word === word.toLowerCase() && word !== '' ? '-- down' : '-- DOWN')(source, down, tree);
  },
};
