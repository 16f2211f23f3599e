import express, { type Express, type Request, type Response } from 'express';
import * as z from 'zod';
import { type IntakeOutcome, type Push, receivePush } from '../../flow/intake.ts';
import type { Parts } from '../../flow/parts.ts';
import type { ProductSettings } from '../../flow/settings.ts';
import { sameRepository } from '../../git/repository-url.ts';
import { isSigned } from '../signature.ts';

/** A push of thousands of commits stays below this; GitHub cuts the list itself. */
const BODY_LIMIT = '4mb';

const BRANCH = 'refs/heads/';

const pushPayload = z.object({
  ref: z.string().max(1_000),
  after: z.string().max(100).nullish(),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  repository: z.object({
    clone_url: z.string().nullish(),
    ssh_url: z.string().nullish(),
    html_url: z.string().nullish(),
  }),
  pusher: z.object({ name: z.string().max(200).nullish() }).nullish(),
});

type PushPayload = z.infer<typeof pushPayload>;

/** Every end of a delivery with the HTTP answer that makes GitHub do the right thing. */
type HookOutcome =
  | { kind: 'taken'; outcomes: { product: string; outcome: IntakeOutcome }[] }
  | { kind: 'ignored'; reason: string }
  | { kind: 'unverified' }
  | { kind: 'garbage'; reason: string }
  | { kind: 'starting' };

/** `POST /hooks/github`: verified over the raw bytes, and only for products whose own secret verified it. */
export function mountGitHub(http: Express, parts: () => Parts | null): void {
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT });
  http.post('/hooks/github', raw, async (request: Request, response: Response) => {
    answer(response, await receive(request, parts()));
  });
}

async function receive(request: Request, parts: Parts | null): Promise<HookOutcome> {
  if (!parts) return { kind: 'starting' };
  const raw: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const signature = request.get('x-hub-signature-256') ?? '';
  const believers = parts.settings.products.filter(
    ({ webhookSecret }) => webhookSecret !== null && isSigned(raw, webhookSecret, signature, 'sha256='),
  );
  if (believers.length === 0) return { kind: 'unverified' };
  const event = request.get('x-github-event') ?? '';
  if (event !== 'push') return { kind: 'ignored', reason: `event ${event || 'without a name'}` };
  const delivery = request.get('x-github-delivery');
  if (!delivery || delivery.length > 200) return { kind: 'garbage', reason: 'no X-GitHub-Delivery' };
  const payload = parsePayload(raw);
  if (!payload) return { kind: 'garbage', reason: 'the body is no push event' };
  const meant = believers.filter((product) => isOf(product, payload));
  if (meant.length === 0) return { kind: 'ignored', reason: 'no product follows this repository' };
  if (!payload.ref.startsWith(BRANCH)) return { kind: 'ignored', reason: `${payload.ref} is no branch` };
  const outcomes = [];
  for (const product of meant) {
    const push = pushOf(product, payload, delivery);
    outcomes.push({ product: product.name, outcome: await receivePush(parts, push, product.branch) });
  }
  return { kind: 'taken', outcomes };
}

function parsePayload(raw: Buffer): PushPayload | null {
  try {
    return pushPayload.safeParse(JSON.parse(raw.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function isOf(product: ProductSettings, { repository }: PushPayload): boolean {
  const urls = [repository.clone_url, repository.ssh_url, repository.html_url];
  return urls.some((url) => typeof url === 'string' && sameRepository(url, product.repository));
}

function pushOf(product: ProductSettings, payload: PushPayload, delivery: string): Push {
  return {
    delivery: `github:${delivery}`,
    product: product.name,
    branch: payload.ref.slice(BRANCH.length),
    deleted: payload.deleted ?? false,
    after: payload.after ?? null,
    pushedBy: payload.pusher?.name ?? null,
    forced: payload.forced ?? null,
  };
}

function answer(response: Response, outcome: HookOutcome): void {
  switch (outcome.kind) {
    case 'taken':
      response.status(202).json({ products: outcome.outcomes });
      return;
    case 'ignored':
      response.status(200).json({ ignored: outcome.reason });
      return;
    case 'unverified':
      response.status(401).json({
        refused: 'the signature matches the webhook secret of no product',
        header: 'X-Hub-Signature-256',
      });
      return;
    case 'garbage':
      response.status(400).json({ refused: outcome.reason });
      return;
    case 'starting':
      response.status(503).set('Retry-After', '5').json({ errored: 'Slipway is starting' });
      return;
    default:
      outcome satisfies never;
  }
}
