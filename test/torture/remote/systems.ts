import {
  type ConfiguredSystem,
  configuredGitHub,
  configuredHttp,
} from '../../support/executors/configured.ts';
import type { Call } from '../../support/forges/server.ts';

/** What another system is asked to carry out, in the words of the ledger. */
export interface Order {
  /** `{attempt}` */
  key: string;
  product: string;
  environment: string;
  /** `shop/preprod#3` */
  release: string;
  step: 'deploy' | 'verify';
  kind: string;
  sha: string;
}

/** A system that carries out steps, and never forgets a key. */
export interface System extends ConfiguredSystem {
  /** What a call that starts something asks for. */
  orderOf(call: Call): Order;
}

/** How steps of the products are carried out by others; `post`: by a server that names no address of its attempts. */
export type SystemName = 'http' | 'post' | 'github';
export type Systems = Record<SystemName, System>;

const INPUTS = {
  product: '{product}',
  environment: '{environment}',
  release: '{release}',
  kind: '{kind}',
  commit: '{commit}',
};

export async function openSystems(): Promise<Systems> {
  return {
    http: { ...(await configuredHttp({ addresses: true })), orderOf: posted },
    post: { ...(await configuredHttp({ addresses: false })), orderOf: posted },
    github: { ...(await configuredGitHub(INPUTS)), orderOf: dispatched },
  };
}

function posted({ body }: Call): Order {
  const { attempt: key, commit: sha, ...words } = body as Record<string, string>;
  return orderOf({ ...words, key, sha });
}

function dispatched({ body }: Call): Order {
  const { slipway: key, commit: sha, release, ...words } = body.inputs as Record<string, string>;
  // `{release}` is `prod-42`.
  return orderOf({ ...words, key, sha, release: release?.replace(/-(?=\d+$)/, '#') });
}

/** `release`: as it is named within its product. */
function orderOf(words: Partial<Record<keyof Order, string | undefined>>): Order {
  const { key = '', product = '', environment = '', release = '', kind = '', sha = '' } = words;
  const step = words.step === 'verify' ? 'verify' : 'deploy';
  return { key, product, environment, release: `${product}/${release}`, step, kind, sha };
}
