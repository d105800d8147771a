/**
 * How many times more processor time `work` takes when its input is eight times as long: about 8 when its cost is linear, 64 when it
 * is quadratic. Processor time of this process and the best of three for the small input, so that neither the machine nor its load
 * decides; what takes less than 20 ms counts as 20.
 */
export const growth = async (work: (times: 1 | 8) => unknown): Promise<number> => {
  const small: number[] = [];
  for (let run = 0; run < 3; run += 1) small.push(await spent(() => work(1)));
  return (await spent(() => work(8))) / Math.max(20, Math.min(...small));
};

/** More than linear work with its noise takes (collecting garbage, compiling), less than a third of quadratic work. */
export const LINEAR = 20;

const spent = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
