/**
 * How many random cases a property is held to, for `fc.assert`. LOCKKEEPER_RUNS=20 tries twenty times as many. On CI they are the
 * same ones every time, so that nobody's change fails for what was there before: other ones are tried wherever else the tests run.
 */
export const cases = (count: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: count * Number(process.env['LOCKKEEPER_RUNS'] ?? 1),
  ...(process.env['CI'] === undefined ? {} : { seed: 1 }),
});
