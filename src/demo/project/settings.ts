import { defaultRoles } from '../../domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { EnvironmentSettings, ProductSettings } from '../../flow/settings/settings.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { PEOPLE, TESTERS } from './people.ts';
import { BRANCH, PRODUCT } from './repository.ts';

/** Lowest environment first. */
export const ENVIRONMENTS = ['integration', 'preprod', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export const CHANNEL = '#storefront-releases';

const EVERYBODY = PEOPLE.map(({ id }) => id);

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The settings that a team would write into `slipway.yml` for the storefront. */
export function storefrontSettings(given: {
  repository: string;
  webhookSecret: string;
  /** Directory of the servers' releases. */
  servers: string;
  hosts: Pick<Hosts, 'addresses' | 'operator'>;
}): ProductSettings {
  const { repository, webhookSecret, servers, hosts } = given;
  const urls = new Map(hosts.addresses.map(({ environment, url }) => [environment, url]));
  const [lowest, ...others] = ENVIRONMENTS;
  return {
    name: PRODUCT,
    repository,
    branch: BRANCH,
    channel: CHANNEL,
    webhookSecret,
    env: {
      STOREFRONT_SERVERS: servers,
      STOREFRONT_OPERATOR: hosts.operator,
      ...Object.fromEntries(
        hosts.addresses.map(({ environment, url }) => [`STOREFRONT_${environment.toUpperCase()}_URL`, url]),
      ),
    },
    secrets: [webhookSecret],
    build: { run: 'node build.js', test: 'node test.js', timeoutMs: 5 * MINUTE_MS },
    environments: [environment(lowest, urls), ...others.map((name) => environment(name, urls))],
    commitUrl: null,
    compareUrl: null,
  };
}

function environment(name: EnvironmentName, urls: ReadonlyMap<string, string>): EnvironmentSettings {
  const index = ENVIRONMENTS.indexOf(name);
  const above = ENVIRONMENTS[index + 1];
  const rules = index === 0 ? [] : [{ required: 1, from: null }];
  const policy: EnvironmentPolicy = {
    product: PRODUCT,
    name,
    mode: index === 0 ? 'continuous' : 'approval',
    below: ENVIRONMENTS[index - 1] ?? null,
    above: above === undefined ? null : { name: above, mode: 'approval' },
    approvals: { rules, self: false, authors: true, validForMs: DAY_MS },
    acceptFrom: index === 0 ? null : [`@${TESTERS.handle}`],
    // Nobody is named as an approver, so that anybody can try it. Therefore these roles need names.
    roles: { ...defaultRoles(rules), override: EVERYBODY, adopt: EVERYBODY },
    soakMs: 0,
    freeze: [],
    startApproved: false,
    retired: false,
    verify: true,
    idempotent: false,
    url: urls.get(name) ?? null,
  };
  return {
    policy,
    deploy: { run: 'node deploy.js', timeoutMs: 2 * MINUTE_MS },
    verify: { run: 'node smoke.js', timeoutMs: MINUTE_MS },
  };
}
