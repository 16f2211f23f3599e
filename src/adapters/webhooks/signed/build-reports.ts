import type { Express } from 'express';
import * as z from 'zod';
import type { Check, CheckState } from '../../../domain/checks/checks.ts';
import { CHECK_NAME_MAX, isCheckName } from '../../../domain/checks/seen.ts';
import { isFullSha } from '../../../domain/ids.ts';
import { receiveCheck } from '../../../flow/pipeline/receive-check.ts';
import type { Services } from '../../../flow/services/services.ts';
import type { ProductSettings } from '../../../flow/settings/settings.ts';
import type { Bodies } from '../../http/bodies.ts';
import type { HookLogging, HookOutcome } from '../hook-outcome.ts';
import { mountSigned, parseJson, type SignedMessage, STANDARD_HEADER } from './signed-json.ts';

const OTHER_PRODUCT =
  'there is no product of the name in the field product, or it has another secret than the one that signed; correct the name, or leave it out';

const STATES = {
  pending: 'pending',
  success: 'passed',
  failure: 'failed',
  error: 'errored',
} as const satisfies Record<string, CheckState>;

const report = z.object({
  product: z.string().optional(),
  commit: z.string().toLowerCase().refine(isFullSha, 'is no full SHA of 40 digits'),
  name: z
    .string()
    .refine(
      isCheckName,
      `cannot be the name of a check: write it as checks has it, in one line of at most ${CHECK_NAME_MAX} characters`,
    ),
  state: z.enum(['pending', 'success', 'failure', 'error']),
  url: z
    .url({ protocol: /^https?$/ })
    .max(10_000)
    .nullish(),
  description: z.string().max(10_000).nullish(),
});

type Report = z.output<typeof report>;

/**
 * Mounts `POST /hooks/build`, by which a CI reports checks of a commit: signed by Standard Webhooks with the webhook secret of a
 * product. It counts for the product that it names, or for every product whose secret signed it.
 */
export function mountBuildReports(
  http: Express,
  bodies: Bodies,
  services: () => Services | null,
  logging: HookLogging,
): void {
  mountSigned(http, { name: 'build', bodies, services, logging, receive });
}

async function receive(services: Services, message: SignedMessage): Promise<HookOutcome> {
  const { signature, raw } = message;
  const signers = services.settings.products.filter(
    ({ webhookSecret }) => webhookSecret !== null && signature.verify(raw, webhookSecret),
  );
  if (signers.length === 0)
    return {
      kind: 'unverified',
      header: STANDARD_HEADER,
      advice: 'sign with webhook.secret of the product',
    };
  const read = parseJson(raw, report);
  if (read.kind === 'garbage') return read;
  const { product } = read.data;
  const meant = product === undefined ? signers : signers.filter(({ name }) => name === product);
  if (meant.length === 0) return { kind: 'unverified', header: STANDARD_HEADER, advice: OTHER_PRODUCT };
  return await keep(services, signature.id, read.data, meant);
}

/** A failure for one product does not keep it from the others; sending it again is harmless for those that have it. */
async function keep(
  services: Services,
  id: string,
  { commit, name, state, url = null, description = null }: Report,
  products: readonly ProductSettings[],
): Promise<HookOutcome> {
  const check: Omit<Check, 'group' | 'attempt'> = { name, state: STATES[state], url, description };
  const outcomes = [];
  const failures = [];
  for (const product of products) {
    try {
      const outcome = await receiveCheck(services, product, { delivery: `build:${id}`, sha: commit, check });
      outcomes.push({ product: product.name, outcome });
    } catch (error) {
      failures.push({ product: product.name, error });
    }
  }
  return failures.length === 0 ? { kind: 'reported', outcomes } : { kind: 'failed', outcomes, failures };
}
