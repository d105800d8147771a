import type { Routine } from '../../../../catalog/schema.ts';
import type { Operation } from '../../../../ir/operation.ts';
import { fileSource } from '../source.ts';
import type { Reading } from '../statement.ts';
import { tokenize } from '../tokens.ts';
import type { Assignment } from './block-tree.ts';
import { flatten } from './flatten.ts';
import { HOLE, OPEN } from './hole.ts';
import { readBody } from './reader.ts';
import { readStatements } from './statements.ts';

const BODIES = new WeakMap<Routine, Map<string, readonly Operation[] | undefined>>();
/** Calls of one routine with different values that are read apart. */
const MOST_CALLS = 200;

/** The statements of a PL/pgSQL body with these values for its parameters; their places are those in the body's text. */
export function calledBody(routine: Routine, values: readonly (string | undefined)[]): readonly Operation[] | undefined {
  if (routine.language.toLowerCase() !== 'plpgsql' || routine.bodyText === undefined || !/\bexecute\b|\bperform\b/i.test(routine.bodyText)) return undefined;
  const bodies = BODIES.get(routine) ?? new Map<string, readonly Operation[] | undefined>();
  BODIES.set(routine, bodies);
  const key = JSON.stringify(values);
  if (!bodies.has(key) && bodies.size < MOST_CALLS) bodies.set(key, read(routine.bodyText, routine.parameterNames ?? [], values));
  return bodies.get(key);
}

function read(text: string, names: readonly (string | undefined)[], values: readonly (string | undefined)[]): readonly Operation[] | undefined {
  const { tokens } = tokenize(text, undefined);
  const parameters = names.flatMap((name) => name ?? []);
  const body = readBody(tokens, [...parameters, 'new', 'old'], readStatements);
  if (body === undefined) return undefined;
  const assignments = new Map<string, readonly Assignment[]>(body.assignments);
  names.forEach((name, index) => {
    const value = values[index];
    // A parameter that the body sets has more than its first value.
    if (name !== undefined && value !== undefined && assignments.get(name)?.length === 1) assignments.set(name, [{ kind: 'text', text: value.replaceAll(OPEN, HOLE) }]);
  });
  const reading: Reading = { source: fileSource(text, 0), placeholders: undefined, patterns: [], open: true, depth: 1, comment: () => undefined };
  return flatten({ tokens, body: { ...body, assignments }, reading, known: new Map() }, 'routine').operations;
}
