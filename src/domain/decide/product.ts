import type { Answer, Decision, Effect } from '../aggregate.ts';
import { isLockCommand, type ProductCommand, type ProductReport } from '../commands.ts';
import { buildId, pushCardId } from '../names.ts';
import { HEADS_KEPT, type Product } from '../product.ts';
import { wakeProduct } from '../wake.ts';
import { send } from './outbox.ts';
import { type At, lockAll, lockTimes } from './product-lock.ts';
import { documentTime, markRecorded, settle } from './settle.ts';

/** Waits between looks at a repository that cannot be reached; the last one repeats. */
export const FETCH_BACKOFF_MS: readonly number[] = [5_000, 15_000, 60_000, 300_000];

const ACCEPTED: Extract<Answer, { kind: 'accepted' }> = { kind: 'accepted' };

/**
 * The rules of a product: the newest commit is the branch head as fetched, numbered when Slipway sees it move.
 * Neither a webhook's payload nor the end of a build decides what is newest.
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
    : handle(product, command, at, context.fetchBackoffMs ?? FETCH_BACKOFF_MS);
  return settle(before, product, command, { answer, effects, at: time, wake: wakeProduct });
}

/** What a product is decided from. */
export interface ProductContext {
  now: number;
  /** Ids of its environments; each is told of a lock. */
  environments: readonly string[];
  /** Waits between looks at a repository that cannot be reached; absent: `FETCH_BACKOFF_MS`. */
  fetchBackoffMs?: readonly number[];
  /** Who asks may lock all of them. */
  mayLock: boolean;
}

function handle(product: Product, command: ProductReport, at: At, waits: readonly number[]): Answer {
  switch (command.type) {
    case 'look':
      product.asked += 1;
      if (command.delivery) addPending(product, { ...command.delivery, asked: product.asked });
      // Someone asked: a repository that could not be reached is tried at once.
      if (product.fetchError) product.fetchError.notBefore = at.now;
      return ACCEPTED;
    case 'fetched':
      fetched(product, command, at);
      return ACCEPTED;
    case 'fetchFailed': {
      const tries = (product.fetchError?.tries ?? 0) + 1;
      const wait = waits[Math.min(tries, waits.length) - 1] ?? 0;
      product.fetchError = { reason: command.reason, at: at.time, tries, notBefore: at.now + wait };
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
      if (product.configuration?.fingerprint !== command.fingerprint) {
        product.configuration = { fingerprint: command.fingerprint, at: at.time };
      }
      return ACCEPTED;
    case 'tick':
      return ACCEPTED;
    default:
      return command satisfies never;
  }
}

/** Webhooks that wait for one look; while a repository cannot be reached, only so many are told its end. */
const PENDING_KEPT = 100;

function addPending(product: Product, delivery: Product['pending'][number]): void {
  product.pending.push(delivery);
  const surplus = product.pending.splice(0, Math.max(0, product.pending.length - PENDING_KEPT));
  const outcome = 'the branch is looked at together with later pushes';
  product.concluded.push(...surplus.map(({ id }) => ({ id, outcome })));
}

function fetched(product: Product, command: Extract<ProductCommand, { type: 'fetched' }>, at: At): void {
  // A look that was overtaken by a later one says what the branch was, not what it is.
  if (command.asked < product.looked) return;
  product.looked = command.asked;
  product.fetchError = null;
  const told = product.pending.filter((delivery) => delivery.asked <= command.asked);
  product.pending = product.pending.filter((delivery) => delivery.asked > command.asked);
  const last = product.heads.at(-1);
  let outcome: string;
  if (command.sha === null) {
    outcome = `the branch ${command.branch} does not exist in the repository`;
  } else if (last?.sha === command.sha) {
    outcome = `${command.sha} was seen before, as head ${last.number}`;
  } else {
    const pushedBy = (told.find(({ after }) => after === command.sha) ?? told.at(-1))?.pushedBy ?? null;
    const number = (last?.number ?? 0) + 1;
    moveHead(product, { number, sha: command.sha, at: at.time, pushedBy }, command.branch, at);
    outcome = `build of ${command.sha}, head ${number}`;
  }
  product.concluded.push(...told.map(({ id }) => ({ id, outcome })));
}

function moveHead(product: Product, head: Product['heads'][number], branch: string, at: At): void {
  const last = product.heads.at(-1);
  product.heads = [...product.heads, head].slice(-HEADS_KEPT);
  const from = { id: product.id, revision: at.revision };
  send(
    at.effects,
    from,
    { kind: 'builds', id: buildId(product.id, head.sha) },
    {
      type: 'requestBuild',
      push: {
        head: head.number,
        branch,
        pushedBy: head.pushedBy,
        at: at.time,
        card: pushCardId(product.id, head.number),
      },
      watcher: null,
    },
  );
  // A build that has not begun is not worth it any more: the branch has moved on.
  if (last) {
    const build = { kind: 'builds', id: buildId(product.id, last.sha) } as const;
    send(at.effects, from, build, { type: 'skipBuild', newer: head.sha, head: head.number });
  }
}
