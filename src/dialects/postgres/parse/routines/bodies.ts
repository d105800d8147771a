import type { CreateFunctionStmt, DoStmt } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { Context } from '../context.ts';

export function routineBody(_statement: CreateFunctionStmt, _language: string, _context: Context): Operation[] {
  return [];
}
export function sqlBody(_statement: CreateFunctionStmt, _context: Context): Operation[] {
  return [];
}
export function doOperations(_statement: DoStmt, context: Context): Operation[] {
  return [{ kind: 'opaque', span: context.span, reason: 'dynamic', detail: 'DO' }];
}
