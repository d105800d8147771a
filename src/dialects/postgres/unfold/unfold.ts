import type { Catalog } from '../../../catalog/catalog.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { Operation } from '../../../ir/operation.ts';
import type { Block } from '../../../ir/operations/base.ts';
import type { Span } from '../../../source/text.ts';
import type { UnfoldContext } from '../../dialect.ts';
import { as } from '../parse/ast.ts';
import { doBody } from '../parse/routines/bodies.ts';
import { readBody } from '../parse/routines/reader.ts';
import { readStatements } from '../parse/routines/statements.ts';
import { fileSource } from '../parse/source.ts';
import type { Reading } from '../parse/context.ts';
import { parsePiece } from '../parse/statement.ts';
import { tokenize } from '../parse/tokens.ts';
import { evaluate } from './expressions.ts';
import type { Machine } from './machine.ts';
import { STEPS } from './machine.ts';
import { caller } from './routines.ts';
import type { Frame } from './run.ts';
import { runNodes, withoutFollowed } from './run.ts';
import { selectRows } from './select.ts';
import type { Value } from './values.ts';
import { UNKNOWN } from './values.ts';

/**
 * The statement with the operations that it comes to on this catalog: loops over the system catalogs turn by turn, the branch
 * that IF takes, the statements that EXECUTE is handed, and what called routines do. What only running tells is left as it was read.
 */
export function unfold(statement: Statement, context: UnfoldContext): Statement {
  const run = isProgram(statement) ? runBlock : callsRoutine(statement, context.catalog) ? runCalls : undefined;
  if (run === undefined) return statement;
  const { catalog, version, origin, text } = context;
  const { span } = statement;
  const machine: Machine = { catalog, version, origin, span, operations: [], steps: STEPS, followed: new Set(), block: ALONE, call: caller() };
  const before = catalog.moment();
  let operations: readonly Operation[] | undefined;
  try {
    operations = run(statement, text.slice(span.start, span.end), machine);
  } catch (error) {
    // Nested more deeply than can be followed.
    if (!(error instanceof RangeError)) throw error;
  } finally {
    catalog.returnTo(before);
  }
  return operations === undefined || machine.steps <= 0 || unread(operations) > unread(statement.operations) ? statement : { ...statement, operations };
}

/** How much is no SQL as it stands: templates, which only reading knows how to take, and computed text that came out wrong. */
const unread = (operations: readonly Operation[]): number => operations.filter((operation) => operation.kind === 'opaque' && (operation.reason === 'syntax' || operation.reason === 'template')).length;

const ALONE: Block = { kind: 'routine', conditional: false, loop: false, commits: false };

/** A DO block of which reading alone does not tell everything. */
const isProgram = ({ operations }: Statement): boolean =>
  operations.some(({ within }) => within?.kind === 'do') && operations.some((operation) => operation.kind === 'opaque' || operation.within?.conditional === true || operation.within?.loop === true || calledIn(operation).length > 0);

const calledIn = (operation: Operation): readonly { readonly name: { readonly schema?: string; readonly name: string } }[] =>
  operation.kind === 'select' ? operation.query.calls : operation.kind === 'call' ? [{ name: operation.routine }] : [];

function callsRoutine({ operations }: Statement, catalog: Catalog): boolean {
  const [only, ...more] = operations;
  return only !== undefined && more.length === 0 && only.within === undefined && calledIn(only).some(({ name }) => catalog.routines(name).some(({ language, returnsTrigger }) => language.toLowerCase() === 'plpgsql' && !returnsTrigger));
}

const readingOf = (text: string, { start }: Span): Reading => ({ source: fileSource(text, start), placeholders: undefined, patterns: [], depth: 0, comment: () => undefined });

function runBlock(_: Statement, text: string, machine: Machine): readonly Operation[] | undefined {
  const outer = readingOf(text, machine.span);
  const source = doBody(outer);
  if (source === undefined) return undefined;
  const { tokens } = tokenize(source.text, undefined);
  const body = readBody(tokens, [], readStatements);
  if (body === undefined) return undefined;
  const variables = new Map<string, Value>([...body.variables].map((name) => [name, name === 'sqlstate' || name === 'sqlerrm' ? UNKNOWN : null]));
  const frame: Frame = { machine, tokens, body, reading: { ...outer, source, depth: 1 }, variables, called: false, left: false, rows: undefined, result: UNKNOWN };
  runNodes(body.nodes, frame, { ...ALONE, kind: 'do' });
  return machine.operations.length > 0 ? machine.operations : [{ kind: 'sessionCommand', span: machine.span, command: 'do' }];
}

/** SELECT and CALL of routines. */
function runCalls({ operations }: Statement, text: string, machine: Machine): readonly Operation[] | undefined {
  const { tokens } = tokenize(text, undefined);
  const parsed = parsePiece({ tokens, first: 0, last: tokens.count }, readingOf(text, machine.span));
  const [node, ...more] = 'nodes' in parsed ? parsed.nodes : [];
  if (node === undefined || more.length > 0) return undefined;
  const scope = { machine, rows: [], variables: new Map<string, Value>(), tables: new Map() };
  const select = as(node, 'SelectStmt');
  if (select !== undefined) selectRows(select, scope);
  const call = as(node, 'CallStmt')?.funccall;
  if (call !== undefined) evaluate({ FuncCall: call }, scope);
  if (machine.followed.size === 0) return undefined;
  return [...operations.flatMap((operation) => withoutFollowed(operation, machine) ?? []), ...machine.operations];
}
