import type { Proposal } from './model.ts';

/**
 * Adds a way out to those that have been found for a script. Several rules may complain about the same operation: one way out is enough.
 * Where one of them is that the whole statement gets a transaction of its own, the others begin in one.
 */
export function joined(group: readonly Proposal[], answer: Proposal): readonly Proposal[] {
  const others = group.filter(({ statement }) => statement === answer.statement);
  if (isOwn(answer)) {
    if (others.some(isOwn)) return group;
    return others.length === 0 ? [...group, answer] : group.map((one) => (others.includes(one) ? apart(one) : one));
  }
  const own = others.filter(isOwn);
  if (own.length > 0) return [...group.filter((one) => !own.includes(one)), apart(answer)];
  if (others.some(({ operation, plan }) => operation === answer.operation || plan.covers.includes(answer.operation))) return group;
  return [...group, others.some(({ plan }) => plan.steps[0]?.apart === true) ? apart(answer) : answer];
}

const isOwn = ({ pattern }: Proposal): boolean => pattern === 'ownTransaction';

function apart(proposal: Proposal): Proposal {
  const [first, ...rest] = proposal.plan.steps;
  if (first === undefined || first.apart === true) return proposal;
  const begin = { ...first, apart: true } as const;
  return {
    ...proposal,
    plan: { ...proposal.plan, steps: [begin, ...rest] },
    preview: proposal.preview.map((one) => (one.step === first ? { ...one, step: begin } : one)),
  };
}
