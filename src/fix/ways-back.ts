import type { Catalog } from '../catalog/catalog.ts';
import { replay } from '../check/run.ts';
import type { ResolvedConfig } from '../config/config.ts';
import type { FileTree } from '../frameworks/framework.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../replay/history.ts';
import type { Workshop } from './lint-run.ts';

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
export function waysBack(entry: LintHistory, stretches: readonly Stretch[], tree: FileTree, { config, memory }: Pick<Workshop, 'config' | 'memory'>): readonly WayBack[] {
  const { migrations } = entry.history;
  const files = { read: (path: string) => tree.read(path) };
  const place = memory.places(entry, config, files);
  return stretches.map(({ first, count }) => {
    const { catalog, number } = place(first);
    const before = catalog.moment();
    const own = migrations.slice(first, first + count);
    own.forEach(({ up }, index) => run(memory.readScript(up, entry, files), catalog, entry, config, number + 2 * index));
    const failures = own.toReversed().flatMap(({ down }, index) => (down === undefined ? [] : run(memory.readScript(down, entry, files), catalog, entry, config, 2 * (first + count - 1 - index) + 1)));
    const residue = catalog.differencesSince(before).map(({ difference, object, detail }) => `${object} ${difference}${detail === undefined ? '' : ` (${detail})`}`);
    return { residue, failures };
  });
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
        failures.push(...own.filter(({ when }) => when === 'always' || when === 'missing' || when === 'existing' || when === 'dependents').map(({ message }) => message));
        catalog.apply(operation, origin);
      }
    }
    catalog.returnTo(start);
  }
  const migration = { id: script.path, name: script.path, framework: history.framework, up: script, downExpected: false };
  replay(script, { catalog, dialect, version, versionAssumed, config, migration, number });
  return failures;
}
