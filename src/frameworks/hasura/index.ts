import type { Framework } from '../framework.ts';
import { hasUpFolders, upDownFolders } from '../shared/folders.ts';
import { history } from '../shared/history.ts';
import { ancestors, hasFile, join, mentions } from '../shared/paths.ts';
import { writer } from './writer.ts';

/** Folders numbered by milliseconds since 1970, or by hand; the server runs a file in one transaction. */
const framework: Framework = {
  name: 'hasura',
  title: 'Hasura',
  recognise(folder, tree) {
    if (!hasUpFolders(folder, tree, /^\d+_/)) return 0;
    const byTime = hasUpFolders(folder, tree, /^\d{13}_/);
    const configured = mentions(tree, folder, 'config.yaml', byTime ? /^[ \t]*(?:metadata_directory|admin_secret)\s*:|^version:\s*[23]\s*$/m : /^metadata_directory\s*:/m);
    return configured || (byTime && ancestors(folder).some((at) => hasFile(tree, join(at, 'metadata'), 'version.yaml'))) ? 92 : byTime ? 75 : 0;
  },
  read(folder, tree) {
    const { drafts, problems } = upDownFolders(folder, tree, {
      version: (name) => name.split('_')[0] ?? name,
      transaction: () => ({ wrap: 'script' }),
      tool: 'Hasura',
      numbered: true,
    });
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems });
  },
  writer,
};

export default framework;
