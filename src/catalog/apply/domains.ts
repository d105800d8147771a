import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { OperationOf } from '../../ir/operation.ts';
import type { DomainType } from '../schema.ts';
import { dropPart, learnFact } from '../state/learn.ts';
import { findType } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { nameKey, newId } from '../state/store.ts';
import { editType, putType } from '../state/types.ts';
import { normalise } from '../text.ts';
import { resolveDataType } from './column-parts.ts';
import type { Replay } from './context.ts';
import { BEFORE_HISTORY, skipsMissing, without } from './context.ts';
import { assumeType, claimType } from './types.ts';

export function createDomain(operation: OperationOf<'createDomain'>, replay: Replay): void {
  const { store, origin } = replay;
  const place = claimType(operation, operation.domain, replay);
  if (place === undefined) return;
  const { notNull, default: value } = operation;
  const id = newId(store);
  const type = resolveDataType(store, operation.type).type;
  putType(store, { kind: 'domain', id, ...place, origin, complete: true, type, notNull, checks: [], ...(value === undefined ? {} : { default: value }) });
  for (const check of operation.checks) {
    const domain = store.types.get(id);
    if (domain?.kind === 'domain') addCheck(store, domain, check);
  }
}

export function alterDomain(operation: OperationOf<'alterDomain'>, replay: Replay): void {
  const { store } = replay;
  const { change } = operation;
  const known = findType(store, operation.domain);
  const domain = known?.kind === 'domain' ? known : known === undefined || known.kind === 'other' ? assumeType(store, operation.domain, unknownDomain, known) : undefined;
  if (domain === undefined) return;
  switch (change.type) {
    case 'setDefault':
      learnFact(store, domain, 'itself', '', 'default', normalise(change.default.text));
      editType(store, domain, (now) => ({ ...now, default: change.default }));
      return;
    case 'dropDefault':
      learnFact(store, domain, 'itself', '', 'default', 'none');
      editType<DomainType>(store, domain, (now) => without(now, 'default'));
      return;
    case 'setNotNull':
    case 'dropNotNull': {
      const notNull = change.type === 'setNotNull';
      learnFact(store, domain, 'itself', '', 'nullability', notNull ? 'not null' : 'nullable');
      editType(store, domain, (now) => ({ ...now, notNull }));
      return;
    }
    case 'addConstraint':
      if (change.constraint.type === 'check') addCheck(store, domain, change.constraint);
      else editType(store, domain, (now) => ({ ...now, notNull: true }));
      return;
    case 'dropConstraint': {
      const { name } = change;
      if (!domain.checks.some((check) => check.name === name)) dropPart(store, domain, 'constraint', name, change.ifExists || skipsMissing(operation));
      editType(store, domain, (now) => ({ ...now, checks: now.checks.filter((check) => check.name !== name) }));
      return;
    }
    case 'validateConstraint':
      editType(store, domain, (now) => ({ ...now, checks: now.checks.map((check) => (check.name === change.name ? { ...check, valid: true } : check)) }));
  }
}

function addCheck(store: Store, domain: DomainType, definition: Extract<ConstraintDefinition, { type: 'check' }>): void {
  const own = new Set(domain.checks.map((check) => check.name));
  // A domain's checks are named after the domain alone, whatever they mention.
  const unnamed = { ...definition, expression: { ...definition.expression, columns: [] } };
  const taken = (name: string): boolean => own.has(name) || store.constraintNames.has(nameKey(store, domain.schema, name));
  const name = definition.name ?? store.semantics.constraintName(domain.name, unnamed, taken);
  editType(store, domain, (now) => ({ ...now, checks: [...now.checks, { name, expression: definition.expression, valid: definition.notValid !== true }] }));
}

const unknownDomain = (id: number, place: { readonly schema: string; readonly name: string }): DomainType => ({
  kind: 'domain',
  id,
  ...place,
  origin: BEFORE_HISTORY,
  complete: false,
  type: { name: 'unknown', modifiers: [], dimensions: 0 },
  notNull: false,
  checks: [],
});
