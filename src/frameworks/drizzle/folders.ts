import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import type { Draft } from '../shared/history.ts';
import { lexicalCompare } from '../shared/order.ts';
import { folderNames, hasFile, join } from '../shared/paths.ts';
import { configuredDialect } from './config.ts';
import { pieces } from './pieces.ts';

/** Nothing takes a migration out of the transaction. */
export const BATCH: TransactionPolicy = { wrap: 'batch' };

export const isMigrationFolder = (folder: string, tree: FileTree): boolean => hasFile(tree, folder, 'migration.sql') && hasFile(tree, folder, 'snapshot.json');

/** Since 1.0 there is no journal: each migration is a folder, in order of their names. */
export function readFolders(folder: string, tree: FileTree): { drafts: readonly Draft[]; dialect: string | undefined } {
  const names = [...folderNames(tree, folder)].sort(lexicalCompare).filter((name) => hasFile(tree, join(folder, name), 'migration.sql'));
  const drafts = names.map((name): Draft => {
    const [, version = name, title = name] = /^(\d+)_(.*)$/.exec(name) ?? [];
    const path = join(join(folder, name), 'migration.sql');
    return { version, name: title, up: { path, direction: 'up', transaction: BATCH, ...pieces(tree.read(path)) } };
  });
  const snapshot = names.map((name) => tree.read(join(join(folder, name), 'snapshot.json'))).find((text) => text !== undefined);
  const named = /"dialect"\s*:\s*"([\w-]+)"/.exec(snapshot?.slice(0, 2000) ?? '')?.[1];
  return { drafts, dialect: dialectNamed(named) ?? configuredDialect(folder, tree) };
}
