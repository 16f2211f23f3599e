import { isLockCommand } from '../../documents/commands/asked-by-people.ts';
import type { ProductCommand, ProductReport } from '../../documents/commands/product.ts';
import type { Answer, Decision, Effect } from '../../documents/document.ts';
import type { Head, Product } from '../../documents/product.ts';
import type { PendingDelivery } from '../../documents/values/delivery.ts';
import { wakeProduct } from '../../gates/wake.ts';
import { backoff } from '../../time/duration.ts';
import { documentTime, finish, markRecorded } from '../shared/finish.ts';
import { evaluate, isAnswered, recordAnnounced, type Seen, waitLonger } from './awaited.ts';
import { configure } from './configured.ts';
import { type At, type ProductContext, type Waits, waitsOf } from './context.ts';
import { decideAgain, moveHead } from './head.ts';
import { lockAll, lockTimes } from './lock.ts';

const ACCEPTED: Extract<Answer, { kind: 'accepted' }> = { kind: 'accepted' };

/**
 * Decides a product. The newest commit is the branch head as fetched; it gets its number when Slipway sees the branch
 * move. Neither the payload of a webhook nor the end of a build decides what is newest.
 */
export function decideProduct(
  before: Product,
  command: ProductCommand,
  context: ProductContext,
): Decision<Product> {
  const { now } = context;
  const time = documentTime(before, now);
  const product = structuredClone(before);
  const effects: Effect[] = [];
  const at: At = { now, time, revision: before.revision + 1, effects, environments: context.environments };
  lockTimes(product, at);
  const answer = isLockCommand(command)
    ? lockAll(product, command, context, at)
    : handle(product, command, at, { ...waitsOf(context), paths: context.paths ?? [] });
  return finish(before, product, command, { answer, effects, at: time, wake: wakeProduct });
}

/** What decides beside the document. */
interface Rules extends Waits {
  paths: readonly string[];
}

function handle(product: Product, command: ProductReport, at: At, waits: Rules): Answer {
  switch (command.type) {
    case 'look':
      product.asked += 1;
      if (command.delivery) {
        addPending(product, { ...command.delivery, asked: product.asked });
        recordAnnounced(product, command.delivery, at.now);
      }
      // Somebody asked: a repository that could not be reached is tried at once.
      if (product.fetchError) product.fetchError.notBefore = at.now;
      return ACCEPTED;
    case 'fetched':
      fetched(product, command, at, waits);
      return ACCEPTED;
    case 'glance':
      return glance(product, at, waits);
    case 'fetchFailed': {
      const tries = (product.fetchError?.tries ?? 0) + 1;
      product.fetchError = {
        reason: command.reason,
        at: at.time,
        tries,
        notBefore: at.now + backoff(waits.fetch, tries),
      };
      return ACCEPTED;
    }
    case 'channelFound':
      product.toldIn = { configured: command.configured, id: command.channel };
      return ACCEPTED;
    case 'carried':
      product.effects = product.effects.filter((effect) => !command.effects.includes(effect.id));
      product.concluded = product.concluded.filter(({ id }) => !command.concluded.includes(id));
      markRecorded(product, command.settled);
      return ACCEPTED;
    case 'configured':
      configure(product, command, at);
      return ACCEPTED;
    case 'tick':
      return ACCEPTED;
    default:
      return command satisfies never;
  }
}

/** How many webhooks may wait for one fetch; while a repository cannot be reached, the oldest are concluded early. */
const PENDING_KEPT = 100;

function addPending(product: Product, delivery: PendingDelivery): void {
  product.pending = [...product.pending.filter(({ id }) => id !== delivery.id), delivery];
  const surplus = product.pending.splice(0, Math.max(0, product.pending.length - PENDING_KEPT));
  const outcome = 'the branch is looked at together with later pushes';
  product.concluded.push(...surplus.map(({ id }) => ({ id, outcome })));
}

