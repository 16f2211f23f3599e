import type { Express } from 'express';
import * as z from 'zod';
import { ringRemotes } from '../../../flow/remote/ring.ts';
import type { Services } from '../../../flow/services/services.ts';
import type { EnvironmentSettings, ProductSettings } from '../../../flow/settings/settings.ts';
import { isRemote } from '../../../flow/settings/steps.ts';
import type { Bodies } from '../../http/bodies.ts';
import type { HookLogging, HookOutcome } from '../hook-outcome.ts';
import { mountSigned, parseJson, type SignedMessage, STANDARD_HEADER } from './signed-json.ts';

const UNSIGNED = { kind: 'unbelieved', header: STANDARD_HEADER, signed: false } as const;

const report = z.object({ attempt: z.string().min(1).max(200) });

/**
 * Mounts `POST /hooks/deploy`, by which a server that carries out steps says that the state of an attempt has changed: signed by
 * Standard Webhooks with the secret of that deploy. The server is then asked; nothing in the message is believed.
 */
export function mountDeployReports(
  http: Express,
  bodies: Bodies,
  services: () => Services | null,
  logging: HookLogging,
): void {
  mountSigned(http, { name: 'deploy', bodies, services, logging, receive, unsigned: UNSIGNED });
}

async function receive(services: Services, message: SignedMessage): Promise<HookOutcome> {
  const { signature, raw } = message;
  const isSigner = (environment: EnvironmentSettings) =>
    secretsOf(environment).some((secret) => signature.verify(raw, secret));
  const signers = services.settings.products.filter(({ environments }) => environments.some(isSigner));
  if (signers.length === 0) return { kind: 'unbelieved', header: STANDARD_HEADER, signed: true };
  const read = parseJson(raw, report);
  return read.kind === 'garbage' ? read : await ring(services, read.data.attempt, signers, isSigner);
}

/** The secrets of the servers that carry out the environment's steps. */
function secretsOf({ deploy, verify }: EnvironmentSettings): string[] {
  return [deploy, verify].flatMap((step) =>
    step !== null && isRemote(step) && step.remote.system === 'http' ? [step.remote.secret] : [],
  );
}

async function ring(
  services: Services,
  attempt: string,
  signers: readonly ProductSettings[],
  isSigner: (environment: EnvironmentSettings) => boolean,
): Promise<HookOutcome> {
  const asked = [];
  const failures = [];
  for (const product of signers) {
    try {
      const rung = await ringRemotes(
        services,
        product,
        ({ system, key }, environment) => system === 'http' && key === attempt && isSigner(environment),
      );
      if (rung > 0) asked.push(product.name);
    } catch (error) {
      failures.push({ product: product.name, error });
    }
  }
  if (failures.length > 0) return { kind: 'failed', outcomes: [], failures };
  return asked.length > 0
    ? { kind: 'asked', products: asked }
    : { kind: 'ignored', reason: 'no attempt with this id is the latest of its environment' };
}
