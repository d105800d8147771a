import type { AlterTableStmt } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import { all } from '../ast.ts';
import type { Context } from '../context.ts';
import { clause, tokenAt } from '../context.ts';
import { relationName, roleName } from '../names.ts';
import type { Range } from '../tokens.ts';
import { CLOSE_PARENTHESIS, nameEnd, split } from '../tokens.ts';
import { columnClauses } from './alter-columns.ts';
import { constraintClauses } from './alter-constraints.ts';
import { indexClause } from './alter-indexes.ts';
import { storageClauses } from './alter-storage.ts';
import { attributeClause } from './alter-types.ts';
import { viewClause } from './alter-views.ts';
import type { Clause } from './clause.ts';
import { objectType } from './object-types.ts';

/** One operation per subcommand, in written order. */
export function alterTable(statement: AlterTableStmt, context: Context): Operation[] {
  const relation = relationName(statement.relation);
  const commands = all(statement.cmds, 'AlterTableCmd');
  const ranges = clauseRanges(statement, context);
  const on = { table: relation, tableIfExists: statement.missing_ok ?? false, only: statement.relation?.inh !== true };
  return commands.flatMap((command, position) => {
    const range = (ranges.length === commands.length ? ranges[position] : undefined) ?? { from: context.first, to: context.last };
    const part: Clause = { command, statement, relation, on, name: command.name ?? '', behavior: command.behavior === 'DROP_CASCADE' ? 'cascade' : 'restrict', range };
    return lowerClause(part, clause(context, range));
  });
}

function lowerClause(part: Clause, context: Context): readonly Operation[] {
  const { command, statement, relation } = part;
  const type = command.subtype;
  if (type === 'AT_ChangeOwner') {
    return [{ kind: 'setOwner', span: context.span, objectType: objectType(statement.objtype), object: relation, owner: roleName(command.newowner) }];
  }
  if (type === undefined) return [];
  const special = byObject(part, context);
  if (special !== undefined) return special;
  const handler = columnClauses[type] ?? constraintClauses[type] ?? storageClauses[type];
  return handler?.(part, context) ?? [otherClause(part, context)];
}

/** ALTER INDEX, ALTER VIEW and ALTER TYPE share the grammar of ALTER TABLE but mean something of their own. */
function byObject(part: Clause, context: Context): readonly Operation[] | undefined {
  switch (part.statement.objtype) {
    case 'OBJECT_INDEX':
      return indexClause(part, context);
    case 'OBJECT_VIEW':
      return viewClause(part, context, false);
    case 'OBJECT_MATVIEW':
      return viewClause(part, context, true);
    case 'OBJECT_TYPE':
      return attributeClause(part, context);
    default:
      return undefined;
  }
}

/** A subcommand without an operation of its own; the grammar knows none for tables, so this is for other objects. */
function otherClause({ command, statement, relation }: Clause, context: Context): Operation {
  const change = (command.subtype ?? '').replace(/^AT_/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return { kind: 'alterObject', span: context.span, objectType: objectType(statement.objtype), object: relation, relations: [relation], change };
}

/** The subcommands between their commas, after the name of what is altered. */
function clauseRanges(statement: AlterTableStmt, context: Context): readonly Range[] {
  const { tokens } = context;
  let from = nameEnd(tokens, tokenAt(context, statement.relation?.location));
  if (tokens.code(from) === CLOSE_PARENTHESIS) from++;
  if (tokens.source(from) === '*') from++;
  return split(tokens, from, context.last);
}
