import { parseArgs } from 'node:util';
import { reportText } from './report/report.ts';
import { seedOfDay } from './seed.ts';
import { torture } from './torture.ts';

const USAGE = `npm run torture -- [--tier embedded|services|both] [--kills N] [--seed S] [--minutes M] [--keep]

Runs the real bot, kills it again and again, and checks that nothing is lost. Exit code 0: nothing was found.
--kills and --minutes are for each tier: whichever is reached first ends the killing. Default: 200 kills, 25 minutes.
The seed is the date by default (${seedOfDay(new Date())}), so that each day tries other stories; one that finds something becomes a test of its own.`;

const TIERS = { embedded: ['embedded'], services: ['services'], both: ['embedded', 'services'] } as const;

function whole(text: string, name: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new TypeError(`--${name} is to be a whole number`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      tier: { type: 'string', default: 'both' },
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(seedOfDay(new Date())) },
      minutes: { type: 'string', default: '25' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || !Object.hasOwn(TIERS, values.tier)) {
    process.stdout.write(`${USAGE}\n`);
    return values.help ? 0 : 2;
  }
  const [kills, seed, minutes] = (['kills', 'seed', 'minutes'] as const).map((name) =>
    whole(values[name], name),
  );
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const common = {
    kills: kills ?? 0,
    seed: seed ?? 0,
    minutes: minutes ?? 0,
    keep: values.keep,
    signal: stop.signal,
  };
  let code = 0;
  for (const tier of TIERS[values.tier as keyof typeof TIERS]) {
    process.stdout.write(
      `Torturing the ${tier} tier: ${kills} kills within ${minutes} minutes, seed ${seed}\n`,
    );
    const report = await torture({ tier, ...common });
    process.stdout.write(`${reportText(report)}\n`);
    if (report.findings.length > 0) code = 1;
  }
  return code;
}

process.exitCode = await main();
