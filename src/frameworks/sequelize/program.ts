import type { Program } from '../../hosts/program.ts';
import type { HostFile } from '../../hosts/typescript/run.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { Value } from '../../hosts/typescript/value.ts';
import type { Direction } from '../../ir/migration.ts';
import { notFound } from '../shared/code-direction.ts';
import { withSaid } from '../shared/code-down.ts';
import { apart } from '../shared/apart.ts';
import { withLastRuns } from '../shared/last-runs.ts';
import { databasePackage, packages } from '../shared/packages.ts';
import { packageValue, runner } from './runner.ts';

/** What sequelize-cli and umzug send when they run a direction of a file. */
export const program = withLastRuns((file, direction) => withSaid(sent(file, direction), file.text, direction));

const sent = (file: HostFile, direction: Direction): Program | undefined =>
  runProgram(file, (loaded) => {
    const { exports, site } = loaded;
    const migrate = directionOf(exports, direction);
    if (migrate === undefined) return notFound(direction, loaded, file.text);
    site.settled(site.invoke(migrate, [runner(SEVEN.test(file.text)), packageValue([], site)], exports));
    return {};
  }, (name) => (name === 'sequelize' || name === 'sequelize-typescript' || name === '@sequelize/core' ? SEQUELIZE : packages(name)), direction, true);

/** The package of version 7. */
const SEVEN = /['"]@sequelize\/core['"]/;

/** The library, of which a migration may make an instance of its own. */
const SEQUELIZE = databasePackage('sequelize', (path, { step }) => (step === 'new' && /^(?:Sequelize)?$/.test(path) ? apart(runner()) : undefined));

/** `module.exports = { up, down }`, `exports.up = …`, `export default { up, down }`, or `export const up`. */
function directionOf(exports: Value, direction: Direction): Value | undefined {
  for (const from of [exports, member(exports, 'default')]) {
    const own = from === undefined ? undefined : member(from, direction);
    if (own?.kind === 'function') return own;
  }
  return undefined;
}

const member = (of: Value, name: string): Value | undefined => (of.kind === 'record' ? of.entries.get(name) : of.kind === 'function' ? of.members.get(name) : undefined);
