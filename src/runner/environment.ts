import { dirname } from 'node:path';

/** What Slipway tells a command about the work it does. null: there is none, and the variable is empty. */
export interface SlipwayFacts {
  product: string;
  /** null: a build, which is for no environment. */
  environment: string | null;
  /** Full SHA. */
  commit: string;
  /** Branch or tag as typed. */
  ref: string | null;
  /** What was deployed before; null: nothing, or a build. */
  previousCommit: string | null;
  /** `storefront/prod#42`; null: a build. */
  release: string | null;
  /** Kind of the release; null: a build. */
  kind: string | null;
}

/** The little that is taken over from the bot. */
export interface BotFacts {
  lang: string | null;
  /** `process.execPath`: so that a command finds the same node as the bot. */
  node: string;
}

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * All that a command sees of the world: an allow-list, never the bot's own environment (DESIGN §7). The product's
 * and the step's env may replace PATH, HOME and LANG; nothing replaces what Slipway says.
 */
export function commandEnvironment(given: {
  facts: SlipwayFacts;
  productEnv: Readonly<Record<string, string>>;
  /** Wins over the product's. */
  stepEnv: Readonly<Record<string, string>>;
  home: string;
  bot: BotFacts;
}): Record<string, string> {
  const { facts, productEnv, stepEnv, home, bot } = given;
  return {
    PATH: [...new Set([dirname(bot.node), ...SYSTEM_PATH])].join(':'),
    HOME: home,
    LANG: bot.lang ?? 'C.UTF-8',
    ...productEnv,
    ...stepEnv,
    SLIPWAY_PRODUCT: facts.product,
    SLIPWAY_ENVIRONMENT: facts.environment ?? '',
    SLIPWAY_COMMIT: facts.commit,
    SLIPWAY_REF: facts.ref ?? '',
    SLIPWAY_PREVIOUS_COMMIT: facts.previousCommit ?? '',
    SLIPWAY_RELEASE: facts.release ?? '',
    SLIPWAY_KIND: facts.kind ?? '',
  };
}
