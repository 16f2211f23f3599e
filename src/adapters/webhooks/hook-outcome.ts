import type { Response } from 'express';
import type { IntakeOutcome } from '../../flow/pipeline/receive-push.ts';
import type { Services } from '../../flow/services/services.ts';
import { type Body, bodyRefusal } from '../http/bodies.ts';

/** Every result of a delivery. The HTTP response of each makes GitHub do the right thing. */
export type HookOutcome =
  | { kind: 'taken'; outcomes: { product: string; outcome: IntakeOutcome }[] }
  | { kind: 'ignored'; reason: string }
  | { kind: 'unverified' }
  /** The request has no signature, so its body was not read. */
  | { kind: 'unsigned' }
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
    case 'ignored':
      return { status: 200, headers: {}, body: { ignored: outcome.reason } };
    case 'unsigned':
      return unauthorized('the request is not signed: give the webhook the secret of its product');
    case 'unverified':
      return unauthorized('the signature does not match the webhook secret of any product');
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

function unauthorized(refused: string): HookAnswer {
  return { status: 401, headers: {}, body: { refused, header: 'X-Hub-Signature-256' } };
}

/** Anybody can send a request that is refused; one of them is logged in this time. */
const REFUSED_EVERY_MS = 60_000;

/** Logs what became of each delivery, so that a lost push can be followed. */
export class HookLog {
  readonly #services: () => Pick<Services, 'log' | 'now'> | null;
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** `services`: null while the process is starting; nothing is logged then. */
  constructor(services: () => Pick<Services, 'log' | 'now'> | null) {
    this.#services = services;
  }

  /** `delivery`: the forge's id; null: the request has none. */
  write(outcome: HookOutcome, delivery: string | null): void {
    const services = this.#services();
    if (!services) return;
    const { status, body } = answerOf(outcome);
    if (status < 400) {
      services.log.info({ delivery, ...body }, 'a webhook was received');
      return;
    }
    const now = services.now();
    if (now - this.#refusedAt < REFUSED_EVERY_MS) return;
    this.#refusedAt = now;
    services.log.warn({ delivery, ...body }, 'a webhook was refused');
  }
}
