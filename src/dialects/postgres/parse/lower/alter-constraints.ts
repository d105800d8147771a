import { as } from '../ast.ts';
import type { ClauseHandlers } from './clause.ts';
import { constraintDefinition } from './constraints.ts';

/** Subcommands of ALTER TABLE about constraints. */
export const constraintClauses: ClauseHandlers = {
  AT_AddConstraint: (part, context) => {
    const node = as(part.command.def, 'Constraint');
    const constraint = node === undefined ? undefined : constraintDefinition(node, context, { from: part.range.from + 1, to: part.range.to });
    return constraint === undefined ? [] : [{ kind: 'addConstraint', span: context.span, ...part.on, constraint, inline: false }];
  },
  AT_ValidateConstraint: (part, { span }) => [{ kind: 'validateConstraint', span, ...part.on, name: part.name }],
  AT_DropConstraint: (part, { span }) => [
    { kind: 'dropConstraint', span, ...part.on, name: part.name, ifExists: part.command.missing_ok ?? false, behavior: part.behavior },
  ],
  AT_AlterConstraint: (part, context) => {
    const change = as(part.command.def, 'ATAlterConstraint');
    return [
      {
        kind: 'alterConstraint',
        span: context.span,
        ...part.on,
        name: change?.conname ?? part.name,
        ...(change?.alterDeferrability === true ? { deferrable: change.deferrable ?? false, initiallyDeferred: change.initdeferred ?? false } : {}),
        ...(change?.alterEnforceability === true ? { enforced: change?.is_enforced ?? false } : {}),
        ...(change?.alterInheritability === true ? { inherit: change.noinherit !== true } : {}),
      },
    ];
  },
};
