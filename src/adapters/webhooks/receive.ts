import type { Express, Request, Response } from 'express';
import { buildId } from '../../domain/ids.ts';
import { ringChecks } from '../../flow/pipeline/look-at-checks.ts';
import { followsWords, isFollowed, type Push, receivePush } from '../../flow/pipeline/receive-push.ts';
import { forgeKindOf } from '../../flow/services/forge-projects.ts';
import type { Services } from '../../flow/services/services.ts';
import type { ForgeKind } from '../../flow/settings/forges.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { redactCredentials } from '../../git/names/repository-url.ts';
import type { Bodies } from '../http/bodies.ts';
import { Delivery } from './delivery.ts';
import { isOf } from './followed.ts';
import type { HookKind, NamedRepository, RefPush, RingEvent } from './hook-kind.ts';
import { HookLog, type HookLogging, type HookOutcome, sendOutcome } from './hook-outcome.ts';
import { HookWatch } from './hook-watch.ts';
import { bitbucket } from './kinds/bitbucket.ts';
import { gitea } from './kinds/gitea.ts';
import { github } from './kinds/github.ts';
import { gitlab } from './kinds/gitlab.ts';
import { hasRunsIn, ringRun } from './runs.ts';
import { mountBuildReports } from './signed/build-reports.ts';
import { mountDeployReports } from './signed/deploy-reports.ts';

const HOOKS: Record<ForgeKind, HookKind> = { github, gitlab, bitbucket, gitea };

/** The most telling first: Gitea sends the headers of GitHub too. */
const SENDERS = [gitea, gitlab, bitbucket, github];

/** In bytes. GitHub limits payloads to 25 MB and sends no event that would be larger; form encoding adds to that. */
const BODY_LIMIT = 26 * 1024 * 1024;

/**
 * In bytes. A body without a valid signature is only read to find the repository's name, so that people learn that its
 * webhook has a wrong secret or none; larger ones are not worth it.
 */
const UNBELIEVED_READ = 256 * 1024;

/**
 * Mounts `POST /hooks/<kind>` of every kind of forge, and those of builds and deploys elsewhere. The signature is verified over the raw bytes; a hook only affects
 * products whose own secret verified it, at a forge of its kind.
 */
export function mountWebhooks(
  http: Express,
  bodies: Bodies,
  services: () => Services | null,
  logging: HookLogging,
): void {
  mountBuildReports(http, bodies, services, logging);
  mountDeployReports(http, bodies, services, logging);
  const watch = new HookWatch(() => services()?.troubles ?? null);
  const log = new HookLog(logging);
  for (const hook of Object.values(HOOKS)) {
    http.post(`/hooks/${hook.kind}`, async (request: Request, response: Response) => {
      const ready = services();
      const delivery = new Delivery(hook, request);
      const outcome: HookOutcome = ready
        ? await receive(delivery, bodies, { services: ready, watch, now: logging.now() })
        : { kind: 'starting' };
      log.write(outcome, { forge: hook.kind, delivery: delivery.id });
      sendOutcome(response, outcome);
    });
  }
  // Whoever tries an address in a browser.
  for (const name of [...Object.keys(HOOKS), 'build']) {
    http.all(`/hooks/${name}`, (_request: Request, response: Response) => {
      const refused = 'the address is right, but takes POST alone';
      response.status(405).set('Allow', 'POST').json({ refused });
    });
  }
}

/** The kind of forge that a delivery comes from, by its headers; null: the kind whose address it was sent to, or none that is known. */
function senderOf(delivery: Delivery): ForgeKind | null {
  if (delivery.event !== null) return null;
  const sender = SENDERS.find(({ event }) => event.some(delivery.header));
  return sender?.kind ?? null;
}

interface Receiving {
  services: Services;
  watch: HookWatch;
  /** In milliseconds. */
  now: number;
}

async function receive(delivery: Delivery, bodies: Bodies, at: Receiving): Promise<HookOutcome> {
  const believed = await believe(delivery, bodies, at);
  return believed.kind === 'believed' ? await receiveEvent(delivery, believed, at) : believed;
}

/** A body, with the products whose secret signed it. */
interface Believed {
  kind: 'believed';
  raw: Buffer;
  signers: readonly ProductSettings[];
}

