import type { FileTree } from '../framework.ts';
import { filesBelow, join } from '../shared/paths.ts';
import { classPath } from './settings.ts';

const LANGUAGES = ['java', 'kotlin', 'groovy', 'scala'];

/** Migrations in a language of the JVM, which Flyway takes from the same places of the class path as scripts. */
export function programs(folder: string, tree: FileTree): readonly string[] {
  const [, module, own] = /^((?:.*\/)?src\/[^/]+)\/resources\/(.+)$/.exec(folder) ?? [];
  if (module === undefined || own === undefined) return [];
  const places = [...new Set([own, ...classPath(folder, tree)])].flatMap((place) => LANGUAGES.map((language) => join(join(module, language), place)));
  return [...new Set(places.flatMap((place) => filesBelow(tree, place).filter((name) => /\.(?:java|kt|groovy|scala)$/.test(name)).map((name) => join(place, name))))];
}
