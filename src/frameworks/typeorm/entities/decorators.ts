import type { ChainValue, FunctionValue, RecordValue, Step, Value } from '../../../hosts/typescript/value.ts';
import { isRecord, reasonOf } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';

/** A decorator of the library, with what it was given. */
export interface Mark {
  readonly name: string;
  readonly args: readonly Value[];
}

export interface Member {
  readonly name: string;
  readonly marks: readonly Mark[];
}

/** The library's marks on a class alone, without those of the classes above it. */
export const classMarks = (of: FunctionValue): readonly Mark[] => marksIn(of.decorated?.().own ?? [], of.name);

/** Marked members, those of the classes above first, each once. */
export function memberMarks(of: FunctionValue): readonly Member[] {
  const found = new Map<string, Member>();
  for (const one of lineage(of)) for (const { name, by } of one.decorated?.().members ?? []) {
    const marks = marksIn(by, `${one.name}.${name}`);
    if (marks.length > 0) found.set(name, { name, marks });
  }
  return [...found.values()];
}

/** The class and those above it, the uppermost first. */
export function lineage(of: FunctionValue): readonly FunctionValue[] {
  const found: FunctionValue[] = [];
  for (let at: FunctionValue | undefined = of; at !== undefined && !found.includes(at); at = at.above) {
    found.unshift(at);
    const { base } = at;
    if (at.above === undefined && base !== undefined && !(base.kind === 'chain' && base.root === 'typeorm')) refuse(`what ${at.name} extends cannot be read`);
  }
  return found;
}

/** Decorators of other packages say nothing of the database; one of the project may hold any of the library's. */
const marksIn = (by: readonly Value[], where: string): readonly Mark[] =>
  by.flatMap((value): readonly Mark[] => {
    if (value.kind === 'chain') return value.root === 'typeorm' ? [markOf(value)] : [];
    return value.kind === 'unknown' || value.kind === 'function' ? refuse(`what decorates ${where} cannot be read${value.kind === 'unknown' ? `: ${reasonOf(value)}` : ''}`) : [];
  });

function markOf({ steps }: ChainValue): Mark {
  const name = steps.find((step): step is Extract<Step, { readonly step: 'member' }> => step.step === 'member')?.name ?? '';
  const called = steps.find((step) => step.step === 'call');
  return { name, args: called?.step === 'call' ? called.args : [] };
}

/** The options of a mark: the last object that it was given. */
export const optionsIn = ({ args }: Mark): RecordValue | undefined => args.findLast(isRecord);
