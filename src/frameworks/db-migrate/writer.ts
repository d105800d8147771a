import type { Writer } from '../framework.ts';
import { refused } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

export const writer: Writer = {
  create: () => refused('db-migrate needs a JavaScript file for each migration: make one with `db-migrate create --sql-file` and move the step there.'),
  runOutside: () => refused('db-migrate leaves the transaction only when it is run with `--non-transactional`.'),
  oneOutside: true,
  writeDown: (source, down, tree) => (source.up.program === undefined ? besideUp(source, down, tree) : refused('Lockkeeper does not write ways back into JavaScript of db-migrate yet.')),
};

const besideUp = downFile((path) => path.replace(/-up\.sql$/, '-down.sql'));
