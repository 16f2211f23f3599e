import type { Express, Request, Response } from 'express';
import { type Push, receivePush } from '../../flow/pipeline/receive-push.ts';
import { forgeKindOf } from '../../flow/services/forge-projects.ts';
import type { Services } from '../../flow/services/services.ts';
import type { ForgeKind, ProductSettings } from '../../flow/services/settings.ts';
import { redactCredentials } from '../../git/names/repository-url.ts';
import type { Bodies } from '../http/bodies.ts';
import { bitbucket } from './bitbucket.ts';
import { isOf } from './followed.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { HookKind, NamedRepository, RefPush } from './hook-kind.ts';
import { HookLog, type HookLogging, type HookOutcome, sendOutcome } from './hook-outcome.ts';
import { HookWatch } from './hook-watch.ts';

const HOOKS: Record<ForgeKind, HookKind> = { github, gitlab, bitbucket, gitea };

/** In bytes. GitHub limits payloads to 25 MB and sends no event that would be larger; form encoding adds to that. */
const BODY_LIMIT = 26 * 1024 * 1024;

/**
 * In bytes. A body without a valid signature is only read to find the repository's name, so that people learn that its
 * webhook has a wrong secret or none; larger ones are not worth it.
 */
const UNBELIEVED_READ = 256 * 1024;

/** Longest delivery id that is believed, in characters; a UUID has 36. */
const DELIVERY_MAX = 200;

const FORM = 'application/x-www-form-urlencoded';

/**
 * Mounts `POST /hooks/<kind>` of every kind of forge. The signature is verified over the raw bytes; a hook only affects
 * products whose own secret verified it, at a forge of its kind.
 */
export function mountWebhooks(
  http: Express,
  bodies: Bodies,
  services: () => Services | null,
  logging: HookLogging,
): void {
  const watch = new HookWatch(() => services()?.troubles ?? null);
  const log = new HookLog(logging);
  for (const hook of Object.values(HOOKS)) {
    http.post(`/hooks/${hook.kind}`, async (request: Request, response: Response) => {
      const ready = services();
      const delivery = new Delivery(hook, request);
      const outcome: HookOutcome = ready
        ? await receive(delivery, bodies, { services: ready, watch, now: logging.now() })
        : { kind: 'starting' };
      log.write(outcome, { forge: hook.kind, delivery: delivery.id?.slice(0, DELIVERY_MAX) ?? null });
      sendOutcome(response, outcome);
    });
  }
}

/** A request of one kind of forge. */
class Delivery {
  readonly hook: HookKind;
  readonly request: Request;

  constructor(hook: HookKind, request: Request) {
    this.hook = hook;
    this.request = request;
  }

  header = (name: string): string | undefined => this.request.get(name);

  get id(): string | null {
    return this.#first(this.hook.delivery);
  }

  get event(): string | null {
    return this.#first(this.hook.event);
  }

  #first(names: readonly string[]): string | null {
    return names.map(this.header).find((value) => value) ?? null;
  }

  /** The payload of a body. undefined: it is no JSON. */
  payload(raw: Buffer): unknown {
    const text = raw.toString('utf8');
    const isForm = this.hook.forms && (this.header('content-type') ?? '').toLowerCase().startsWith(FORM);
    try {
      return JSON.parse((isForm ? new URLSearchParams(text).get('payload') : text) ?? '');
    } catch {
      return undefined;
    }
  }

  /** The repository that the body of an unbelieved sender names. */
  about(raw: Buffer): NamedRepository | null {
    if (raw.length > UNBELIEVED_READ) return null;
    return this.hook.about.safeParse(this.payload(raw)).data ?? null;
  }
}

interface Receiving {
  services: Services;
  watch: HookWatch;
  /** In milliseconds. */
  now: number;
}

