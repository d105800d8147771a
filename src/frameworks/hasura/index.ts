import type { Framework } from '../framework.ts';
import { hasUpFolders, upDownFolders } from '../shared/folders.ts';
import { history } from '../shared/history.ts';
import { ancestors, hasFile, join, mentions } from '../shared/paths.ts';
import { writer } from './writer.ts';

/** Folders numbered by milliseconds since 1970; the server runs a file in one transaction. */
const framework: Framework = {
  name: 'hasura',
  title: 'Hasura',
  recognise(folder, tree) {
    if (!hasUpFolders(folder, tree, /^\d{13}_/)) return 0;
    const configured = mentions(tree, folder, 'config.yaml', /^[ \t]*(?:metadata_directory|admin_secret)\s*:|^version:\s*[23]\s*$/m);
    return configured || ancestors(folder).some((at) => hasFile(tree, join(at, 'metadata'), 'version.yaml')) ? 92 : 75;
  },
  read(folder, tree) {
    const { drafts, problems } = upDownFolders(folder, tree, {
      version: (name) => name.split('_')[0] ?? name,
      transaction: () => ({ wrap: 'script' }),
      tool: 'Hasura',
    });
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems });
  },
  writer,
};

export default framework;
