/** What several rounds came to. */
export interface Summary {
  median: number;
  /** The lowest and the highest round: the spread. */
  low: number;
  high: number;
}

/** The smallest value that at least this share of all values (0 to 1) does not exceed: the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('there is no percentile of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[Math.min(rank, sorted.length) - 1] ?? Number.NaN;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Of one value a round. */
export function summarize(rounds: readonly number[]): Summary {
  return { median: median(rounds), low: Math.min(...rounds), high: Math.max(...rounds) };
}

/** Of the ratio in each round: both sides of a round were measured one right after the other. */
export function ratioOf(subject: readonly number[], baseline: readonly number[]): Summary {
  if (subject.length !== baseline.length) throw new RangeError('a ratio needs both sides of each round');
  return summarize(subject.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}
