import type { Settings } from '../flow/services/settings.ts';
import type { BotEnvironment } from './configuration/environment.ts';

/**
 * The settings with all secrets that this process holds among those of each product: what commands print is masked against
 * Slack's, the databases' and the other products' too.
 */
export function maskingOwn(settings: Settings, { slack, services }: BotEnvironment): Settings {
  const own = [
    ...(slack === null ? [] : [slack.botToken, slack.signingSecret]),
    ...(services === null ? [] : [services.mongodb, services.redis].flatMap(passwordsOf)),
    ...settings.products.flatMap(({ secrets, webhookSecret }) => [...secrets, webhookSecret ?? '']),
  ];
  return {
    ...settings,
    products: settings.products.map((product) => ({
      ...product,
      secrets: [...new Set(own)].filter((secret) => secret !== ''),
    })),
  };
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
