import { hides } from '../../hosts/typescript/exports.ts';
import type { Loaded, Outcome } from '../../hosts/typescript/run.ts';
import type { FunctionValue } from '../../hosts/typescript/value.ts';
import type { Direction } from '../../ir/migration.ts';

/** What is told of a direction that the class of a migration has not: it may have come with a class above that nobody can read. */
export function notInClass(direction: Direction, loaded: Loaded, migration: FunctionValue | undefined, text: string): Outcome {
  if (migration === undefined) return notFound(direction, loaded, text);
  const { base } = migration;
  if (base?.kind !== 'unknown' && base?.kind !== 'chain') return false;
  loaded.site.opaque(`\`${direction}\` of the migration cannot be found: ${base.kind === 'unknown' ? base.reason : `its class extends one of the package ${base.root}`}`);
  return {};
}

/** What is told of a direction that is not where the tool looks for it: nothing, where the file exports none; else that it cannot be read. */
export function notFound(direction: Direction, { exports, site }: Loaded, text: string): Outcome {
  const why = hides(exports, direction, text);
  if (why === undefined) return false;
  site.opaque(`\`${direction}\` of the migration cannot be found: ${why}`);
  return {};
}
