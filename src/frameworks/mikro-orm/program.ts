import type { Program, Traced } from '../../hosts/program.ts';
import { cut, joined } from '../../hosts/traced.ts';
import type { Method, Site } from '../../hosts/typescript/host.ts';
import { runProgram } from '../../hosts/typescript/run.ts';
import type { FunctionValue, TextValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, record, truth, UNDEFINED, unknown } from '../../hosts/typescript/value.ts';
import type { ProgramFile } from '../framework.ts';
import { notInClass } from '../shared/code-direction.ts';
import type { Kept } from '../shared/kept-steps.ts';
import { keptSteps } from '../shared/kept-steps.ts';
import { literalOf, pieceOf, quotedName } from '../shared/sql-text.ts';

/** What a migration's class sends: `addSql` is kept until the method has ended, `execute` goes at once. */
export function program(file: ProgramFile, direction: 'up' | 'down'): Program | undefined {
  const kept = keptSteps();
  const sent = runProgram(
    file,
    (loaded) => {
      const { exports, site } = loaded;
      const migration = classIn(exports);
      const instance = migration?.construct?.([], site.span);
      const method = instance?.kind === 'record' ? instance.entries.get(direction) : undefined;
      if (instance?.kind !== 'record' || method?.kind !== 'function') return notInClass(direction, loaded, migration, file.text);
      site.settled(site.invoke(method, [], instance));
      const transactional = instance.entries.get('isTransactional');
      const answer = transactional?.kind === 'function' ? truth(site.invoke(transactional, [], instance)) : undefined;
      return answer === false ? { transaction: { wrap: 'none' } } : {};
    },
    (name) => (name === '@mikro-orm/migrations' ? record([['Migration', base(kept)]]) : undefined),
    direction,
  );
  return kept.inOrder(sent);
}

/** The class of the file, however it is exported. */
function classIn(exports: Value): FunctionValue | undefined {
  const candidates = exports.kind === 'record' ? [...exports.entries.values()] : [exports];
  return candidates.find((value): value is FunctionValue => value.kind === 'function' && value.construct !== undefined);
}

/** The package's class: its own methods, which the migration inherits. */
function base({ keep, reset }: Kept): FunctionValue {
  const send = (sql: Value | undefined, site: Site): void => {
    if (sql?.kind === 'unknown') site.opaque(sql.reason);
    else if (sql?.kind === 'text') site.emit({ sql: sql.text, runs: sql.runs });
    else site.opaque(sql?.kind === 'chain' ? `the SQL is made by ${sql.root}` : 'the SQL is not a text');
  };
  const rows = (site: Site): Value => unknown('it is what the server answers', site.call, 'rows');
  const methods: readonly (readonly [string, Method])[] = [
    ['addSql', ([sql], site) => void keep(() => { send(sql, site); }, site)],
    [
      'execute',
      ([sql, values], site) => {
        send(sql?.kind === 'text' && values?.kind === 'list' && values.items.length > 0 ? bound(sql, values.items) : sql, site);
        return rows(site);
      },
    ],
    ['reset', () => void reset()],
    ['getQueries', (_args, site) => rows(site)],
    ['getKnex', (_args, site) => ({ ...unknown('the queries of Knex in a MikroORM migration are not followed', site.call, 'knex'), sends: true })],
    ['getEntityManager', (_args, site) => ({ ...unknown('what the entity manager sends depends on the entities of today', site.call, 'em'), sends: true })],
  ];
  const prototype = record(methods.map(([name, call]) => [name, hostValue({ name: `this.${name}`, call })]));
  prototype.entries.set('config', hostValue({ name: 'this.config', member: (name, site) => unknown(`\`${name}\` is set in the configuration`, site.call, name) }));
  return { kind: 'function', name: 'Migration', arity: 0, members: new Map([['prototype', prototype]]), call: () => UNDEFINED, construct: () => record(prototype.entries) };
}

/** With the values in their places, `??` for names; `\\?` is a question mark. */
function bound(sql: TextValue, values: readonly Value[]): TextValue {
  const parts: Traced[] = [];
  let from = 0;
  let index = 0;
  for (const { 0: mark, index: at } of sql.text.matchAll(/\\\?|\?\??/g)) {
    parts.push(cut(sql, from, at));
    from = at + mark.length;
    if (mark === '\\?') parts.push(cut(sql, at + 1, from));
    else parts.push(mark === '??' ? quotedName(pieceOf(values[index++])) : literalOf(values[index++]));
  }
  return { kind: 'text', ...joined([...parts, cut(sql, from)]) };
}
