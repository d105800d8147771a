import type { DomainType, EnumType, Table, Relation } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, SHARE } from '../locks.ts';
import type { Answer } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { columnsOfRowType } from './dependents.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';
import { everyRelation, isFresh, isStored, locate } from './scene.ts';

const CATALOG: Answer = { work: 'catalog' };

export const typeHandlers = {
  createEnum: (op, scene) => sum([CATALOG, { failures: [...typeClash(op.type, scene), ...repeatedValue(op)] }]),
  addEnumValue,
  renameEnumValue,
  createDomain: (op, scene) => sum([CATALOG, { failures: typeClash(op.domain, scene) }]),
  alterDomain,
  createCompositeType: (op, scene) => sum([CATALOG, { failures: typeClash(op.type, scene) }]),
  alterCompositeType,
  createType: (op, scene) => sum([CATALOG, { failures: typeClash(op.type, scene) }]),
  dropType,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function typeClash(name: ObjectName, scene: Scene): readonly Failure[] {
  const known = scene.before.type(scene.before.creationName(name));
  // A type that the history merely uses is assumed; making it is no second time.
  return known === undefined || known.origin.migration < 0 ? [] : [failure('type-exists', `type "${name.name}" already exists`)];
}

function enumNamed(name: ObjectName, scene: Scene): EnumType | undefined {
  const type = scene.before.type(name);
  return type?.kind === 'enum' ? type : undefined;
}

function addEnumValue(op: OperationOf<'addEnumValue'>, scene: Scene): Answer {
  const type = enumNamed(op.type, scene);
  const failures: Failure[] = [];
  if (type?.values.some(({ value }) => value === op.value) === true && !op.ifNotExists) failures.push(failure('enum-value-exists', `enum label "${op.value}" already exists`));
  const neighbour = op.position?.neighbour;
  if (type?.complete === true && neighbour !== undefined && !type.values.some(({ value }) => value === neighbour)) {
    failures.push(failure('enum-value-missing', `"${neighbour}" is not an existing enum label`));
  }
  return { work: 'catalog', failures };
}

function renameEnumValue(op: OperationOf<'renameEnumValue'>, scene: Scene): Answer {
  const type = enumNamed(op.type, scene);
  const failures: Failure[] = [];
  if (type?.complete === true && !type.values.some(({ value }) => value === op.value)) failures.push(failure('enum-value-missing', `"${op.value}" is not an existing enum label`));
  if (type?.values.some(({ value }) => value === op.newValue) === true) failures.push(failure('enum-value-exists', `enum label "${op.newValue}" already exists`));
  return { work: 'catalog', breaks: [{ what: 'reads', object: `${fullName(scene.before.resolve(op.type))}.${op.value}` }], failures };
}

function alterDomain(op: OperationOf<'alterDomain'>, scene: Scene): Answer {
  const found = scene.before.type(op.domain);
  const domain = found?.kind === 'domain' ? found : undefined;
  const name = fullName(scene.before.resolve(op.domain));
  const { change } = op;
  const breaks = [{ what: 'writes', object: name }] as const;
  switch (change.type) {
    case 'setDefault':
    case 'dropDefault':
    case 'dropNotNull':
      return CATALOG;
    case 'setNotNull':
      return domain?.notNull === true ? CATALOG : sum([{ breaks }, lookAtRows(domain, 'nulls-in-column', scene)]);
    case 'addConstraint':
      if (change.constraint.notValid === true) return { work: 'catalog', breaks };
      return sum([{ breaks }, lookAtRows(domain, change.constraint.type === 'check' ? 'check-violations' : 'nulls-in-column', scene)]);
    case 'validateConstraint': {
      const check = domain?.checks.find((candidate) => candidate.name === change.name);
      if (domain?.complete === true && check === undefined) return { work: 'catalog', failures: [failure('constraint-missing', `constraint "${change.name}" of domain "${domain.name}" does not exist`)] };
      // Valid or not, the rows are read.
      return lookAtRows(domain, undefined, scene);
    }
    case 'dropConstraint': {
      const missing = domain?.complete === true && !change.ifExists && !domain.checks.some((candidate) => candidate.name === change.name);
      return {
        work: 'catalog',
        loss: [{ what: 'integrity', object: `${name}.${change.name}` }],
        failures: missing ? [failure('constraint-missing', `constraint "${change.name}" of domain "${domain.name}" does not exist`)] : [],
      };
    }
  }
}

/** Every table with a column of the domain is read while its writers wait. */
function lookAtRows(domain: DomainType | undefined, cause: 'nulls-in-column' | 'check-violations' | undefined, scene: Scene): Answer {
  if (domain === undefined) return { work: 'catalog', certain: false };
  const uses = [domain, ...domainsOver(domain, scene)].flatMap((each) => scene.before.columnsOfType(each));
  const nested = uses.find(({ column }) => column.type.dimensions > 0);
  if (nested !== undefined) {
    return { work: 'catalog', failures: [failure('type-in-use', `cannot alter type "${domain.name}" because column "${nested.table.name}.${nested.column.name}" uses it`, fullName(nested.table))] };
  }
  const tables: readonly Table[] = [...new Set(uses.map(({ table }) => table))];
  const stored = tables.filter(isStored);
  const [victim] = stored.filter((table) => !isFresh(scene, table));
  return {
    locks: lockAll(stored, SHARE, `has a column of the domain ${domain.name}`),
    scans: stored,
    work: stored.length > 0 ? 'scan' : 'catalog',
    failures: cause === undefined || victim === undefined ? [] : [failure(cause, `column of table "${victim.name}" contains values that violate the new constraint`, fullName(victim))],
    certain: domain.complete,
  };
}

/** Domains that are made of the domain, all levels. */
function domainsOver(domain: DomainType, scene: Scene): readonly DomainType[] {
  const known = [...scene.before.types()].filter((type): type is DomainType => type.kind === 'domain');
  const queue = [domain];
  for (const base of queue) {
    const over = known.filter((each) => !queue.includes(each) && scene.before.domainOf(each.type)?.id === base.id);
    queue.push(...over);
  }
  return queue.slice(1);
}

function alterCompositeType(op: OperationOf<'alterCompositeType'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.type);
  const target = locate(scene, op.type);
  const typed = relation === undefined ? [] : typedTables(relation.id, scene);
  const { change } = op;
  const rewritten = change.type === 'changeAttributeType' ? typed.filter(isStored) : [];
  const failures: Failure[] = attributeProblems(change, relation);
  const [use] = relation === undefined || change.type !== 'changeAttributeType' ? [] : columnsOfRowType(relation, scene);
  if (use !== undefined) failures.push(failure('type-in-use', `cannot alter type "${op.type.name}" because column "${use.table.name}.${use.column.name}" uses it`, fullName(use.table)));
  const [first] = typed;
  if (first !== undefined && op.behavior !== 'cascade') {
    failures.push(failure('drop-with-dependents', `cannot alter type "${op.type.name}" because it is the type of a typed table`, fullName(first)));
  }
  const object = `${fullName(target)}.${change.name}`;
  return {
    locks: [lock(target, ACCESS_EXCLUSIVE), ...lockAll(typed, ACCESS_EXCLUSIVE, `of type ${op.type.name}`)],
    rewrites: rewritten,
    scans: rewritten,
    loss: change.type === 'dropAttribute' ? [{ what: 'values', object }] : [],
    breaks: change.type === 'dropAttribute' || change.type === 'renameAttribute' ? [{ what: 'reads', object }] : [],
    failures,
    certain: relation !== undefined,
  };
}

