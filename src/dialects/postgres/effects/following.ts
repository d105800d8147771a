import type { Routine } from '../../../catalog/schema.ts';
import type { Call } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { relationKey } from '../../../ir/names.ts';
import type { Answer } from './answer.ts';
import { NOTHING, sum } from './answer.ts';
import type { Scene } from './scene.ts';
import { createdNames } from './scene.ts';

/** What calling a function does, where the catalog knows its body. */
export function followCall({ name, argumentCount }: Call, scene: Scene): Answer {
  if (name.schema === 'pg_catalog') return NOTHING;
  const routines = scene.before.routines(name);
  if (routines.length === 0) return NOTHING;
  const fitting = routines.filter(({ parameters }) => parameters.length === argumentCount);
  return sum((fitting.length > 0 ? fitting : routines).map((routine) => followBody(routine, scene)));
}

/** What firing a trigger does. */
export const followTrigger = (name: ObjectName, scene: Scene): Answer => sum(scene.before.routines(name).map((routine) => followBody(routine, scene)));

function followBody(routine: Routine, scene: Scene): Answer {
  if (scene.followed.has(routine.id)) return NOTHING;
  if (scene.followed.size >= MOST) return { certain: false };
  scene.followed.add(routine.id);
  const created = new Set<string>();
  const answers = routine.body.map((operation) => {
    const answer = scene.answer(operation, scene);
    const visible = created.size === 0 ? answer : without(answer, created);
    for (const made of createdNames(operation)) created.add(relationKey(scene.before.resolve(made)));
    return operation.within?.conditional === true ? { ...visible, certain: false } : visible;
  });
  const known = KNOWN_LANGUAGES.has(routine.language.toLowerCase());
  // Whether a called routine fails or breaks anything depends on its arguments and branches.
  return { ...sum(answers), breaks: [], failures: [], ...(known ? {} : { certain: false }) };
}

/** Routines that one statement is followed into; the stack is no longer than that. */
const MOST = 400;

const KNOWN_LANGUAGES: ReadonlySet<string> = new Set(['sql', 'plpgsql', 'internal', 'c']);

function without(answer: Answer, created: ReadonlySet<string>): Answer {
  const kept = <T extends { readonly schema: string; readonly name: string }>(targets: readonly T[] | undefined): readonly T[] =>
    targets?.filter((target) => !created.has(relationKey(target))) ?? [];
  return {
    ...answer,
    locks: answer.locks?.filter(({ on }) => !created.has(relationKey(on))) ?? [],
    scans: kept(answer.scans),
    rewrites: kept(answer.rewrites),
  };
}
