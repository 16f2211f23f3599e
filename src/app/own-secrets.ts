import type { ProductSettings, Settings } from '../flow/settings.ts';
import type { BotEnvironment } from './configuration/environment.ts';

/**
 * The settings with all secrets of the bot among those of each product: what commands print is masked against Slack's,
 * the databases' and the other products' too.
 */
export function maskingOwn(settings: Settings, { slack, services }: BotEnvironment): Settings {
  const own = [
    ...(slack === null ? [] : [slack.botToken, slack.signingSecret]),
    ...(services === null ? [] : [services.mongodb, services.redis].flatMap(passwordsOf)),
    ...settings.products.flatMap(secretsOfBot),
  ];
  return {
    ...settings,
    products: settings.products.map((product) => ({
      ...product,
      secrets: [...new Set([...product.secrets, ...own])],
    })),
  };
}

/** What a product's configuration gives the bot, and no command. */
function secretsOfBot({ webhookSecret, git }: ProductSettings): string[] {
  return [webhookSecret, git?.access.token, git?.access.sshKey].filter(
    (secret) => typeof secret === 'string',
  );
}

/** As written in the address, and as the server is told. Addresses of several hosts are no URLs to Node. */
function passwordsOf(address: string): string[] {
  const [, written] = /^[a-z0-9+.-]+:\/\/[^:@/]*:([^@/]*)@/i.exec(address) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
