import { randomBytes } from 'node:crypto';

/** Where the tests of a run find a service, or why there is none; `setup.ts` fills these in. */
export const SERVICES = {
  redis: { given: 'REDIS_URL', url: 'SLIPWAY_TEST_REDIS_URL', why: 'SLIPWAY_TEST_REDIS_MISSING' },
  mongo: { given: 'MONGODB_URL', url: 'SLIPWAY_TEST_MONGODB_URL', why: 'SLIPWAY_TEST_MONGODB_MISSING' },
} as const;
export type ServiceName = keyof typeof SERVICES;

/** Address of the run's Redis. Its users keep to a key prefix of their own. */
export function redisUrl(): string {
  return urlOf('redis');
}

/** Address of the run's MongoDB with a database of one's own: unique for each call. */
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

/** Which tiers a story runs on that does not depend on them: `TIER=embedded`, `services` or `both`; absent: embedded. */
const STORIES = process.env.TIER ?? 'embedded';

/** The same tests on both tiers, in every run: what the tiers do differently. */
export function describeTiers(name: string, tests: (tier: Tier) => void): void {
  describe(`${name}, embedded tier`, () => tests('embedded'));
  onServices(name, tests);
}

/** A story that does not depend on the tier: the contract suites hold what it stands on. */
export function describeStory(name: string, tests: (tier: Tier) => void): void {
  if (STORIES !== 'services') describe(`${name}, embedded tier`, () => tests('embedded'));
  if (STORIES !== 'embedded') onServices(name, tests);
}

function onServices(name: string, tests: (tier: Tier) => void): void {
  describeWith(['redis', 'mongo'], `${name}, services tier`, () => tests('services'));
}

/** `describe`, skipped with the reason in its name where one of these services cannot be had. */
export function describeWith(services: readonly ServiceName[], name: string, tests: () => void): void {
  const reasons = services.flatMap((service) => {
    const why = process.env[SERVICES[service].why];
    return why === undefined ? [] : [why];
  });
  if (reasons.length === 0) describe(name, tests);
  else describe.skip(`${name} (skipped: ${reasons.join('; ')})`, tests);
}
