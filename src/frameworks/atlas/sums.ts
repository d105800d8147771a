import { createHash } from 'node:crypto';
import type { FileTree, HistoryProblem } from '../framework.ts';
import { join } from '../shared/paths.ts';
import { header } from '../shared/text.ts';

/** What atlas.sum says against what is there. Sums run on from file to file, so only the first that differs is named. */
export function checkSums(folder: string, files: readonly string[], tree: FileTree): readonly HistoryProblem[] {
  const sumFile = join(folder, 'atlas.sum');
  const entries = (tree.read(sumFile) ?? '').split(/\r?\n/).flatMap((line) => {
    const at = line.lastIndexOf(' h1:');
    return at > 0 ? [{ file: line.slice(0, at).trim(), sum: line.slice(at + 4).trim() }] : [];
  });
  const listed = new Map(entries.map(({ file, sum }) => [file, sum]));
  const problems: HistoryProblem[] = [];
  for (const { file } of entries) {
    if (!files.includes(file)) problems.push({ problem: 'missing-file', path: sumFile, detail: `atlas.sum names ${file}, which is not there.` });
  }
  const running = createHash('sha256');
  for (const file of files) {
    const path = join(folder, file);
    const text = tree.read(path);
    if (text === undefined || problems.length > 0) return problems;
    running.update(file);
    if (/^--[ \t]*atlas:sum[ \t]+ignore\b/m.test(header(text))) continue;
    running.update(text);
    const expected = listed.get(file);
    if (expected === undefined) problems.push({ problem: 'checksum', path, detail: 'atlas.sum does not name this file, so Atlas refuses the folder.' });
    else if (expected !== running.copy().digest('base64')) problems.push({ problem: 'checksum', path, detail: 'The file is not what atlas.sum was made from, so Atlas refuses the folder.' });
  }
  return problems;
}
