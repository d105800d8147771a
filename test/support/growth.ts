/**
 * How many times more processor time `work` takes when its input is eight times as long: about 8 when its cost is linear, 64 when it
 * is quadratic. Processor time of this process and the best of three for each, so that neither the machine nor its load nor a
 * collection of garbage decides; what takes less than 50 ms counts as 50.
 */
export const growth = async (work: (times: 1 | 8) => unknown): Promise<number> => {
  const small = Math.max(50, await best(() => work(1), 0));
  return (await best(() => work(8), small * LINEAR)) / small;
};

/** More than linear work with its noise takes, a good deal less than quadratic work. */
export const LINEAR = 20;

/** Milliseconds of the best of three runs; one that is good enough ends it. */
async function best(work: () => unknown, enough: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && least >= enough; run++) least = Math.min(least, await spent(work));
  return least;
}

const spent = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
