import type { FileTree } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import { ancestors, fileNames, join } from '../shared/paths.ts';

/** What the nearest `drizzle.config.*` says. */
export function configuredDialect(folder: string, tree: FileTree): string | undefined {
  for (const at of ancestors(folder)) {
    for (const name of fileNames(tree, at)) {
      if (!/^drizzle[\w.-]*\.config\.[cm]?[jt]s$|^drizzle\.config\.json$/.test(name)) continue;
      const named = dialectNamed(/\bdialect["']?\s*:\s*["'](\w+)["']/.exec(tree.read(join(at, name)) ?? '')?.[1]);
      if (named !== undefined) return named;
    }
  }
  return undefined;
}
