import { describe, expect, it } from 'vitest';
import { CAUSES } from '../src/dialects/postgres/effects/failures.ts';
import { rules } from '../rules/index.ts';

describe('refusals of the server', () => {
  const claimed = rules.flatMap((rule) => (rule.causes ?? []).map((cause) => ({ cause, rule: rule.name })));

  it('each has exactly one rule that reports it', () => {
    const owners = Object.keys(CAUSES).map((cause) => ({ cause, rules: claimed.filter((one) => one.cause === cause).map((one) => one.rule) }));
    expect(owners.filter(({ rules: names }) => names.length !== 1)).toEqual([]);
  });

  it('no rule waits for a cause that nobody reports', () => {
    expect(claimed.filter(({ cause }) => !Object.hasOwn(CAUSES, cause))).toEqual([]);
  });
});
