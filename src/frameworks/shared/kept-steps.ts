import type { Emission, Program } from '../../hosts/program.ts';
import type { Site } from '../../hosts/typescript/host.ts';

/** What a tool keeps until the function of a direction has ended, and sends then. */
export interface Kept {
  /** Takes what the step sends; it is told at its own place, so that it stands under the conditions and in the loops of that place. */
  readonly keep: (step: () => void, site: Site) => void;
  /** Forgets what it has. */
  readonly reset: () => void;
  /** In the order in which it is sent: what went at once first, then the steps, the last one first where they are turned around. */
  readonly inOrder: (program: Program | undefined, reversed?: boolean) => Program | undefined;
}

export function keptSteps(): Kept {
  let count = 0;
  let first = 0;
  const step = ({ kept = -1 }: Emission): number => kept;
  return {
    keep(run, site) {
      const kept = count++;
      for (const emission of site.collect(run)) site.emit({ ...emission, kept });
    },
    reset: () => void (first = count),
    inOrder(program, reversed = false) {
      if (program === undefined) return undefined;
      const emissions = program.emissions.filter((emission) => step(emission) < 0 || step(emission) >= first);
      const atOnce = (emission: Emission): boolean => 'sql' in emission && step(emission) < 0;
      if (!reversed && !emissions.some(atOnce)) return { ...program, emissions };
      const later = emissions.filter((emission) => !atOnce(emission));
      return { ...program, emissions: [...emissions.filter(atOnce), ...(reversed ? later.sort((a, b) => step(b) - step(a)) : later)] };
    },
  };
}
