import type { Response } from 'express';
import type { Logger } from 'pino';
import type { IntakeOutcome } from '../../flow/pipeline/receive-push.ts';
import type { ForgeKind } from '../../flow/settings/forges.ts';
import { type Body, bodyRefusal } from '../http/bodies.ts';

/** What became of one change, for one product. */
interface ProductOutcome {
  product: string;
  /** Absent: the delivery is about one change only. */
  ref?: string;
  outcome: IntakeOutcome;
}

/** Every result of a delivery. The HTTP response of each makes the forge do the right thing. */
export type HookOutcome =
  | { kind: 'taken'; outcomes: ProductOutcome[] }
  /** Not stored for some products. The forge has to send it again. */
  | {
      kind: 'failed';
      outcomes: ProductOutcome[];
      failures: { product: string; error: unknown }[];
    }
  /**
   * An event about a check or a run. `awaited`: the products that wait for checks of that commit; `runs`: those that follow that
   * run.
   */
  | { kind: 'rung'; awaited: string[]; runs: string[] }
  /** What `/hooks/build` was told. */
  | { kind: 'reported'; outcomes: ProductOutcome[] }
  /** What `/hooks/deploy` was told: systems are asked about the attempt of these products. */
  | { kind: 'asked'; products: string[] }
  /** Told to `/hooks/deploy`, and not signed with the secret of a deploy, or not at all. */
  | { kind: 'unbelieved'; header: string; signed: boolean }
  | { kind: 'ignored'; reason: string }
  /** A test of the address, which is not signed. Anybody can send one. */
  | { kind: 'ping'; event: string }
  /** `header`: where the signature is, or should be. `advice`: what people have to do; null: as usual. */
  | { kind: 'unverified'; header: string; advice: string | null }
  /** A form of a kind of forge that does not sign it as it sends it. */
  | { kind: 'form'; header: string }
  /** The request has no signature, or a malformed one. */
  | { kind: 'unsigned'; header: string }
  /** Sent by another kind of forge than the address is for. */
  | { kind: 'misaddressed'; header: string; sender: ForgeKind }
  /** Signed too long before or after our time. */
  | { kind: 'stale'; header: string }
  /** Signed with the secret of products that are at forges of other kinds. */
  | { kind: 'elsewhere'; header: string; products: string[] }
  | { kind: 'unread'; body: Exclude<Body, { kind: 'read' }> }
  | { kind: 'garbage'; reason: string }
  | { kind: 'starting' };

/** The HTTP response to a delivery. The body says what became of it. */
interface HookAnswer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** Answers the forge. */
export function sendOutcome(response: Response, outcome: HookOutcome): void {
  const { status, headers, body } = answerOf(outcome);
  response.status(status).set(headers).json(body);
}

function answerOf(outcome: HookOutcome): HookAnswer {
  switch (outcome.kind) {
    case 'taken':
      return { status: 202, headers: {}, body: { products: outcome.outcomes } };
    case 'failed': {
      const errored = 'Slipway failed; its log has the details. Send it again.';
      return { status: 500, headers: {}, body: { errored, products: outcome.outcomes } };
    }
    case 'rung': {
      const { awaited, runs } = outcome;
      return { status: 202, headers: {}, body: { awaited, ...(runs.length > 0 && { runs }) } };
    }
    case 'reported': {
      const { outcomes } = outcome;
      const isNews = outcomes.some((one) => one.outcome.kind !== 'seenBefore');
      return { status: isNews ? 202 : 200, headers: {}, body: { products: outcomes } };
    }
    case 'asked':
      return { status: 202, headers: {}, body: { asked: outcome.products } };
    case 'unbelieved':
      return unauthorized(
        outcome.signed
          ? 'the signature does not match the secret of any deploy over http'
          : 'the request is not signed: sign it with the secret of the deploy',
        outcome.header,
      );
    case 'ignored':
      return { status: 200, headers: {}, body: { ignored: outcome.reason } };
    case 'ping': {
      const ignored = `event ${outcome.event}, which is not signed; it shows that the address is right`;
      return { status: 200, headers: {}, body: { ignored } };
    }
    case 'unsigned':
      return unauthorized(
        'the request is not signed: give the webhook the secret of its product',
        outcome.header,
      );
    case 'unverified':
      return unauthorized(
        `the signature does not match the webhook secret of any product: ${outcome.advice ?? 'enter the same secret in the webhook and as webhook.secret of its product'}`,
        outcome.header,
      );
    case 'form':
      return unauthorized(
        'it is a form, which is not signed as it is sent: let the webhook send application/json',
        outcome.header,
      );
    case 'misaddressed':
      return unauthorized(
        `it is not signed as this address wants it, because it comes from a ${outcome.sender}: give the webhook the address /hooks/${outcome.sender}`,
        outcome.header,
      );
    case 'stale':
      return unauthorized(
        'it was signed more than five minutes before or after now: see that both clocks are right',
        outcome.header,
      );
    case 'elsewhere':
      return unauthorized(
        `${outcome.products.join(', ')} is at a forge of another kind: give the webhook the address of its own kind`,
        outcome.header,
      );
    case 'unread': {
      const { status, headers, refused } = bodyRefusal(outcome.body);
      return { status, headers, body: { refused } };
    }
    case 'garbage':
      return { status: 400, headers: {}, body: { refused: outcome.reason } };
    case 'starting':
      return { status: 503, headers: { 'Retry-After': '5' }, body: { errored: 'Slipway is starting' } };
    default:
      return outcome satisfies never;
  }
}

function unauthorized(refused: string, header: string): HookAnswer {
  return { status: 401, headers: {}, body: { refused, header } };
}

/** Anybody can send a request that is refused; one of them is logged in this time. */
const REFUSED_EVERY_MS = 60_000;

/** Where deliveries are logged, also while the process is starting. */
export interface HookLogging {
  log: Logger;
  now: () => number;
}

/** Logs what became of each delivery, so that a lost push can be followed. */
export class HookLog {
  readonly #to: HookLogging;
  /** Those that come while the process starts do not hide what is refused afterwards. */
  readonly #loggedAt = { starting: Number.NEGATIVE_INFINITY, refused: Number.NEGATIVE_INFINITY };

  constructor(to: HookLogging) {
    this.#to = to;
  }

  /** `delivery`: the forge's id; null: the request has none. */
  write(
    outcome: HookOutcome,
    hook: { forge: ForgeKind | 'build' | 'deploy'; delivery: string | null },
  ): void {
    const { now } = this.#to;
    const log = this.#to.log.child(hook);
    const { status, body } = answerOf(outcome);
    if (outcome.kind === 'failed') {
      // The sender was verified, so nobody else can fill the log.
      for (const { product, error } of outcome.failures)
        log.error({ status, product, err: error }, 'a webhook could not be stored');
      return;
    }
    // Nobody is to fill the log.
    if (outcome.kind === 'ping') return;
    if (status < 400) {
      log.info({ status, ...body }, 'a webhook was received');
      return;
    }
    const kind = outcome.kind === 'starting' ? 'starting' : 'refused';
    if (now() - this.#loggedAt[kind] < REFUSED_EVERY_MS) return;
    this.#loggedAt[kind] = now();
    log.warn({ status, ...body }, 'a webhook was refused');
  }
}
