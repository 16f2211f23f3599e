import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { FORM, payloadIn, verdictOnPayload } from './payload.ts';
import type { PayloadVerdict } from './shapes.ts';

/** Most characters of foreign text in a log line. */
const SAID = 80;

/** Decides about a payload, and logs what is not passed on. */
export function judge(log: Logger, payload: unknown): PayloadVerdict {
  const verdict = verdictOnPayload(payload);
  if (verdict.kind === 'ignored') {
    log.info({ what: verdict.what.slice(0, SAID) }, 'Slack sent a request that nothing handles');
  } else if (verdict.kind === 'refused') {
    log.warn({ reason: verdict.reason }, 'a request of Slack cannot be read');
  }
  return verdict;
}

/** Middleware after the signature check: passes on to Bolt only payloads that are valid and that a listener handles. */
export function slackEdge(log: Logger): RequestHandler {
  return (request, response, next) => {
    const rawBody = 'rawBody' in request && Buffer.isBuffer(request.rawBody) ? request.rawBody : null;
    const type = request.get('content-type');
    const verdict = judge(log, payloadIn(rawBody?.toString('utf8') ?? '', type));
    switch (verdict.kind) {
      case 'known':
        // Bolt recognises a form only by exactly this content type.
        if (type?.toLowerCase().startsWith(FORM)) request.headers['content-type'] = FORM;
        next();
        return;
      case 'ignored':
        if (verdict.answer) response.json(verdict.answer);
        else response.status(200).end();
        return;
      case 'refused':
        response.status(400).type('text').send(`Refused: ${verdict.reason}.\n`);
        return;
      default:
        verdict satisfies never;
    }
  };
}
