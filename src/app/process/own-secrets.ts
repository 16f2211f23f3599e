import { secretsOf } from '../../flow/services/forge-projects.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import type { BotEnvironment } from '../configuration/environment.ts';

/**
 * Adds all secrets of this process to the secrets of each product, so that the output of commands is also masked
 * against the secrets of Slack, the databases and the other products.
 */
export function maskingOwn(settings: Settings, { slack, services, traces }: BotEnvironment): Settings {
  const own = [
    ...(slack === null ? [] : [slack.botToken, slack.signingSecret ?? slack.appToken]),
    ...(services === null ? [] : [services.mongodb, services.redis].flatMap(passwordsOf)),
    ...(traces === undefined ? [] : [...passwordsOf(traces.url), ...loginsOf(traces.headers)]),
    ...(settings.forges ?? []).flatMap(({ access }) => secretsOf(access)),
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

/** The files that contain secrets of this process: those of the configuration, and those of its own variables. */
export function allSecretFiles(settings: Settings, environment: BotEnvironment): string[] {
  return [...new Set([...(settings.secretFiles ?? []), ...(environment.secretFiles ?? [])])];
}

/** A shorter value is no login, and may be a word of any output. */
const SHORTEST_LOGIN = 8;

/** What headers say that may be a login, also without the word that names its kind, as in `Bearer …`. */
function loginsOf(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers)
    .flatMap((value) => [value, value.slice(value.indexOf(' ') + 1)])
    .filter(({ length }) => length >= SHORTEST_LOGIN);
}

/**
 * The password as written in the address and as sent to the server. Uses no `URL`, because Node.js rejects addresses
 * with several hosts.
 */
function passwordsOf(address: string): string[] {
  const [, written] = /^[a-z0-9+.-]+:\/\/[^:@/]*:([^@/]*)@/i.exec(address) ?? [];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
