import type { Writer } from '../framework.ts';
import { newVersions } from '../shared/new-versions.ts';
import { folderFiles } from '../shared/pair-writing.ts';
import { refused } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

const WRAPPED = 'Hasura runs every migration in a transaction, and nothing turns that off.';

export const writer: Writer = {
  create: (migrations, after, history, tree, reader) =>
    migrations.some(({ outsideTransaction }) => outsideTransaction) ? refused(WRAPPED) : folderFiles((from, _name, count) => newVersions(from, history, count))(migrations, after, history, tree, reader),
  runOutside: () => refused(WRAPPED),
  writeDown: downFile((path) => path.replace(/up\.sql$/, 'down.sql')),
};