async function believe(
  delivery: Delivery,
  bodies: Bodies,
  { services, watch, now }: Receiving,
): Promise<Believed | HookOutcome> {
  const { hook, request } = delivery;
  const { products } = services.settings;
  const here = products.filter((product) => (forgeKindOf(product) ?? hook.kind) === hook.kind);
  const tellPeople = (raw: Buffer, signature: 'unsigned' | 'wrong', advice: string | null = null) => {
    const about = raw.length > UNBELIEVED_READ ? null : delivery.about(raw);
    if (about === null) return;
    for (const product of here)
      if (isOf(product, about, hook.kind)) watch.unbelieved(product, signature, advice);
  };
  const signature = hook.signature(delivery.header, now);
  const { header } = signature;
  const sender = senderOf(delivery);
  const isMisaddressed = signature.kind === 'absent' || signature.kind === 'malformed';
  if (isMisaddressed && sender !== null) return { kind: 'misaddressed', header, sender };
  if (signature.kind === 'absent') {
    const { event } = delivery;
    if (event !== null && hook.pings.includes(event)) return { kind: 'ping', event };
    const body = await bodies.read(request, UNBELIEVED_READ);
    if (body.kind === 'read') tellPeople(body.raw, 'unsigned');
    else if (body.kind !== 'tooLarge') return { kind: 'unread', body };
    return { kind: 'unsigned', header };
  }
  if (signature.kind === 'malformed') return { kind: 'unsigned', header };
  if (signature.kind === 'stale') return { kind: 'stale', header };
  const secrets = new Set(products.flatMap(({ webhookSecret }) => webhookSecret ?? []));
  const likely = [...secrets].filter((secret) => signature.mayBeOf(secret));
  const body = await bodies.read(request, likely.length > 0 ? BODY_LIMIT : UNBELIEVED_READ);
  const unverified = { kind: 'unverified', header, advice: signature.advice } as const;
  if (body.kind === 'tooLarge' && likely.length === 0) return unverified;
  if (body.kind !== 'read') return { kind: 'unread', body };
  const { raw } = body;
  const right = new Set<string | null>(likely.filter((secret) => signature.verify(raw, secret)));
  const signers = here.filter(({ webhookSecret }) => right.has(webhookSecret));
  for (const product of signers) watch.believed(product);
  if (signers.length > 0) return { kind: 'believed', raw, signers };
  const elsewhere = products.filter(({ webhookSecret }) => right.has(webhookSecret));
  for (const product of elsewhere) watch.misdirected(product, hook.kind);
  if (elsewhere.length > 0) return { kind: 'elsewhere', header, products: elsewhere.map(({ name }) => name) };
  if (delivery.isForm && !hook.forms) return { kind: 'form', header };
  tellPeople(raw, 'wrong', signature.advice);
  return unverified;
}

async function receiveEvent(
  delivery: Delivery,
  { raw, signers }: Believed,
  { services, watch }: Receiving,
): Promise<HookOutcome> {
  const { hook, event, id } = delivery;
  const sender = senderOf(delivery);
  if (sender !== null) return { kind: 'misaddressed', header: hook.event.join(' or '), sender };
  const ring = event !== null && Object.hasOwn(hook.rings, event) ? hook.rings[event] : undefined;
  if (ring) return await receiveRing(services, hook, ring.safeParse(delivery.payload(raw)).data, signers);
  const schema = event !== null && Object.hasOwn(hook.events, event) ? hook.events[event] : undefined;
  if (!schema) return { kind: 'ignored', reason: `event ${event?.slice(0, 100) ?? 'without a name'}` };
  if (id === null) return { kind: 'garbage', reason: `no ${hook.delivery.join(' or ')}` };
  const payload = schema.safeParse(delivery.payload(raw)).data;
  if (!payload) return { kind: 'garbage', reason: 'the body is not a push event' };
  const { repository } = payload;
  const meant = signers.filter((product) => isOf(product, repository, hook.kind));
  if (meant.length === 0) {
    const name = nameOf(repository);
    for (const product of signers) watch.strayed(product, name);
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

/** Whatever a forge tells of a check or of a run is only a reason to look: the forge itself is asked. */
async function receiveRing(
  services: Services,
  { kind }: HookKind,
  ring: RingEvent | undefined,
  signers: readonly ProductSettings[],
): Promise<HookOutcome> {
  if (!ring) return { kind: 'garbage', reason: 'the body does not name a commit and its repository' };
  const { repository, sha, run } = ring;
  const awaited: string[] = [];
  const runs: string[] = [];
  const failures = [];
  for (const product of signers) {
    const { name } = product;
    try {
      if (isOf(product, repository, kind) && (await ringChecks(services, buildId(name, sha))) === 'rung')
        awaited.push(name);
      if (run && (await ringRun(services, kind, product, { repository, run }))) runs.push(name);
    } catch (error) {
      failures.push({ product: name, error });
    }
  }
  if (failures.length > 0) return { kind: 'failed', outcomes: [], failures };
  const isKnown = signers.some(
    (product) => isOf(product, repository, kind) || (run && hasRunsIn(product, kind, repository)),
  );
  return isKnown
    ? { kind: 'rung', awaited, runs }
    : { kind: 'ignored', reason: `no product follows ${nameOf(repository)}` };
}

/** Of a delivery of more changes, those that a product does not follow are counted, not stored. */
const STORED_EACH = 100;

/** A failure for one product does not keep the push from the others; a redelivery is harmless for those that have it. */
async function receiveForEach(
  services: Services,
  products: readonly ProductSettings[],
  pushes: readonly Omit<Push, 'product'>[],
): Promise<HookOutcome> {
  const outcomes = [];
  const failures = [];
  for (const { name: product, branch } of products) {
    const own = pushes.length > STORED_EACH ? pushes.filter((push) => isFollowed(push, branch)) : pushes;
    for (const push of own) {
      // Which of several changes an outcome is about.
      const place = pushes.length === 1 ? { product } : { product, ref: push.ref.name };
      try {
        outcomes.push({ ...place, outcome: await receivePush(services, { ...push, product }, branch) });
      } catch (error) {
        failures.push({ product, error });
      }
    }
    const others = pushes.length - own.length;
    if (others === 0) continue;
    const reason = `${others} other changes; ${followsWords(branch)}`;
    outcomes.push({ product, outcome: { kind: 'ignored', reason } as const });
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
