import { existsSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import type { Baseline } from '../check/baseline.ts';
import { relocated } from '../check/baseline.ts';
import { readBaseline } from '../config/baseline-file.ts';
import type { Report } from '../report/model.ts';
import type { Project } from './project.ts';

/** What the file holds, under the paths of the project; `whole` is asked for a report of all of it when files have been renamed since. */
export function knownFindings(file: string, { root }: Project, whole: () => Report): Baseline {
  const folder = relative(root, dirname(file)).replaceAll('\\', '/');
  const read = { findings: readBaseline(file).findings.map((entry) => (folder === '' ? entry : { ...entry, path: posix.join(folder, entry.path) })) };
  const exists = (path: string): boolean => existsSync(join(root, path));
  return read.findings.every(({ path }) => exists(path)) ? read : relocated(read, whole(), exists);
}
