import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BASELINE_FILE } from '../config/baseline-file.ts';
import type { Project } from './project.ts';

export interface KnownOptions {
  readonly baseline?: string | false;
  readonly config?: string | false;
}

/** The file that is named, else one beside the configuration or at the root; undefined: there is none, or it does not count. */
export function baselineFile(options: KnownOptions, { config, root }: Project): string | undefined {
  if (options.baseline === false || options.config === false) return undefined;
  if (options.baseline !== undefined) return resolve(options.baseline);
  return [...(config.file === null ? [] : [dirname(config.file)]), root].map((folder) => join(folder, BASELINE_FILE)).find((path) => existsSync(path));
}
