import { dirname } from 'node:path';

/**
 * What a command is given about its work, in `SLIPWAY_` variables. null: does not apply, and the variable is
 * empty.
 */
export interface SlipwayVariables {
  product: string;
  /** null: a build, which has no environment. */
  environment: string | null;
  /** Full SHA. */
  commit: string;
  /** The branch or tag as typed. null: a SHA was typed. */
  ref: string | null;
  /** The commit deployed before. null: none, or a build. */
  previousCommit: string | null;
  /** `storefront/prod#42`; null: a build. */
  release: string | null;
  /** Kind of the release; null: a build. */
  kind: string | null;
}

/** The few values that a command inherits from the bot. */
export interface InheritedValues {
  lang: string | null;
  /** `process.execPath`, so that a command finds the same Node.js as the bot. */
  node: string;
}

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The whole environment of a command: an allow-list, never the bot's own environment (DESIGN §7). The product's and
 * the step's `env` may replace PATH, HOME and LANG; nothing replaces Slipway's own variables.
 */
export function commandEnvironment(given: {
  variables: SlipwayVariables;
  productEnv: Readonly<Record<string, string>>;
  /** Takes precedence over the product's. */
  stepEnv: Readonly<Record<string, string>>;
  /** null: the command runs in a container. There the image sets `PATH`, and only `/tmp` is writable for every user. */
  machine: { home: string; node: string } | null;
  lang: string | null;
}): Record<string, string> {
  const { variables, productEnv, stepEnv, machine, lang } = given;
  return {
    ...(machine === null ? {} : { PATH: [...new Set([dirname(machine.node), ...SYSTEM_PATH])].join(':') }),
    HOME: machine?.home ?? '/tmp',
    LANG: lang ?? 'C.UTF-8',
    ...productEnv,
    ...stepEnv,
    SLIPWAY_PRODUCT: variables.product,
    SLIPWAY_ENVIRONMENT: variables.environment ?? '',
    SLIPWAY_COMMIT: variables.commit,
    SLIPWAY_REF: variables.ref ?? '',
    SLIPWAY_PREVIOUS_COMMIT: variables.previousCommit ?? '',
    SLIPWAY_RELEASE: variables.release ?? '',
    SLIPWAY_KIND: variables.kind ?? '',
  };
}
