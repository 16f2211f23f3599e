import type { Express, Request, Response } from 'express';
import * as z from 'zod';
import { type Push, receivePush } from '../../flow/pipeline/receive-push.ts';
import type { Services } from '../../flow/services/services.ts';
import type { ProductSettings } from '../../flow/services/settings.ts';
import { redactCredentials, sameRepository } from '../../git/names/repository-url.ts';
import type { Bodies } from '../http/bodies.ts';
import { isSigned } from '../signature.ts';
import { HookLog, type HookLogging, type HookOutcome, sendOutcome } from './hook-outcome.ts';
import { HookWatch } from './hook-watch.ts';

/** In bytes. GitHub limits payloads to 25 MB and sends no event that would be larger; form encoding adds to that. */
const BODY_LIMIT = 26 * 1024 * 1024;

/**
 * In bytes. A body without a valid signature is only read to find the repository's name, so that people learn that its
 * webhook has a wrong secret or none; larger ones are not worth it.
 */
const UNBELIEVED_READ = 256 * 1024;

/** Longest delivery id that is believed, in characters; GitHub's have 36. */
const DELIVERY_MAX = 200;

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const FORM = 'application/x-www-form-urlencoded';

const REFS = { branch: 'refs/heads/', tag: 'refs/tags/' } as const;

const repository = z.object({
  full_name: z.string().nullish(),
  clone_url: z.string().nullish(),
  ssh_url: z.string().nullish(),
  html_url: z.string().nullish(),
});
type Repository = z.infer<typeof repository>;

/** Any event about a repository. */
const anyPayload = z.object({ repository });

const pushPayload = z.object({
  ref: z.string().max(1_000),
  after: z.string().max(100).nullish(),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  repository,
  pusher: z.object({ name: z.string().max(200).nullish() }).nullish(),
});

type PushPayload = z.infer<typeof pushPayload>;

/**
 * Mounts `POST /hooks/github`. The signature is verified over the raw bytes; a hook only affects products whose own
 * secret verified it.
 */
export function mountGitHub(
  http: Express,
  bodies: Bodies,
  services: () => Services | null,
  logging: HookLogging,
): void {
  const watch = new HookWatch(() => services()?.troubles ?? null);
  const log = new HookLog(logging);
  http.post('/hooks/github', async (request: Request, response: Response) => {
    const outcome = await receive(request, bodies, services(), watch);
    log.write(outcome, request.get('x-github-delivery')?.slice(0, DELIVERY_MAX) ?? null);
    sendOutcome(response, outcome);
  });
}

async function receive(
  request: Request,
  bodies: Bodies,
  services: Services | null,
  watch: HookWatch,
): Promise<HookOutcome> {
  if (!services) return { kind: 'starting' };
  const contentType = request.get('content-type') ?? '';
  const namedIn = (raw: Buffer) => {
    const about =
      raw.length > UNBELIEVED_READ ? undefined : anyPayload.safeParse(parseBody(raw, contentType)).data;
    return about ? services.settings.products.filter((product) => isOf(product, about)) : [];
  };
  const signature = request.get('x-hub-signature-256');
  if (signature === undefined) {
    const body = await bodies.read(request, UNBELIEVED_READ);
    if (body.kind === 'read') for (const product of namedIn(body.raw)) watch.unbelieved(product, 'unsigned');
    return body.kind === 'read' || body.kind === 'tooLarge' ? { kind: 'unsigned' } : { kind: 'unread', body };
  }
  if (!SIGNATURE.test(signature)) return { kind: 'unsigned' };
  const body = await bodies.read(request, BODY_LIMIT);
  if (body.kind !== 'read') return { kind: 'unread', body };
  const { raw } = body;
  const believers = services.settings.products.filter(
    ({ webhookSecret }) => webhookSecret !== null && isSigned(raw, webhookSecret, signature, 'sha256='),
  );
  if (believers.length === 0) {
    for (const product of namedIn(raw)) watch.unbelieved(product, 'wrong');
    return { kind: 'unverified' };
  }
  for (const product of believers) watch.believed(product);
  const event = request.get('x-github-event') ?? '';
  if (event !== 'push') return { kind: 'ignored', reason: `event ${event || 'without a name'}` };
  const delivery = request.get('x-github-delivery');
  if (!delivery || delivery.length > DELIVERY_MAX) return { kind: 'garbage', reason: 'no X-GitHub-Delivery' };
  const payload = pushPayload.safeParse(parseBody(raw, contentType)).data;
  if (!payload) return { kind: 'garbage', reason: 'the body is not a push event' };
  const meant = believers.filter((product) => isOf(product, payload));
  if (meant.length === 0) {
    const name = nameOf(payload.repository);
    for (const product of believers) watch.strayed(product, name);
    return { kind: 'ignored', reason: `no product follows ${name}` };
  }
  for (const product of meant) watch.followed(product);
  const ref = refOf(payload.ref);
  if (ref === null) return { kind: 'ignored', reason: `${payload.ref} is neither a branch nor a tag` };
  return await receiveForEach(services, meant, ref, payload, delivery);
}

/** A failure for one product does not keep the push from the others; a redelivery is harmless for those that have it. */
async function receiveForEach(
  services: Services,
  products: readonly ProductSettings[],
  ref: Push['ref'],
  payload: PushPayload,
  delivery: string,
): Promise<HookOutcome> {
  const outcomes = [];
  const failures = [];
  for (const product of products) {
    try {
      const outcome = await receivePush(services, pushOf(product, ref, payload, delivery), product.branch);
      outcomes.push({ product: product.name, outcome });
    } catch (error) {
      failures.push({ product: product.name, error });
    }
  }
  return failures.length === 0 ? { kind: 'taken', outcomes } : { kind: 'failed', outcomes, failures };
}

/** JSON, or a form with JSON in its field `payload`, depending on how the webhook is set up in GitHub. */
function parseBody(raw: Buffer, contentType: string): unknown {
  const text = raw.toString('utf8');
  const json = contentType.toLowerCase().startsWith(FORM) ? new URLSearchParams(text).get('payload') : text;
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}

function isOf(product: ProductSettings, about: { repository: Repository }): boolean {
  const { clone_url, ssh_url, html_url } = about.repository;
  return [clone_url, ssh_url, html_url].some(
    (url) => typeof url === 'string' && sameRepository(url, product.repository),
  );
}

/** The repository's name for people. It comes from a verified sender, but may be any text. */
function nameOf({ full_name, clone_url, html_url }: Repository): string {
  return redactCredentials(full_name ?? clone_url ?? html_url ?? 'a repository without a name').slice(0, 200);
}

/** null: another ref, such as that of a note. */
function refOf(ref: string): Push['ref'] | null {
  if (ref.startsWith(REFS.branch)) return { kind: 'branch', name: ref.slice(REFS.branch.length) };
  return ref.startsWith(REFS.tag) ? { kind: 'tag', name: ref.slice(REFS.tag.length) } : null;
}

function pushOf(product: ProductSettings, ref: Push['ref'], payload: PushPayload, delivery: string): Push {
  return {
    delivery: `github:${delivery}`,
    product: product.name,
    ref,
    deleted: payload.deleted ?? false,
    after: payload.after ?? null,
    pushedBy: payload.pusher?.name ?? null,
    forced: payload.forced ?? null,
  };
}
