import { ratioOf, type Summary, summarize } from './statistics.ts';

export type TierName = 'embedded' | 'services';

export type Unit = 'ms' | 's' | 'a second' | 'a minute' | 'MB' | 'KB';

/** What issue and documentation promise about a figure: about its ratio, or about Slipway's own value. */
export interface Target {
  of: 'ratio' | 'value';
  bound: 'at most' | 'at least';
  limit: number;
}

/** One row of the table. */
export interface Figure {
  /** Measurement that made it: what `--only` takes. */
  measurement: string;
  tier: TierName;
  what: string;
  unit: Unit;
  slipway: Summary;
  /** null: there is nothing to compare with. */
  baseline: { what: string; value: Summary } | null;
  /** Of Slipway to the baseline, round by round; null: there is no baseline. */
  ratio: Summary | null;
  /** null: only reported. */
  target: Target | null;
}

export interface Report {
  /** The machine, and what else was busy on it. */
  machine: string;
  node: string;
  /** What was measured on, by name and version. */
  servers: string[];
  rounds: number;
  /** True: the short run, which shows that everything works and measures nothing. */
  quick: boolean;
  figures: Figure[];
}

/** A figure from one value a round, and the baseline's value in the same rounds. */
export function figure(
  about: Pick<Figure, 'measurement' | 'tier' | 'what' | 'unit'>,
  slipway: readonly number[],
  baseline: { what: string; rounds: readonly number[] } | null = null,
  target: Target | null = null,
): Figure {
  return {
    ...about,
    slipway: summarize(slipway),
    baseline: baseline && { what: baseline.what, value: summarize(baseline.rounds) },
    ratio: baseline && ratioOf(slipway, baseline.rounds),
    target,
  };
}

/** null: the figure has no target. */
export function isReached({ target, ratio, slipway }: Figure): boolean | null {
  if (target === null) return null;
  const measured = (target.of === 'ratio' ? ratio : slipway)?.median ?? Number.NaN;
  return target.bound === 'at most' ? measured <= target.limit : measured >= target.limit;
}
