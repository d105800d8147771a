import type { Script, Statement } from '../ir/migration.ts';
import type { Step } from '../remedy/step.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';
import type { Rest } from './in-order.ts';
import { movedText } from './in-order.ts';
import type { Proposal } from './model.ts';

/** Statements of a script that go with steps which leave it, each with its text. */
export interface Carried {
  readonly rests: ReadonlyMap<Statement, Rest>;
  readonly edits: readonly Edit[];
}

export const NOTHING_CARRIED: Carried = { rests: new Map(), edits: [] };

/** None where something else becomes of one of them. */
export function carriedBy(script: Script, proposals: readonly Proposal[], bounds: readonly Span[]): Carried {
  const statements = new Set(proposals.flatMap(({ plan }) => plan.steps.slice(1).flatMap(({ along, settles = [] }) => [...settles, ...(along === undefined ? [] : [...along.before, ...along.after])])));
  if (statements.size === 0 || proposals.some(({ statement }) => statements.has(statement))) return NOTHING_CARRIED;
  const rests = new Map<Statement, Rest>();
  const edits: Edit[] = [];
  for (const statement of statements) {
    const moved = movedText(script, statement, [], bounds);
    if (typeof moved === 'string') return NOTHING_CARRIED;
    rests.set(statement, { statement, texts: [moved.text], operations: statement.operations });
    edits.push(moved.edit);
  }
  return { rests, edits };
}

/** The script as if they were not in it. */
export const withoutCarried = (script: Script, { rests }: Carried): Script => (rests.size === 0 ? script : { ...script, statements: script.statements.filter((statement) => !rests.has(statement)) });

/** Without those whose statement the steps of another one make needless. */
export function unsettled(proposals: readonly Proposal[]): readonly Proposal[] {
  const settled = new Set(proposals.flatMap(({ plan }) => plan.steps.flatMap(({ settles = [] }) => settles)));
  return settled.size === 0 ? proposals : proposals.filter(({ statement }) => !settled.has(statement));
}

/** The step with what goes with it. There is no way back unless the author's own undoes all of it. */
export function withCarried(step: Step, { rests }: Carried, undo: (rest: Rest) => readonly string[] | null): Step {
  const { along } = step;
  if (along === undefined || rests.size === 0) return step;
  const textOf = (statements: readonly Statement[]): readonly string[] => statements.flatMap((one) => rests.get(one)?.texts ?? []);
  const up = [...step.up.slice(0, along.at), ...textOf(along.before), ...step.up.slice(along.at), ...textOf(along.after)];
  const back = (statements: readonly Statement[]): readonly (readonly string[] | null)[] =>
    statements.toReversed().map((one) => {
      const rest = rests.get(one);
      return rest === undefined ? null : undo(rest);
    });
  const [first, last] = [back(along.after.filter(makes)), back(along.before)];
  const isLost = [...first, ...last].some((one) => one === null || one.length === 0);
  // A default that comes back is one of the type that comes back.
  const texts = first.flatMap((one) => one ?? []);
  const late = texts.filter((one) => /\bSET\s+DEFAULT\b/i.test(one));
  const down = step.down === null || isLost ? null : [...step.down.slice(0, along.at), ...texts.filter((one) => !late.includes(one)), ...step.down.slice(along.at), ...late, ...last.flatMap((one) => one ?? [])];
  return { ...step, up, down };
}

/** What is said of a view goes with it. */
const makes = ({ operations }: Statement): boolean => operations.some(({ kind }) => !GOES_ALONG.has(kind));

const GOES_ALONG: ReadonlySet<string> = new Set(['alterView', 'comment', 'grant', 'setOwner']);