function attributeProblems(change: OperationOf<'alterCompositeType'>['change'], type: Relation | undefined): Failure[] {
  if (type?.kind !== 'compositeType' || !type.complete) return [];
  const has = (name: string): boolean => type.attributes.some((attribute) => attribute.name === name);
  const added = change.type === 'addAttribute' ? change.name : change.type === 'renameAttribute' ? change.newName : undefined;
  if (change.type !== 'addAttribute' && !has(change.name)) {
    const isSpared = change.type === 'dropAttribute' && change.ifExists;
    return isSpared ? [] : [failure('column-missing', change.type === 'renameAttribute' ? `column "${change.name}" does not exist` : `column "${change.name}" of relation "${type.name}" does not exist`, fullName(type))];
  }
  return added === undefined || !has(added) ? [] : [failure('column-exists', `column "${added}" of relation "${type.name}" already exists`, fullName(type))];
}

function typedTables(type: number, scene: Scene): readonly Table[] {
  return everyRelation(scene).filter((relation): relation is Table => relation.kind === 'table' && relation.ofType === type);
}

function dropType(op: OperationOf<'dropType'>, scene: Scene): Answer {
  const type = scene.before.type(op.type);
  const relation = scene.before.relation(op.type);
  const object = fullName(scene.before.resolve(op.type));
  const cascade = op.behavior === 'cascade';
  if (relation?.kind === 'compositeType') {
    const walk = drop(scene, cascade);
    walk.relation(relation);
    for (const table of typedTables(relation.id, scene)) {
      walk.blocks(`table ${table.name}`);
      if (cascade) walk.relation(table, `of type ${relation.name}`);
    }
    return walk.answer(`type ${op.type.name}`, object);
  }
  if (type === undefined) return { work: 'catalog', certain: false, ...(op.ifExists ? {} : { loss: [{ what: 'object', object }] }) };
  const walk = drop(scene, cascade);
  walk.type(type);
  return sum([walk.answer(`type ${op.type.name}`, object), { loss: [{ what: 'object', object }] }]);
}

function repeatedValue({ type, values }: OperationOf<'createEnum'>): readonly Failure[] {
  const twice = values.find((value, i) => values.indexOf(value) < i);
  return twice === undefined ? [] : [failure('enum-value-exists', `enum label "${twice}" of ${type.name} is there twice`, type.name, '23505')];
}
