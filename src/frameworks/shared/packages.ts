import { chain } from '../../hosts/typescript/recorder.ts';
import type { Value } from '../../hosts/typescript/value.ts';

/** Packages that may do to the database what no runner sees. */
export const packages = (name: string): Value | undefined =>
  name === 'child_process'
    ? chain(name, { start: 0, end: 0 }, (_called, site) => {
        site.opaque('it runs another program, which may work on the database too');
        return undefined;
      })
    : undefined;
