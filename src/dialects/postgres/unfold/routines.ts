import type { Routine } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { as } from '../parse/ast.ts';
import { readBody } from '../parse/routines/reader.ts';
import { readStatements } from '../parse/routines/statements.ts';
import type { Body } from '../parse/routines/block-tree.ts';
import { fileSource } from '../parse/source.ts';
import { parsePiece } from '../parse/statement.ts';
import type { Tokens } from '../parse/tokens.ts';
import { tokenize } from '../parse/tokens.ts';
import type { Called, Machine } from './machine.ts';
import { runNodes } from './run.ts';
import { selectRows } from './select.ts';
import type { Value } from './values.ts';
import { UNKNOWN } from './values.ts';

/** Routines that call routines are followed this far. */
const DEEPEST = 8;

/** Follows calls of routines that the history has made: what they do is noted, and what they return told. */
export function caller(): Machine['call'] {
  let depth = 0;
  return function call(name, called, machine) {
    const routine = depth < DEEPEST ? overload(name, called, machine) : undefined;
    if (routine?.bodyText === undefined || routine.returnsTrigger) return undefined;
    const variables = parametersOf(routine, called);
    const language = routine.language.toLowerCase();
    if (language === 'sql') return queryValue(routine.bodyText, variables, machine);
    if (language !== 'plpgsql') return undefined;
    depth++;
    const value = follow(routine, variables, machine);
    depth--;
    return value;
  };
}

/** The routine that takes these arguments, others by default. */
function overload(name: ObjectName, { values, named }: Called, { catalog }: Machine): Routine | undefined {
  const count = values.length + named.size;
  const fitting = catalog.routines(name).filter(({ parameters, parameterNames = [], parameterDefaults = [] }) => {
    if (parameters.length < count || [...named.keys()].some((each) => !parameterNames.includes(each))) return false;
    return parameters.every((_, index) => index < values.length || named.has(parameterNames[index] ?? '') || parameterDefaults[index] !== undefined || parameters.length === count);
  });
  const exact = fitting.filter(({ parameters }) => parameters.length === count);
  const [only, ...more] = exact.length > 0 ? exact : fitting;
  return more.length === 0 ? only : undefined;
}

function parametersOf({ parameters, parameterNames = [], parameterDefaults = [] }: Routine, { values, named }: Called): Map<string, Value> {
  const variables = new Map<string, Value>();
  for (const index of parameters.keys()) {
    const name = parameterNames[index];
    const fallback = parameterDefaults[index];
    const value = values[index] ?? (index < values.length ? null : (named.get(name ?? '') ?? (fallback === undefined ? UNKNOWN : fallback)));
    variables.set(`$${String(index + 1)}`, value);
    if (name !== undefined) variables.set(name, value);
  }
  return variables;
}

interface ReadRoutine {
  readonly tokens: Tokens;
  readonly body: Body | undefined;
}

const BODIES = new WeakMap<Routine, ReadRoutine>();

function read(routine: Routine, text: string): ReadRoutine {
  const known = BODIES.get(routine);
  if (known !== undefined) return known;
  const { tokens } = tokenize(text, undefined);
  const parameters = (routine.parameterNames ?? []).flatMap((name) => name ?? []);
  const found = { tokens, body: readBody(tokens, [...parameters, 'new', 'old'], readStatements) };
  BODIES.set(routine, found);
  return found;
}

function follow(routine: Routine, variables: Map<string, Value>, machine: Machine): Value | undefined {
  const text = routine.bodyText ?? '';
  const { tokens, body } = read(routine, text);
  if (body === undefined) return undefined;
  for (const name of body.variables) if (!variables.has(name)) variables.set(name, null);
  const outside = { block: machine.block, followed: [...machine.followed] };
  const frame = {
    machine,
    tokens,
    body,
    reading: { source: fileSource(text, 0), placeholders: undefined, patterns: [], open: true, depth: 1, comment: () => undefined },
    variables,
    called: true,
    left: false,
    rows: undefined,
    result: UNKNOWN,
  };
  const flow = runNodes(body.nodes, frame, { ...machine.block, kind: 'routine' });
  machine.block = outside.block;
  machine.followed.clear();
  for (const key of outside.followed) machine.followed.add(key);
  if (flow === 'raise' && !outside.block.conditional && outside.block.caught !== true) machine.steps = Math.min(machine.steps, 0);
  return frame.left ? UNKNOWN : frame.result;
}

/** What an SQL function over the system catalogs, or over nothing, returns. */
function queryValue(text: string, variables: ReadonlyMap<string, Value>, machine: Machine): Value | undefined {
  const { tokens } = tokenize(text, undefined);
  const last = tokens.source(tokens.count - 1) === ';' ? tokens.count - 1 : tokens.count;
  if (last === 0) return undefined;
  const parsed = parsePiece({ tokens, first: 0, last }, { source: fileSource(text, 0), placeholders: undefined, patterns: [], depth: 1, comment: () => undefined });
  const [statement, ...more] = 'nodes' in parsed ? parsed.nodes : [];
  const select = more.length === 0 ? as(statement, 'SelectStmt') : undefined;
  const rows = select === undefined ? undefined : selectRows(select, { machine, rows: [], variables, tables: new Map() });
  if (rows === undefined) return undefined;
  return rows.complete && !rows.doubtful ? (rows.rows[0]?.[0] ?? null) : UNKNOWN;
}
