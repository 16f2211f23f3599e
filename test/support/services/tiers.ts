import { randomBytes } from 'node:crypto';

/** The variables with a service's address for this run, or the reason why there is none. Set by `setup.ts`. */
export const SERVICES = {
  redis: { given: 'REDIS_URL', url: 'SLIPWAY_TEST_REDIS_URL', why: 'SLIPWAY_TEST_REDIS_MISSING' },
  mongo: { given: 'MONGODB_URL', url: 'SLIPWAY_TEST_MONGODB_URL', why: 'SLIPWAY_TEST_MONGODB_MISSING' },
} as const;
export type ServiceName = keyof typeof SERVICES;

/** Address of the run's Redis. Each user must use a key prefix of its own. */
export function redisUrl(): string {
  return urlOf('redis');
}

/** Address of the run's MongoDB with a new database name for each call. */
export function mongoUrl(): string {
  const url = new URL(urlOf('mongo'));
  url.pathname = `/slipway-test-${randomBytes(6).toString('hex')}`;
  return url.href;
}

function urlOf(name: ServiceName): string {
  const url = process.env[SERVICES[name].url];
  if (!url) throw new Error(`no ${name}: ${process.env[SERVICES[name].why]}`);
  return url;
}

/** The two tiers of DESIGN §6. */
export type Tier = 'embedded' | 'services';

/** Tiers for stories that do not depend on the tier: `TIER=embedded`, `services` or `both`. Absent: embedded. */
const STORIES = process.env.TIER ?? 'embedded';

/** Runs the tests on both tiers, in every run. For behaviour that differs between the tiers. */
export function describeTiers(name: string, tests: (tier: Tier) => void): void {
  describe(`${name}, embedded tier`, () => tests('embedded'));
  onServices(name, tests);
}

/** Runs a story that does not depend on the tier. The contract suites check what the tiers have in common. */
export function describeStory(name: string, tests: (tier: Tier) => void): void {
  if (STORIES !== 'services') describe(`${name}, embedded tier`, () => tests('embedded'));
  if (STORIES !== 'embedded') onServices(name, tests);
}

function onServices(name: string, tests: (tier: Tier) => void): void {
  describeWith(['redis', 'mongo'], `${name}, services tier`, () => tests('services'));
}

/** `describe`, but skipped with the reason in its name when one of these services is not available. */
export function describeWith(services: readonly ServiceName[], name: string, tests: () => void): void {
  const reasons = services.flatMap((service) => {
    const why = process.env[SERVICES[service].why];
    return why === undefined ? [] : [why];
  });
  if (reasons.length === 0) describe(name, tests);
  else describe.skip(`${name} (skipped: ${reasons.join('; ')})`, tests);
}
