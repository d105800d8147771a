import type { Method } from '../../../hosts/typescript/host.ts';
import type { FunctionValue, HostValue, Value } from '../../../hosts/typescript/value.ts';
import { hostValue, isNothing, text } from '../../../hosts/typescript/value.ts';
import { reasonOf } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';
import { METHODS, OWN } from './methods.ts';
import type { Work } from './work.ts';
import { given, storedIn } from './work.ts';

type Live = (name: string) => Value;

/** The repository of an entity. */
export function repository(of: FunctionValue, work: Work, builder: Method, live: Live, lively: (methods: ReadonlyMap<string, Method>) => ReadonlyMap<string, Method>): HostValue {
  const target = { of, work };
  const methods = new Map<string, Method>(Object.entries(METHODS).map(([name, run]) => [name, (args, site) => run(target, args, site)]));
  methods.set('createQueryBuilder', builder);
  return hostValue({
    name: `the repository of ${of.name}`,
    sends: true,
    methods: lively(methods),
    member: (name) => (name === 'target' ? of : name === 'metadata' ? metadata(of, work, live) : live(name)),
  });
}

function metadata(of: FunctionValue, work: Work, live: Live): HostValue {
  return hostValue({
    name: `the metadata of ${of.name}`,
    member(name) {
      const { table } = work.entity(of);
      if (name === 'name' || name === 'targetName') return text(of.name);
      if (name === 'tableName') return text(table.table);
      return name === 'tablePath' ? text(table.schema === undefined ? table.table : `${table.schema}.${table.table}`) : live(name);
    },
  });
}

/** Methods of a manager: those of repositories with the entity in front, or with objects that know their class. */
export function managerMethods(work: Work): ReadonlyMap<string, Method> {
  return new Map(
    Object.entries(METHODS).map(([name, run]): readonly [string, Method] => [
      name,
      (args, site) => {
        const [first, ...rest] = args;
        if (isEntity(first)) return run({ of: first, work }, rest, site);
        if (OWN[name] === undefined) return run({ of: entityOf(first), work }, rest, site);
        const rows = given(first, name);
        for (const of of new Set(rows.map(classIn))) run({ of, work }, [{ kind: 'list', items: rows.filter((row) => classIn(row) === of) }], site);
        return first;
      },
    ]),
  );
}

export const isEntity = (value: Value | undefined): value is FunctionValue => value?.kind === 'function' && value.construct !== undefined;

/** The class that a value stands for as an entity. */
export const entityOf = (value: Value | undefined): FunctionValue =>
  isEntity(value) ? value : refuse(value?.kind === 'text' ? `which entity \`${value.text}\` is stands in the data source` : value === undefined || isNothing(value) ? 'the entity is missing' : value.kind === 'chain' ? 'the entity is a schema, which is not read' : `the entity: ${reasonOf(value)}`);

/** The class of a row that is handed by itself. */
function classIn(row: Value): FunctionValue {
  if (row.kind === 'record' && row.madeBy !== undefined) return row.madeBy;
  return storedIn(row)?.target.of ?? refuse(`of which entity the row is, is not known${row.kind === 'unknown' ? `: ${row.reason}` : ''}`);
}
