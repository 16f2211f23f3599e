// `npm run bench`: measures Slipway beside bare baselines in the same run, and prints ratios. See docs/performance.md.
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import type { Report, TierName } from './figures/report.ts';
import { figureLines, markdownTable, textTable } from './figures/table.ts';
import { machine } from './machine.ts';
import { MEASUREMENTS } from './measurements.ts';
import { type Options, readOptions, USAGE, WrongOption } from './options.ts';
import { embeddedTier, servicesTier, type Tier } from './world/tier.ts';

const note = (text: string) => void process.stderr.write(`${text}\n`);

/** Measures what the options ask for. What cannot be measured is noted with its reason. */
async function measure({ measurements, tiers, rounds, quick }: Options): Promise<Report> {
  const report: Report = {
    machine: `${machine()}, load before the run ${loadavg()[0]?.toFixed(1)}`,
    node: process.version,
    servers: [],
    rounds,
    quick,
    figures: [],
  };
  for (const name of tiers) {
    const tier = await openTier(name);
    if (tier === null) continue;
    report.servers.push(...tier.servers);
    try {
      for (const measurement of measurements) {
        note(`\n${measurement}, ${name} tier`);
        const figures = await MEASUREMENTS[measurement]({ tier, rounds, quick, note });
        report.figures.push(...figures);
        // A run that is ended half way has said what it found.
        note(figureLines(figures));
      }
    } finally {
      await tier.close();
    }
  }
  return report;
}

async function openTier(name: TierName): Promise<Tier | null> {
  if (name === 'embedded') return embeddedTier();
  const tier = await servicesTier();
  if (typeof tier !== 'string') return tier;
  note(`The services tier is not measured: ${tier}`);
  return null;
}

try {
  const options = readOptions(process.argv.slice(2));
  const report = await measure(options);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(options.markdown ? markdownTable(report) : textTable(report));
} catch (error) {
  note(
    error instanceof WrongOption
      ? `${error.message}\n\n${USAGE}`
      : String(error instanceof Error ? error.stack : error),
  );
  process.exitCode = 1;
}
