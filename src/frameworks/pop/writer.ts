import type { Writer } from '../framework.ts';
import { pairFiles } from '../shared/pair-writing.ts';
import { refused } from '../shared/writing.ts';
import { downFile } from '../shared/down-writing.ts';

const WRAPPED = 'pop runs every SQL file in a transaction; only its fork in Ory’s projects has files named .autocommit.up.sql that it does not.';

const create = pairFiles(({ up: { path } }) => {
  const engine = /^\d+_[^.]+(\.(?!autocommit)[a-z0-9]+)?(?:\.autocommit)?\.(?:up|down)\.sql$/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1] ?? '';
  return { up: (version, slug) => `${version}_${slug}${engine}.up.sql`, down: (version, slug) => `${version}_${slug}${engine}.down.sql` };
});

export const writer: Writer = {
  create: (migrations, after, history, tree, reader) => (migrations.some(({ outsideTransaction }) => outsideTransaction) ? refused(WRAPPED) : create(migrations, after, history, tree, reader)),
  runOutside: () => refused(WRAPPED),
  writeDown: downFile((path) => path.replace(/\.up\.sql$/, '.down.sql')),
};
