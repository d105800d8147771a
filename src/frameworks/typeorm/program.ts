import type { Program } from '../../hosts/program.ts';
import type { HostFile } from '../../hosts/typescript/run.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { FunctionValue, Value } from '../../hosts/typescript/value.ts';
import type { Direction, TransactionPolicy } from '../../ir/migration.ts';
import { withSaid } from '../shared/code-down.ts';
import { notInClass } from '../shared/code-direction.ts';
import { databasePackage, packages } from '../shared/packages.ts';
import type { Naming } from './entities/names.ts';
import { objectOf } from './objects.ts';
import { otherConnection, runner } from './runner.ts';

/** What TypeORM sends when it runs a direction of the class of that name. */
export const program = (file: HostFile, className: string, direction: Direction, transaction: TransactionPolicy, naming: Naming = {}): Program | undefined =>
  withSaid(sent(file, className, direction, transaction, naming), file.text, direction);

const sent = (file: HostFile, className: string, direction: Direction, transaction: TransactionPolicy, naming: Naming = {}): Program | undefined =>
  runProgram(file, (loaded) => {
    const { exports, site } = loaded;
    const migration = classIn(exports, className);
    const instance = migration?.construct?.([], site.span) ?? (exports.kind === 'record' ? exports : undefined);
    const method = instance?.kind === 'record' ? (instance.entries.get(direction) ?? migration?.members.get(direction)) : undefined;
    if (instance === undefined || method?.kind !== 'function') return notInClass(direction, loaded, migration, file.text);
    site.settled(site.invoke(method, [runner(transaction, naming)], instance));
    return {};
  }, (name) => (/^typeorm(?:\/|$)/.test(name) ? databasePackage('typeorm', (path, { step, args }, site, self) => (step === 'new' ? objectOf(path, args, site) : undefined) ?? otherConnection(`${step === 'new' ? 'new ' : ''}${path}`, transaction, naming, args, self, site)) : packages(name)), direction, true);

/** `export class`, `export default class`, `module.exports = class` or `module.exports = { Name: class … }`. */
function classIn(exports: Value, className: string): FunctionValue | undefined {
  if (exports.kind === 'function') return exports;
  if (exports.kind !== 'record') return undefined;
  const classes = [...exports.entries.values()].filter((value) => value.kind === 'function' && value.construct !== undefined);
  const own = exports.entries.get(className) ?? classes.find((value) => value.kind === 'function' && value.name === className) ?? exports.entries.get('default') ?? classes[0];
  return own?.kind === 'function' ? own : undefined;
}
