import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import { history } from '../shared/history.ts';
import { readNumbered } from '../shared/numbered.ts';
import { lexicalCompare } from '../shared/order.ts';
import { baseName, hasFile, parentOf, sqlFiles } from '../shared/paths.ts';
import { share } from '../shared/sample.ts';
import { roughStatements } from '../shared/statements.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d+)_(?<name>.*)\.sql$/;
const ALONE = /^(?:CREATE(?: UNIQUE)? INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|REINDEX(?: \w+)? CONCURRENTLY|VACUUM|ALTER SYSTEM|CLUSTER)\b/;
const OPT_OUT = 'Put the statement alone in a migration of its own; Supabase CLI 2.109 or later runs CONCURRENTLY, VACUUM and CLUSTER outside the transaction wherever they stand.';

/** The statements of a file go out in one pipeline, which is one transaction; those that cannot be in one are sent by themselves. */
const framework: Framework = {
  name: 'supabase',
  title: 'Supabase CLI',
  session: 'reset',
  recognise(folder, tree) {
    const parent = parentOf(folder);
    if (baseName(folder) !== 'migrations' || parent === undefined || share(sqlFiles(tree, folder), FILE) < 0.5) return 0;
    return hasFile(tree, parent, 'config.toml') && (baseName(parent) === 'supabase' || /^[ \t]*project_id\s*=/m.test(tree.read(parent === '' ? 'config.toml' : `${parent}/config.toml`) ?? ''))
      ? 95
      : baseName(parent) === 'supabase' ? 80 : 0;
  },
  read(folder, tree) {
    const { files, problems } = readNumbered(folder, tree, FILE, lexicalCompare, 'The Supabase CLI skips it: the name is not <timestamp>_<name>.sql.');
    const skipped = files.filter(({ version, name }, index) => index === 0 && name === 'init' && /^\d{14}$/.test(version ?? '') && (version ?? '') < '20211209000000');
    const drafts = files
      .filter((file) => !skipped.includes(file))
      .map(({ path, version, name }) => ({ ...(version === undefined ? {} : { version }), name, up: { path, direction: 'up', transaction: policy(path, tree) } as const }));
    const old = skipped.map(({ path }) => ({ problem: 'ignored-file', path, detail: 'The Supabase CLI skips a first migration of this name from before December 2021.' }) as const);
    return history({ framework: framework.name, folder, drafts, downs: 'never', problems: [...problems, ...old], dialect: 'postgres' });
  },
  writer,
};

function policy(path: string, tree: FileTree): TransactionPolicy {
  const text = tree.read(path) ?? '';
  const apart = /\bCONCURRENTLY\b|\bVACUUM\b|\bCLUSTER\b|\bALTER\s+SYSTEM\b/i.test(text) && roughStatements(text).some(({ head }) => ALONE.test(head));
  return apart ? { wrap: 'none', optOut: OPT_OUT } : { wrap: 'script', pipeline: true, optOut: OPT_OUT };
}

export default framework;
