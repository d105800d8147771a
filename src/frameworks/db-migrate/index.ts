import type { TransactionPolicy } from '../../ir/migration.ts';
import type { FileTree, Framework } from '../framework.ts';
import type { CodeFolder } from '../shared/code.ts';
import { codeDraft, codeHistory } from '../shared/code.ts';
import { halvesOf } from '../shared/halves.ts';
import type { Draft } from '../shared/history.ts';
import { history, pair } from '../shared/history.ts';
import { lexicalCompare } from '../shared/order.ts';
import { baseName, codeFiles, folderNames, join, mentions, parentOf, sqlFiles } from '../shared/paths.ts';
import { codeCarries, share } from '../shared/sample.ts';
import { program } from './program.ts';
import { writer } from './writer.ts';

const FILE = /^(?<version>\d{14})-(?<name>.*)-(?<direction>up|down)\.sql$/;
const CODE = /^(?<version>\d{14})-(?<name>.*)\.[cm]?[jt]s$/;
const MARK = /\bexports\.up\s*=[^]*\bdb\s*\.\s*(?:runSql|all|createTable|dropTable|renameTable|addColumn|removeColumn|renameColumn|changeColumn|addIndex|removeIndex|addForeignKey|removeForeignKey|insert)\b/;
const PROJECT = /"db-migrate(?:-pg)?"\s*:/;
const POLICY: TransactionPolicy = { wrap: 'script', optOut: 'Run this migration on its own with `db-migrate up --non-transactional` and the statement alone in its file.' };

/** How the project's scripts start it. */
const BARE = /\bdb-migrate\b[^"\n]*--non-transactional\b/;

/** JavaScript that gets the driver; or the `sqls` folder beside it, whose files the generated JavaScript reads. */
const framework: Framework = {
  name: 'db-migrate',
  title: 'db-migrate',
  recognise(folder, tree) {
    if (share(sqlFiles(tree, folder), FILE) >= 0.5) return 85;
    return share(codeFiles(tree, folder), CODE) >= 0.5 && !folderNames(tree, folder).includes('sqls') && (codeCarries(folder, tree, MARK) || (mentions(tree, folder, 'package.json', PROJECT) && codeCarries(folder, tree, /\bexports\.up\s*=/))) ? 85 : 0;
  },
  read(folder, tree) {
    const transaction: TransactionPolicy = mentions(tree, folder, 'package.json', BARE) ? { wrap: 'none' } : POLICY;
    const inCode: CodeFolder = { ...IN_CODE, transaction };
    if (!sqlFiles(tree, folder).some((name) => FILE.test(name))) return codeHistory(folder, tree, inCode);
    const { halves, problems } = halvesOf(folder, tree, {
      pattern: FILE,
      transaction: () => transaction,
      ignores: 'No generated migration reads it: the name is not <timestamp>-<name>-up.sql or <timestamp>-<name>-down.sql.',
    });
    return history({ framework: framework.name, folder, drafts: withCode(pair(halves, tree), folder, tree, inCode), downs: 'used', problems, sameVersion: null });
  },
  writer,
};

/** What has run is known by its whole name, so that two of the same second both run. */
const IN_CODE: Omit<CodeFolder, 'transaction'> = { framework: framework.name, pattern: CODE, downs: 'used', program, sameVersion: null };

/** Together with the migrations beside the folder that read none of its files. */
function withCode(drafts: readonly Draft[], folder: string, tree: FileTree, inCode: CodeFolder): readonly Draft[] {
  const beside = parentOf(folder);
  if (beside === undefined) return drafts;
  const read = new Set(drafts.flatMap(({ up, down }) => [up, down].flatMap((one) => (one === undefined ? [] : [baseName(one.path).replace(/-(?:up|down)\.sql$/, '')]))));
  const files = codeFiles(tree, beside).filter((file) => CODE.test(file) && !read.has(file.replace(/\.[cm]?[jt]s$/, '')) && !read.has(file));
  return [...drafts, ...files.map((file) => codeDraft(join(beside, file), file, tree, inCode))].sort((a, b) => lexicalCompare(fileOf(a), fileOf(b)));
}

const fileOf = ({ up, down, name }: Draft): string => baseName((up ?? down)?.path ?? name);

export default framework;