function fetched(
  product: Product,
  command: Extract<ProductCommand, { type: 'fetched' }>,
  at: At,
  waits: Rules,
): void {
  const last = product.heads.at(-1);
  if (command.asked <= product.looked) {
    // Two fetches overlapped with different results: it is unknown which one is newer, so the branch is fetched once
    // more.
    const isNothing = command.tags !== undefined && command.sha === null;
    const differs = !isNothing && command.asked === product.looked && command.sha !== (last?.sha ?? null);
    if (differs && product.asked === product.looked) product.asked += 1;
    return;
  }
  product.looked = command.asked;
  product.fetchError = null;
  product.pollAt = nextPoll(product, at, waits.pollMs);
  if (command.tags) product.tags = command.tags;
  else delete product.tags;
  const seen: Seen = { sha: command.sha, contains: command.contains ?? [], asked: command.asked };
  const { branch, tag } = command;
  if (command.sha === null && !command.tags) {
    const known = product.missing?.branch === branch ? product.missing : null;
    product.missing = known ?? { branch, since: at.time };
  } else product.missing = null;
  const covered = product.pending.filter((delivery) => delivery.asked <= command.asked);
  let outcome: string;
  if (command.sha === null) {
    outcome = command.tags
      ? `no tag that matches ${command.tags.glob} is newer than what was seen`
      : `the branch ${branch} does not exist in the repository`;
  } else if (last?.sha === command.sha && !(tag && last.leftOut?.why === 'old')) {
    const built = decideAgain(product, command, waits.paths, at, waits.burstMs);
    outcome = built ? outcomeOf(built) : `${command.sha} was seen before, as head ${last.number}`;
  } else {
    const isOfIt = (push: PendingDelivery) => (tag ? push.tag === tag.name : push.after === command.sha);
    const pushedBy = (covered.find(isOfIt) ?? covered.at(-1))?.pushedBy ?? null;
    product.unseen = null;
    const moved = { sha: command.sha, branch, pushedBy, leftOut: command.leftOut, tag };
    outcome = outcomeOf(moveHead(product, moved, at, waits.burstMs));
  }
  evaluate(product, seen, at.now, waits.awaited);
  const answered = covered.filter((delivery) => isAnswered(product, delivery, seen));
  product.pending = product.pending.filter((delivery) => !answered.includes(delivery));
  const newest = tag?.name;
  product.concluded.push(
    ...answered.map(({ id, tag }) => ({
      id,
      outcome:
        newest === undefined || tag === newest ? outcome : `seen together with ${newest}, which is newer`,
    })),
  );
}

function outcomeOf({ number, sha, leftOut }: Head): string {
  if (leftOut === undefined) return `build of ${sha}, head ${number}`;
  const why =
    leftOut.why === 'paths'
      ? `it changes nothing that paths names since ${leftOut.since}`
      : `it is part of ${leftOut.of}, which is deployed or about to be`;
  return `${sha} is head ${number}, and is not built: ${why}`;
}

/** Refused: it is not due yet, or another process already fetches. */
function glance(product: Product, at: At, waits: Waits): Answer {
  const awaited = product.awaits ? product.awaits.notBefore <= at.now : false;
  const polled = product.pollAt != null && product.pollAt <= at.now && waits.pollMs !== null;
  // A requested fetch is due and finds everything that this one could.
  if (product.asked !== product.looked || !(awaited || polled)) {
    return { kind: 'refused', refusal: { rule: 'nothingToDo' } };
  }
  product.pollAt = nextPoll(product, at, waits.pollMs);
  if (awaited) {
    const lost = waitLonger(product, at.now, waits.awaited);
    product.pending = product.pending.filter((delivery) => !lost.includes(delivery));
    const outcome = 'the repository has never shown it; polling continues, and a redelivery asks again';
    product.concluded.push(...lost.map(({ id }) => ({ id, outcome })));
  }
  return ACCEPTED;
}

/** Varies by up to a tenth, so that products and processes do not all fetch at the same moment. */
function nextPoll({ id }: Product, { now, revision }: At, pollMs: number | null): number | null {
  if (pollMs === null) return null;
  let hash = revision;
  for (const character of id) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  const share = (Math.imul(hash, 2_654_435_761) >>> 0) / 2 ** 32;
  return now + Math.round(pollMs * (0.9 + 0.2 * share));
}
