import {
  type ConfiguredSystem,
  configuredGitHub,
  configuredHttp,
  keyIn,
} from '../../support/executors/configured.ts';
import type { Call } from '../../support/forges/server.ts';
import type { Bench, Measurement } from '../bench.ts';
import { delay, nowMs } from '../figures/clock.ts';
import { type Figure, figure } from '../figures/report.ts';
import { figureLines } from '../figures/table.ts';
import { openWorld } from '../world/world.ts';

const PRODUCTS = 50;
const QUICK_PRODUCTS = 2;

const MINUTE_MS = 60_000;
const QUICK_MS = 3_000;

/** A build of each, two at a time. */
const STARTS_MS = 600_000;
const END_MS = 120_000;

/** What GitHub takes of one account: requests an hour that are answered anew, and points a minute, one for each request. */
const HOURLY = 5_000 / 60;
const POINTS = 900;

const KINDS: [name: string, open: () => Promise<ConfiguredSystem>][] = [
  ['github', configuredGitHub],
  ['http', configuredHttp],
];

/** Fifty deploys that run elsewhere at once, followed by one process: what it asks, how soon it knows, and what it weighs. */
export const followed: Measurement = async (bench) => {
  const figures: Figure[] = [];
  for (const [name, open] of KINDS) {
    const found = await followedBy(bench, name, await open());
    bench.note(figureLines(found));
    figures.push(...found);
  }
  return figures;
};

async function followedBy(
  { tier, quick, note }: Bench,
  name: string,
  { world: stand, block, forges, env }: ConfiguredSystem,
): Promise<Figure[]> {
  const count = quick ? QUICK_PRODUCTS : PRODUCTS;
  const windowMs = quick ? QUICK_MS : MINUTE_MS;
  const products = Array.from({ length: count }, (_, index) => `product-${index + 1}`);
  const deploy = { ...block, timeout: '1h' };
  const shape = {
    build: { run: 'true' },
    environments: [{ name: 'integration', mode: 'continuous', deploy }],
  };
  const world = await openWorld(tier, Object.fromEntries(products.map((product) => [product, shape])));
  world.place.forges = forges;
  Object.assign(world.place.variables, env);
  const { calls } = stand.server;
  const begun = new Set<string>();
  try {
    const bot = await world.start();
    note(`${count} deploys by ${name} are started`);
    const end = nowMs() + STARTS_MS;
    while (begun.size < count && nowMs() < end) {
      for (const key of calls.map(keyIn)) {
        if (key === '' || begun.has(key) || stand.starts(key) === 0) continue;
        begun.add(key);
        stand.become(key, 'running');
      }
      await delay(100);
    }
    if (begun.size < count) throw new Error(`${begun.size} of ${count} deploys were started`);
    // A run is young for a minute, and may be asked about a moment later.
    await delay(quick ? 0 : 1.2 * MINUTE_MS);
    note('all are older than a minute');
    const before = calls.length;
    await delay(windowMs);
    const later = calls.slice(before);
    const { now } = await bot.memory();
    const known = world.slack.accepted.count;
    const endedAt = nowMs();
    for (const key of begun) stand.become(key, 'succeeded');
    const half = (await world.slack.accepted.reach(known + Math.ceil(count / 2), END_MS)) - endedAt;
    const all = (await world.slack.accepted.reach(known + count, END_MS)) - endedAt;
    await bot.stop();
    const about = { measurement: 'followed', tier: tier.name } as const;
    const of = `${count} deploys by ${name} at once`;
    const perMinute = (all: readonly Call[]) => (all.length * MINUTE_MS) / windowMs;
    const anew = later.filter(({ answered }) => answered !== 304);
    const first = firstMinuteOf(calls);
    return [
      figure(
        { ...about, what: `requests in the first minute of each, ${of}`, unit: 'a minute' },
        [first],
        null,
        {
          of: 'value',
          bound: 'at most',
          limit: POINTS,
        },
      ),
      figure({ ...about, what: `requests later, ${of}`, unit: 'a minute' }, [perMinute(later)]),
      figure(
        { ...about, what: `of these answered anew, ${of}`, unit: 'a minute' },
        [perMinute(anew)],
        null,
        name === 'github' ? { of: 'value', bound: 'at most', limit: Math.floor(HOURLY) } : null,
      ),
      figure({ ...about, what: `memory of all, ${of}`, unit: 'MB' }, [now]),
      figure({ ...about, what: `half of the ends are told, ${of}`, unit: 's' }, [half / 1_000]),
      figure({ ...about, what: `all ends are told, ${of}`, unit: 's' }, [all / 1_000]),
    ];
  } finally {
    await world.close();
    await stand.close();
  }
}

/** How many requests there are in the first minute of each run, all together: as many as if all had begun at once. */
function firstMinuteOf(calls: readonly Call[]): number {
  const first = new Map<string, number>();
  let count = 0;
  for (const { path, at } of calls) {
    const [, run] = /\/(?:runs|attempts)\/([^/]+)/.exec(path) ?? [];
    if (run === undefined) continue;
    const begun = first.get(run) ?? at;
    first.set(run, begun);
    if (at < begun + MINUTE_MS) count += 1;
  }
  return count;
}
