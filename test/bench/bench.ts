import type { Figure } from './figures/report.ts';
import type { Tier } from './world/tier.ts';

/** What a measurement is given. */
export interface Bench {
  tier: Tier;
  rounds: number;
  /** True: as little as shows that it works. */
  quick: boolean;
  /** Says on standard error what goes on: a measurement takes minutes. */
  note(text: string): void;
}

/** Measures on one tier, on both sides in each round. */
export type Measurement = (bench: Bench) => Promise<Figure[]>;

/** Runs both sides of each round one right after the other; which goes first changes, so that neither is favoured. */
export async function inRounds<T>(
  rounds: number,
  sides: { slipway(round: number): Promise<T>; baseline(round: number): Promise<T> },
): Promise<{ slipway: T[]; baseline: T[] }> {
  const measured: { slipway: T[]; baseline: T[] } = { slipway: [], baseline: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['baseline', 'slipway'] as const) : (['slipway', 'baseline'] as const);
    for (const side of order) measured[side].push(await sides[side](round));
  }
  return measured;
}
