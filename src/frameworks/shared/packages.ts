import type { Site } from '../../hosts/typescript/host.ts';
import { sends } from '../../hosts/typescript/members.ts';
import { chain } from '../../hosts/typescript/recorder.ts';
import type { ChainValue, Step, Value } from '../../hosts/typescript/value.ts';
import { send } from './host-sending.ts';

const NOWHERE = { start: 0, end: 0 };

/** Packages with connections of their own, or with models that have them. */
const DATABASES = new Set(['sequelize', 'sequelize-typescript', 'typeorm', 'objection', 'pg', 'pg-promise', 'postgres', 'knex', 'bookshelf', '@prisma/client', 'slonik', 'mongoose']);
/** What makes, joins and ends connections and models without sending anything that matters. */
const QUIET = /^(?:connect|initialize|init|destroyAll|end|close|release|authenticate|on|once|off|define|model|addModels|belongsTo\w*|has(?:Many|One)|add(?:Scope|Hook)|bindKnex|knex|getRepository|getTreeRepository|getConnection|getManager|createQueryBuilder|createQueryRunner|setTypeParser|use|extend)$/;
/** What reads and writes rows, or makes tables. */
const SENDS = /^(?:(?:find|create|update|upsert|bulk|destroy|delete|save|insert|remove|count|query|execute|soft|restore|increment|decrement|get(?:Many|One|Raw|Count|Exists))\w*|sum|max|min|average|truncate|sync|synchronize|drop|aggregate|stream|clear|any|many|none|one|oneOrNone|\$\w+|raw|begin|run\w+|undo\w+|dropDatabase)$/;

/** Packages that may do to the database what no runner sees. */
export function packages(name: string): Value | undefined {
  if (name === 'child_process') {
    return chain(name, NOWHERE, (_called, site) => {
      site.opaque('it runs another program, which may work on the database too');
      return undefined;
    });
  }
  return DATABASES.has(name) ? databasePackage(name) : undefined;
}

/** A package of databases; `made`: what a call of it gives that a framework knows better. */
export const databasePackage = (name: string, made: (path: string, step: Exclude<Step, { readonly step: 'member' }>, site: Site, self: Value | undefined) => Value | undefined = () => undefined): Value =>
  chain(name, NOWHERE, (called, site, self) => {
    const last = called.steps.at(-1);
    if (last === undefined || last.step === 'member') return undefined;
    const own = made(pathOf(called), last, site, self);
    if (own === undefined) told(called, last, site);
    return own;
  });

/** `Sequelize`, `getConnection`: the names that lead from the package to a first call; empty behind one. */
const pathOf = ({ steps }: ChainValue): string => (steps.slice(0, -1).every(({ step }) => step === 'member') ? steps.flatMap((step) => (step.step === 'member' && step.name !== 'default' ? [step.name] : [])).join('.') : '');

function told(called: ChainValue, { step, args }: Exclude<Step, { readonly step: 'member' }>, site: Site): void {
  const before = called.steps.slice(0, -2);
  const member = called.steps.at(-2);
  const name = member?.step === 'member' ? member.name : '';
  // A function of the package itself, as `fn` or `literal`, sends nothing; a connection, a model or what they gave may.
  const acts = before.some((one) => one.step !== 'member' || /^(?:Model|BaseEntity)$/.test(one.name));
  const [sql, callback] = args;
  if (step === 'call' && acts && name === 'query' && sql?.kind === 'text') {
    send(sql, [], { ...site, emit: (draft) => { site.emit('sql' in draft ? { ...draft, apart: true } : draft); } });
    return;
  }
  if (step === 'call' && acts && name === 'transaction') {
    site.settled(site.invoke([sql, callback].find((arg) => arg?.kind === 'function'), [called]));
    return;
  }
  const building = before.some((one) => one.step === 'member' && one.name === 'createQueryBuilder');
  // A query of a model was told where it began.
  if (called.root === 'objection' && before.some((one) => one.step === 'member' && one.name === 'query')) return;
  if (step === 'call' && acts && SENDS.test(name) && (!building || /^(?:execute|get|stream)/.test(name))) {
    const source = site.source(site.call).replace(/^await\s+/, '').split('(')[0]?.replace(/\s+/g, '');
    const detail = `\`${source === undefined || source === '' ? name : source}\` does what the models and settings of that day say`;
    site.emit({ opaque: 'dynamic', detail, traps: [{ trap: 'live-code', place: site.call, detail }] });
  } else if (!QUIET.test(name) && args.some((arg) => sends(arg))) site.opaque(`\`${name === '' ? called.root : name}\` of the package ${called.root} is handed the connection`);
}
