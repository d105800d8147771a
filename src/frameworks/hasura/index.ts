import type { Framework } from '../framework.ts';
import { hasUpFolders, upDownFolders } from '../shared/folders.ts';
import { history } from '../shared/history.ts';
import { ancestors, folderNames, hasFile, join, mentions } from '../shared/paths.ts';

/** Folders numbered by milliseconds since 1970; the server runs a file in one transaction. */
const framework: Framework = {
  name: 'hasura',
  title: 'Hasura',
  recognise(folder, tree) {
    if (!hasUpFolders(folder, tree, /^\d{13}_/)) return 0;
    const ours = mentions(tree, folder, 'config.yaml', /^\s*metadata_directory\s*:|^\s*admin_secret\s*:|^version:\s*[23]\s*$/m) || ancestors(folder).some((at) => hasFile(tree, join(at, 'metadata'), 'databases.yaml') || hasFile(tree, join(at, 'metadata'), 'version.yaml'));
    return ours ? 92 : folderNames(tree, folder).some((name) => /^\d{13}_/.test(name)) ? 75 : 0;
  },
  read(folder, tree) {
    const { drafts, problems } = upDownFolders(folder, tree, {
      version: (name) => name.split('_')[0] ?? name,
      transaction: () => ({ wrap: 'script' }),
      tool: 'Hasura',
    });
    return history({ framework: framework.name, folder, drafts, downs: 'used', problems });
  },
};

export default framework;
