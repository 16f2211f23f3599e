import type { Request, RequestHandler, Response } from 'express';
import { type Bodies, bodyRefusal } from '../../http/bodies.ts';
import { isSigned } from '../../signature.ts';

/** In bytes. Slack's own requests are far smaller; Bolt would accept 4 MB. */
const BODY_LIMIT = 1024 * 1024;

/** Slack's documentation: refuse a timestamp that is more than five minutes off, in either direction. */
const WINDOW_SECONDS = 300;

const FORM = 'application/x-www-form-urlencoded';

/** Whether a request is from Slack; if not, why, and the HTTP status to answer with. */
export type GuardVerdict = { kind: 'ok' } | { kind: 'refused'; status: 400 | 401; reason: string };

/**
 * Decides about a request before Bolt sees it. Checks the signature over the raw bytes in constant time; a time window in
 * both directions (Bolt only checks the past); and that the body is an object (a signed JSON `null` would end the process
 * in Bolt's own receiver).
 */
function checkSlackRequest(
  raw: Buffer,
  headers: SlackHeaders,
  signingSecret: string,
  nowMs: number,
): GuardVerdict {
  const known = checkSlackHeaders(headers, nowMs);
  if (known.kind === 'refused') return known;
  const { timestamp, signature, contentType } = known;
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`), raw]);
  if (!isSigned(signed, signingSecret, signature, 'v0=')) {
    return refused(401, 'the signature does not match');
  }
  return holdsObject(raw.toString('utf8'), contentType)
    ? { kind: 'ok' }
    : refused(400, 'the body is not an object');
}

export interface SlackHeaders {
  timestamp: string | undefined;
  signature: string | undefined;
  contentType: string | undefined;
}

type Refused = Extract<GuardVerdict, { kind: 'refused' }>;

const refused = (status: 400 | 401, reason: string): Refused => ({ kind: 'refused', status, reason });

/** The checks that need nothing of the body. */
function checkSlackHeaders(
  { timestamp, signature, contentType }: SlackHeaders,
  nowMs: number,
): Refused | { kind: 'known'; timestamp: string; signature: string; contentType: string | undefined } {
  if (timestamp === undefined || signature === undefined) return refused(401, 'the request is not signed');
  if (!/^\d{1,12}$/.test(timestamp)) return refused(401, 'the timestamp is not a number');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_SECONDS) {
    return refused(401, 'the timestamp is more than five minutes off');
  }
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return refused(401, 'the signature is not valid');
  return { kind: 'known', timestamp, signature, contentType };
}

function holdsObject(body: string, contentType: string | undefined): boolean {
  if (contentType?.startsWith(FORM)) {
    const payload = new URLSearchParams(body).get('payload');
    return payload === null ? body !== '' : isObject(payload);
  }
  return isObject(body);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Middleware for Slack's endpoint: reads the raw body, checks it, and passes it to Bolt as `rawBody`. */
export function slackGuard(signingSecret: string, now: () => number, bodies: Bodies): RequestHandler {
  return async (request: Request, response: Response, next: () => void) => {
    const refuse = (status: number, reason: string, more: Record<string, string> = {}) =>
      response.status(status).set(more).type('text').send(`Refused: ${reason}.\n`);
    const headers = {
      timestamp: request.get('x-slack-request-timestamp'),
      signature: request.get('x-slack-signature'),
      contentType: request.get('content-type'),
    };
    const known = checkSlackHeaders(headers, now());
    if (known.kind === 'refused') return void refuse(known.status, known.reason);
    const body = await bodies.read(request, BODY_LIMIT);
    if (body.kind !== 'read') {
      const { status, headers: more, refused: reason } = bodyRefusal(body);
      return void refuse(status, reason, more);
    }
    const verdict = checkSlackRequest(body.raw, headers, signingSecret, now());
    if (verdict.kind === 'refused') return void refuse(verdict.status, verdict.reason);
    Object.assign(request, { rawBody: body.raw });
    next();
  };
}
