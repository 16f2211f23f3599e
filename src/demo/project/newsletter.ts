import { defaultRoles } from '../../domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../domain/approvals/policy.ts';
import type { EnvironmentSettings, ProductSettings } from '../../flow/settings/settings.ts';
import { LIN } from './people.ts';
import { BRANCH, type DemoProduct } from './repository.ts';

/** The second product: a text that is sent to readers. It has a channel and people of its own. */
export const NEWSLETTER: DemoProduct = {
  name: 'newsletter',
  texts: {
    'letter.txt': 'Dear readers, our shop is open.\n',
    'README.md': '# Newsletter\n\nChange `letter.txt`, commit and push.\n',
  },
  greets: 'letter.txt',
  sources: false,
};

export const NEWSLETTER_CHANNEL = '#newsletter-releases';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The settings that a team would write into `slipway.yml` for the newsletter. `sent`: directory of what readers get. */
export function newsletterSettings(given: {
  repository: string;
  webhookSecret: string;
  sent: string;
}): ProductSettings {
  return {
    name: NEWSLETTER.name,
    repository: given.repository,
    branch: BRANCH,
    channel: NEWSLETTER_CHANNEL,
    webhookSecret: given.webhookSecret,
    env: { NEWSLETTER_SENT: given.sent },
    secrets: [given.webhookSecret],
    build: { run: 'test -s letter.txt', test: 'wc -w letter.txt', timeoutMs: MINUTE_MS },
    environments: [environment('draft'), environment('readers')],
    commitUrl: null,
    compareUrl: null,
  };
}

/** Only Lin approves what goes to readers. */
function environment(name: 'draft' | 'readers'): EnvironmentSettings {
  const isDraft = name === 'draft';
  const rules = isDraft ? [] : [{ required: 1, from: [LIN.id] }];
  const policy: EnvironmentPolicy = {
    product: NEWSLETTER.name,
    name,
    mode: isDraft ? 'continuous' : 'approval',
    below: isDraft ? null : 'draft',
    above: isDraft ? { name: 'readers', mode: 'approval' } : null,
    approvals: { rules, self: false, authors: true, validForMs: DAY_MS },
    acceptFrom: null,
    roles: defaultRoles(rules),
    soakMs: 0,
    freeze: [],
    startApproved: false,
    retired: false,
    verify: false,
    idempotent: true,
    url: null,
  };
  const send =
    'mkdir -p "$NEWSLETTER_SENT/$SLIPWAY_ENVIRONMENT" && cp letter.txt "$NEWSLETTER_SENT/$SLIPWAY_ENVIRONMENT/"';
  return { policy, deploy: { run: send, timeoutMs: MINUTE_MS }, verify: null };
}
