import { cachedDataVersionTag } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { spared } from '../src/eslint/spared.ts';

// The tag is a hash of V8's flags among others.
describe('a process that the ESLint plugin works in', () => {
  const before = cachedDataVersionTag();

  it('has its own flags of V8 after a lint', () => {
    expect(spared(cachedDataVersionTag)).not.toBe(before);
    expect(cachedDataVersionTag()).toBe(before);
  });

  it('has them after a lint that fails', () => {
    const fails = (): never => { throw new Error('no'); };
    expect(() => spared(fails)).toThrow('no');
    expect(cachedDataVersionTag()).toBe(before);
  });
});
