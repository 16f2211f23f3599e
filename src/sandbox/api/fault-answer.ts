import { setTimeout as wait } from 'node:timers/promises';
import type { Response } from 'express';
import type { Fault } from '../workspace/faults.ts';

/** Applies a planned fault. True: the fault has answered. With 'hang' and 'unanswered' the call is still carried out. */
export async function answerFault(fault: Fault, response: Response): Promise<boolean> {
  switch (fault.kind) {
    case 'rate_limited':
      answerRateLimited(response, fault.retryAfterSeconds);
      return true;
    case 'server_error':
      response
        .status(fault.status ?? 500)
        .type('html')
        .send('<html><body><h1>Server Error</h1></body></html>');
      return true;
    case 'body':
      response.type('json').send(fault.text);
      return true;
    case 'cut':
      response.destroy();
      return true;
    case 'error':
      response.json({
        ok: false,
        error: fault.error,
        ...(fault.needed === undefined ? {} : { needed: fault.needed, provided: 'commands' }),
      });
      return true;
    case 'hang':
      await wait(fault.ms, undefined, { ref: false });
      return false;
    case 'unanswered':
      return false;
    default:
      return fault satisfies never;
  }
}

/** `retryAfterSeconds` null: the header is missing. */
export function answerRateLimited(response: Response, retryAfterSeconds: number | null): void {
  if (retryAfterSeconds !== null) response.set('retry-after', String(retryAfterSeconds));
  response.status(429).json({ ok: false, error: 'ratelimited' });
}

/** Called after the call was carried out. True: the fault discards the answer. */
export function answerIsLost(fault: Fault | null, response: Response): boolean {
  if (fault?.kind !== 'unanswered') return false;
  response.destroy();
  return true;
}
