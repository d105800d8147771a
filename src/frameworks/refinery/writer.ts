import type { Writer } from '../framework.ts';
import { refused } from '../shared/writing.ts';
import { versionedFiles } from '../shared/versioned-writing.ts';

const WRAPPED = 'Refinery runs every migration in a transaction, and nothing turns that off.';

/** Versions are whole numbers. */
export const writer: Writer = {
  create: (migrations, after, history, tree, reader) =>
    migrations.some(({ outsideTransaction }) => outsideTransaction) ? refused(WRAPPED) : versionedFiles({ whole: true })(migrations, after, history, tree, reader),
  runOutside: () => refused(WRAPPED),
};
