import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import { hasUpFolders, upDownFolders } from '../shared/folders.ts';
import { history } from '../shared/history.ts';
import { ancestors, folderNames, hasFile, hasFolder, join, mentions } from '../shared/paths.ts';
import { writer } from './writer.ts';

const SCRIPT: TransactionPolicy = { wrap: 'script', optOut: 'Put `run_in_transaction = false` into a metadata.toml beside up.sql and leave the statement alone in its file.' };
const ALONE: TransactionPolicy = { wrap: 'implicit', optOut: 'Leave the statement alone in its file.' };

/** A script is sent as one string, inside a transaction unless metadata.toml says otherwise. */
const framework: Framework = {
  name: 'diesel',
  title: 'Diesel',
  session: 'kept',
  recognise(folder, tree) {
    if (!hasUpFolders(folder, tree, /^\d[\d-]*_/)) return 0;
    const ours =
      hasFolder(tree, folder, '00000000000000_diesel_initial_setup') ||
      ancestors(folder).some((at) => hasFile(tree, at, 'diesel.toml')) ||
      mentions(tree, folder, 'Cargo.toml', /^[ \t]*\[?(?:[\w.-]*dependencies\.)?diesel\w*\b/m);
    if (ours || hasUpFolders(folder, tree, /^\d{4}-\d\d-\d\d-\d{6}/)) return ours ? 90 : 80;
    // Diesel compares numbers as text: those of different lengths are somebody else's.
    return new Set(folderNames(tree, folder).flatMap((name) => /^\d+(?=_)/.exec(name)?.[0].length ?? [])).size === 1 ? 55 : 0;
  },
  read(folder, tree) {
    const { drafts, problems } = upDownFolders(folder, tree, {
      version: (name) => (name.split('_')[0] ?? name).replaceAll('-', ''),
      transaction: (own) => (isWrapped(own, tree) ? SCRIPT : ALONE),
      tool: 'Diesel',
    });
    const ordered = [...drafts].sort((a, b) => ((a.version ?? '') < (b.version ?? '') ? -1 : (a.version ?? '') > (b.version ?? '') ? 1 : 0));
    return history({ framework: framework.name, folder, drafts: ordered, downs: 'used', problems, dialect: undefined });
  },
  writer,
};

/** A metadata.toml that does not speak of transactions turns them off as well: the missing key reads as false. */
function isWrapped(own: string, tree: FileTree): boolean {
  const metadata = tree.read(join(own, 'metadata.toml'));
  return metadata === undefined || /^[ \t]*run_in_transaction\s*=\s*true\b/m.test(metadata);
}

export default framework;
