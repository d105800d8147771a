import type { Framework } from '../framework.ts';
import { fileNames, join, mentions, sqlFiles } from '../shared/paths.ts';
import { versionedHistory, versionedShare } from '../shared/versioned.ts';
import { writer } from './writer.ts';

/** Flyway's names in a Rust project, but U stands for versions that may be filled in later. */
const framework: Framework = {
  name: 'refinery',
  title: 'Refinery (Rust)',
  checksums: true,
  session: 'kept',
  recognise: (folder, tree) => (versionedShare(sqlFiles(tree, folder), 'VU') >= 0.5 && mentions(tree, folder, 'Cargo.toml', /^[ \t]*\[?(?:[\w.-]*dependencies\.)?refinery\b/m) ? 90 : 0),
  read(folder, tree) {
    const read = versionedHistory(folder, tree, { framework: framework.name, title: framework.title, kinds: 'VU', noUndo: true, policy: () => ({ wrap: 'script' }) });
    const unread = fileNames(tree, folder).filter((name) => /^[VU]\d+__.*\.rs$/.test(name)).map((name) => join(folder, name));
    return unread.length === 0 ? read : { ...read, unread };
  },
  writer,
};

export default framework;