async function receive(delivery: Delivery, bodies: Bodies, at: Receiving): Promise<HookOutcome> {
  const { hook } = delivery;
  const { products } = at.services.settings;
  const here = products.filter((product) => (forgeKindOf(product) ?? hook.kind) === hook.kind);
  const suspect = (raw: Buffer, signature: 'unsigned' | 'wrong') => {
    const about = delivery.about(raw);
    if (about === null) return;
    for (const product of here) if (isOf(product, about, hook.kind)) at.watch.unbelieved(product, signature);
  };
  const signature = hook.signature(delivery.header, at.now);
  const { header } = signature;
  if (signature.kind === 'absent') {
    const body = await bodies.read(delivery.request, UNBELIEVED_READ);
    if (body.kind === 'read') suspect(body.raw, 'unsigned');
    return body.kind === 'read' || body.kind === 'tooLarge'
      ? { kind: 'unsigned', header }
      : { kind: 'unread', body };
  }
  if (signature.kind === 'malformed') return { kind: 'unsigned', header };
  if (signature.kind === 'stale') return { kind: 'stale', header };
  const secrets = new Set(products.map(({ webhookSecret }) => webhookSecret ?? '').filter((one) => one));
  const likely = [...secrets].filter((secret) => signature.mayBeOf(secret));
  const body = await bodies.read(delivery.request, likely.length > 0 ? BODY_LIMIT : UNBELIEVED_READ);
  if (body.kind === 'tooLarge' && likely.length === 0) return { kind: 'unverified', header };
  if (body.kind !== 'read') return { kind: 'unread', body };
  const verified = new Set(likely.filter((secret) => signature.verify(body.raw, secret)));
  const signers = products.filter(({ webhookSecret }) => verified.has(webhookSecret ?? ''));
  const believers = here.filter((product) => signers.includes(product));
  for (const product of believers) at.watch.believed(product);
  if (believers.length > 0) return await receiveEvent(delivery, body.raw, believers, at);
  for (const product of signers) at.watch.misdirected(product, hook.kind);
  if (signers.length > 0) return { kind: 'elsewhere', header, products: signers.map(({ name }) => name) };
  suspect(body.raw, 'wrong');
  return { kind: 'unverified', header };
}

/** Receives what one of `believers` signed. */
async function receiveEvent(
  delivery: Delivery,
  raw: Buffer,
  believers: readonly ProductSettings[],
  { services, watch }: Receiving,
): Promise<HookOutcome> {
  const { hook, event, id } = delivery;
  const schema = event !== null && Object.hasOwn(hook.events, event) ? hook.events[event] : undefined;
  if (!schema) return { kind: 'ignored', reason: `event ${event?.slice(0, 100) ?? 'without a name'}` };
  if (id === null || id.length > DELIVERY_MAX)
    return { kind: 'garbage', reason: `no ${hook.delivery.join(' or ')}` };
  const payload = schema.safeParse(delivery.payload(raw)).data;
  if (!payload) return { kind: 'garbage', reason: 'the body is not a push event' };
  const { repository } = payload;
  const meant = believers.filter((product) => isOf(product, repository, hook.kind));
  if (meant.length === 0) {
    const name = nameOf(repository);
    for (const product of believers) watch.strayed(product, name);
    return { kind: 'ignored', reason: `no product follows ${name}` };
  }
  for (const product of meant) watch.followed(product);
  const pushes = payload.pushes.flatMap((one) => {
    const ref = refOf(one.ref);
    if (ref === null) return [];
    const own = `${hook.kind}:${id}`;
    return { ...one, ref, delivery: hook.severalRefs ? `${own}:${one.ref}` : own };
  });
  if (pushes.length === 0) return { kind: 'ignored', reason: nothingIn(payload.pushes) };
  return await receiveForEach(services, meant, pushes);
}

/** A failure for one product does not keep the push from the others; a redelivery is harmless for those that have it. */
async function receiveForEach(
  services: Services,
  products: readonly ProductSettings[],
  pushes: readonly Omit<Push, 'product'>[],
): Promise<HookOutcome> {
  const outcomes = [];
  const failures = [];
  for (const { name: product, branch } of products) {
    for (const push of pushes) {
      // Which of several changes an outcome is about.
      const place = pushes.length === 1 ? { product } : { product, ref: push.ref.name };
      try {
        outcomes.push({ ...place, outcome: await receivePush(services, { ...push, product }, branch) });
      } catch (error) {
        failures.push({ product, error });
      }
    }
  }
  return failures.length === 0 ? { kind: 'taken', outcomes } : { kind: 'failed', outcomes, failures };
}

/** null: another ref, such as that of a note. */
function refOf(ref: string): Push['ref'] | null {
  const [, place, name = ''] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (place === undefined) return null;
  return { kind: place === 'tags' ? 'tag' : 'branch', name };
}

function nothingIn([first]: readonly RefPush[]): string {
  return first === undefined ? 'nothing was pushed' : `${first.ref} is neither a branch nor a tag`;
}

/** The repository's name for people. It comes from a verified sender, but may be any text. */
function nameOf({ project, urls }: NamedRepository): string {
  return redactCredentials(project ?? urls[0] ?? 'a repository without a name').slice(0, 200);
}
