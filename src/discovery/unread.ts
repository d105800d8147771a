import type { FileTree } from '../frameworks/framework.ts';
import { isOtherFolder } from '../frameworks/shared/other-files.ts';
import { SEA_ORM, baseName, fileNames, folderNames, hasFile, join, parentOf } from '../frameworks/shared/paths.ts';
import { gitignore } from './gitignore.ts';

/** Migrations of a tool that writes them in what is not read here. */
export interface Unread {
  readonly tool: string;
  readonly folder: string;
  readonly count: number;
}

/** By the names that the tools give to files and to their folder. */
const TOOLS: readonly { readonly tool: string; readonly folder?: RegExp; readonly file: RegExp; readonly beside?: string }[] = [
  { tool: 'Rails', folder: /migrate$/, file: /^\d{14}_\w+(?:\.\w+)?\.rb$/ },
  { tool: 'Django', folder: /^migrations$/, file: /^\d{4}_\w+\.py$/ },
  { tool: 'Alembic', file: /^(?!_).+\.py$/, beside: 'env.py' },
  { tool: 'Laravel', file: /^\d{4}_\d\d_\d\d_\d{6}_\w+\.php$/ },
  { tool: 'Doctrine', file: /^Version\d{14}\.php$/ },
  { tool: 'Phinx', file: /^\d{14}_\w+\.php$/ },
  { tool: 'Ecto', file: /^\d{14}_\w+\.exs$/ },
  { tool: 'Entity Framework', folder: /^Migrations$/, file: /^\d{14}_\w+\.cs$/ },
  { tool: 'Flyway (Java)', file: /^[VR]\d*[\w.]*__\w+\.(?:java|kt|scala)$/ },
  { tool: 'goose (Go)', folder: /^migrations?$/, file: /^\d+_\w+(?<!_test)\.go$/ },
  { tool: 'SeaORM', file: SEA_ORM },
  { tool: 'Liquibase (XML, YAML, JSON)', file: /changelog[\w.-]*\.(?:xml|ya?ml|json)$/i },
];

/** Folders further down are not looked at. */
const DEEPEST = 12;

/** What lies below a folder, for whoever finds nothing there that is read. */
export function unreadBelow(start: string, tree: FileTree): readonly Unread[] {
  const found: Unread[] = [];
  const ignored = gitignore(tree);
  const visit = (folder: string, depth: number): void => {
    const names = fileNames(tree, folder);
    for (const { tool, folder: place, file, beside } of TOOLS) {
      if (place?.test(baseName(folder)) === false || (beside !== undefined && !hasFile(tree, parentOf(folder) ?? '', beside))) continue;
      const count = names.filter((name) => file.test(name)).length;
      if (count > 0) found.push({ tool, folder, count });
    }
    if (depth === 0) return;
    for (const name of folderNames(tree, folder)) {
      const inner = join(folder, name);
      if (!isOtherFolder(name) && !ignored(inner)) visit(inner, depth - 1);
    }
  };
  visit(start, DEEPEST);
  return found;
}
