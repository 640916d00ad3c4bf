import type { Rounds } from './scale.js';
import { median } from './statistics.js';

/** What one round came to, for example a rate. */
type Measure = () => Promise<number>;

/**
 * Measures several things in turn, round after round, so that whatever else the machine does falls on all of them
 * alike. @returns the median of each
 */
export async function interleaved<Name extends string>(
  { warmUp, counted }: Rounds,
  measures: Readonly<Record<Name, Measure>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(measures) as Name[];
  const results = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + counted; round += 1) {
    for (const name of names) {
      const result = await measures[name]();
      if (round >= warmUp) results.get(name)?.push(result);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(results.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

/** How many a second, of so many that the work does. */
export async function rateOf(count: number, work: () => Promise<void> | void): Promise<number> {
  const beganMs = performance.now();
  await work();
  return (count * 1000) / (performance.now() - beganMs);
}
