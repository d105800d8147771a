import type { Patterns } from '../../../remedy/step.ts';
import { OPEN } from '../parse/routines/hole.ts';
import { around } from './around.ts';

/** No steps for objects whose names only running tells, as of partitions that a block makes for the day. */
export const onlyKnownNames = (patterns: Patterns): Patterns =>
  around(patterns, (handler) => (input) => {
    const result = handler(input);
    const name = 'refused' in result ? undefined : result.steps.flatMap(({ up, down }) => [...up, ...(down ?? [])]).map((sql) => NAMED.exec(sql)?.[1]).find((found) => found !== undefined);
    return name === undefined ? result : { refused: `A step would have to name ${name}, which only running tells in full: look it up on the server, and write the steps by hand.` };
  });

const NAMED = new RegExp(`"([^"\\n]*${OPEN}[^"\\n]*)"`);
