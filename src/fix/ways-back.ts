import type { Catalog } from '../catalog/catalog.ts';
import { createCatalog } from '../catalog/create.ts';
import { replay } from '../check/run.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { FileTree, MigrationSource } from '../frameworks/framework.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../pipeline.ts';
import { readScript } from '../read.ts';

/** Neighbouring migrations that are taken back together. */
export interface Stretch {
  readonly first: number;
  readonly count: number;
}

export interface WayBack {
  /** What is not as it was, one line each. */
  readonly residue: readonly string[];
  /** What the server would refuse on the way. */
  readonly failures: readonly string[];
}

/** Takes stretches of a history back, newest migration first, and says what that leaves behind. */
export function waysBack(entry: LintHistory, stretches: readonly Stretch[], tree: FileTree, config: ResolvedConfig): readonly WayBack[] {
  const { history, dialect } = entry;
  const catalog = createCatalog(dialect.catalog);
  const read = (source: MigrationSource['up']): Script => readScript(source, entry, { read: (path) => tree.read(path) });
  const forward = (index: number): void => {
    const source = history.migrations[index];
    if (source !== undefined) run(read(source.up), catalog, entry, config, 2 * index);
  };
  const found = new Map<Stretch, WayBack>();
  let at = 0;
  for (const stretch of [...stretches].sort((a, b) => a.first - b.first)) {
    for (; at < stretch.first; at++) forward(at);
    const before = catalog.moment();
    const end = stretch.first + stretch.count;
    for (let index = stretch.first; index < end; index++) forward(index);
    const failures: string[] = [];
    for (let index = end - 1; index >= stretch.first; index--) {
      const down = history.migrations[index]?.down;
      if (down !== undefined) failures.push(...run(read(down), catalog, entry, config, 2 * index + 1));
    }
    const residue = catalog.differencesSince(before).map(({ difference, object, detail }) => `${object} ${difference}${detail === undefined ? '' : ` (${detail})`}`);
    found.set(stretch, { residue, failures });
    catalog.returnTo(before);
  }
  return stretches.map((stretch) => found.get(stretch) ?? { residue: [], failures: [] });
}

/** Replays a script; answers with what the server would refuse whatever the data. */
function run(script: Script, catalog: Catalog, { dialect, version, versionAssumed, history }: LintHistory, config: ResolvedConfig, number: number): readonly string[] {
  catalog.newSession();
  const failures: string[] = [];
  if (script.direction === 'down') {
    const start = catalog.moment();
    for (const statement of script.statements) {
      const origin = { migration: number, unit: null };
      const run = dialect.unfold(statement, { catalog, version, origin, text: script.text });
      for (const operation of run.operations) {
        const { failures: own } = dialect.effects(operation, { before: catalog, version, statement: run, unit: null, migration: number });
        failures.push(...own.filter(({ when }) => when === 'always' || when === 'missing' || when === 'existing').map(({ message }) => message));
        catalog.apply(operation, origin);
      }
    }
    catalog.returnTo(start);
  }
  const migration = { id: script.path, name: script.path, framework: history.framework, up: script, downExpected: false };
  replay(script, { catalog, dialect, version, versionAssumed, config, migration, number });
  return failures;
}
