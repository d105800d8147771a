import type { Refused, Writer } from '../framework.ts';
import { folderFiles } from '../shared/pair-writing.ts';
import { versionsAfter } from '../shared/new-versions.ts';
import { normalNumber, numericCompare } from '../shared/order.ts';
import { baseName, join, parentOf } from '../shared/paths.ts';
import { changed, isRefused, newFile, refused } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

const OUTSIDE = 'run_in_transaction = false';

export const writer: Writer = {
  create: (migrations, after, history, tree, reader) =>
    folderFiles(
      (_after, name, count) => {
        const own = prefixOf(name);
        const taken = history.migrations.flatMap(({ up }) => prefixOf(baseName(parentOf(up.path) ?? '')) ?? []);
        return own === undefined ? refused(`${name} has no number that a new migration could follow.`) : prefixes(own, taken, count);
      },
      ({ outsideTransaction }, folder) => (outsideTransaction ? [newFile(join(folder, 'metadata.toml'), `${OUTSIDE}\n`)] : []),
    )(migrations, after, history, tree, reader),
  runOutside({ path }, _text, tree) {
    const file = join(parentOf(path) ?? '', 'metadata.toml');
    const text = tree.read(file);
    if (text === undefined) return [newFile(file, `${OUTSIDE}\n`)];
    const said = /^[ \t]*run_in_transaction\s*=.*$/m;
    return [changed(file, text, said.test(text) ? text.replace(said, OUTSIDE) : `${text.replace(/(?<!\n)$/, text === '' ? '' : '\n')}${OUTSIDE}\n`)];
  },
  oneOutside: true,
  writeDown: downFile((path) => path.replace(/up\.sql$/, 'down.sql')),
};

const prefixOf = (name: string): string | undefined => /^[\d-]*\d(?=_|$)/.exec(name)?.[0];

/** `2024-01-02-120000` and `2024-01-02-120000-0001` compare as digits, the longer one after the shorter that it begins with. */
function prefixes(own: string, taken: readonly string[], count: number): readonly string[] | Refused {
  const digits = own.replaceAll('-', '');
  const length = Math.max(...taken.map((one) => one.replaceAll('-', '').length));
  const width = (text: string): string => text.padEnd(length, '0');
  const found = digits.length === 14 ? versionsAfter(digits, taken.map((one) => one.replaceAll('-', '').slice(0, 14)), count) : versionsAfter(width(digits), taken.map((one) => width(one.replaceAll('-', ''))), count);
  if (isRefused(found)) return found;
  return found.filter((version) => numericCompare(normalNumber(version), normalNumber(digits)) > 0).map((version) => dashed(version, own));
}

/** Puts the dashes where the model has them. */
function dashed(digits: string, model: string): string {
  let at = 0;
  const text = model.replace(/\d/g, () => digits.charAt(at++));
  return at < digits.length ? `${text}${digits.slice(at)}` : text;
}
