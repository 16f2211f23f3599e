import { parseArgs } from 'node:util';
import type { TierName } from './figures/report.ts';
import { MEASUREMENTS, type MeasurementName } from './measurements.ts';

export interface Options {
  measurements: MeasurementName[];
  tiers: TierName[];
  rounds: number;
  quick: boolean;
  /** Print Markdown instead of a table for people. */
  markdown: boolean;
  /** Where the report goes as JSON; null: nowhere. */
  json: string | null;
}

/** What was typed is no option of the benchmark. */
export class WrongOption extends Error {}

const TIERS = ['embedded', 'services'] as const satisfies readonly TierName[];
const ROUNDS = 5;

export const USAGE = `npm run bench -- [--only ${Object.keys(MEASUREMENTS).join('|')}]… [--tier ${TIERS.join('|')}]
  [--rounds N] [--quick] [--markdown] [--json FILE]`;

/** Throws `WrongOption`. */
export function readOptions(args: string[]): Options {
  const values = parse(args);
  const names = Object.keys(MEASUREMENTS) as MeasurementName[];
  const rounds = values.rounds === undefined ? (values.quick ? 1 : ROUNDS) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new WrongOption('--rounds wants a number from 1');
  return {
    measurements: values.only?.map((name) => known('--only', name, names)) ?? names,
    tiers: values.tier === undefined ? [...TIERS] : [known('--tier', values.tier, TIERS)],
    rounds,
    quick: values.quick,
    markdown: values.markdown,
    json: values.json ?? null,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true },
        tier: { type: 'string' },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function known<T extends string>(option: string, given: string, all: readonly T[]): T {
  const found = all.find((name) => name === given);
  if (found === undefined) throw new WrongOption(`${option} ${given} is none of ${all.join(', ')}`);
  return found;
}
