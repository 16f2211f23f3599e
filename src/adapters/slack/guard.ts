import express, { type Request, type RequestHandler, type Response } from 'express';
import { isSigned } from '../signature.ts';

/** Slack's own requests are far smaller; Bolt would take 4 MB. */
const BODY_LIMIT = '1mb';

/** Slack's documentation: refuse a timestamp more than five minutes off, either way. */
const WINDOW_SECONDS = 300;

const FORM = 'application/x-www-form-urlencoded';

/** Why a request is not believed, with the HTTP status that says so. */
export type GuardVerdict = { kind: 'ok' } | { kind: 'refused'; status: 400 | 401; reason: string };

/**
 * Decides about a request before Bolt sees it: the signature over the raw bytes, in constant time, with a window that
 * looks both ways (Bolt's looks only at the past), and a body that is an object (a signed JSON `null` would end the
 * process in Bolt's own receiver).
 */
export function checkSlackRequest(
  raw: Buffer,
  headers: { timestamp: string | undefined; signature: string | undefined; contentType: string | undefined },
  signingSecret: string,
  nowMs: number,
): GuardVerdict {
  const { timestamp, signature, contentType } = headers;
  const refused = (status: 400 | 401, reason: string): GuardVerdict => ({ kind: 'refused', status, reason });
  if (timestamp === undefined || signature === undefined) return refused(401, 'the request is not signed');
  if (!/^\d{1,12}$/.test(timestamp)) return refused(401, 'the timestamp is no number');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > WINDOW_SECONDS) {
    return refused(401, 'the timestamp is more than five minutes off');
  }
  const signed = Buffer.concat([Buffer.from(`v0:${timestamp}:`), raw]);
  if (!isSigned(signed, signingSecret, signature, 'v0=')) {
    return refused(401, 'the signature does not match');
  }
  return holdsObject(raw.toString('utf8'), contentType)
    ? { kind: 'ok' }
    : refused(400, 'the body is no object');
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

/** Middleware for Slack's endpoint: reads the raw body, checks it, and leaves it to Bolt as `rawBody`. */
export function slackGuard(signingSecret: string, now: () => number): RequestHandler[] {
  const check = (request: Request, response: Response, next: () => void) => {
    const raw: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const headers = {
      timestamp: request.get('x-slack-request-timestamp'),
      signature: request.get('x-slack-signature'),
      contentType: request.get('content-type'),
    };
    const verdict = checkSlackRequest(raw, headers, signingSecret, now());
    if (verdict.kind === 'refused') {
      response.status(verdict.status).type('text').send(`Refused: ${verdict.reason}.\n`);
      return;
    }
    Object.assign(request, { rawBody: raw });
    next();
  };
  return [express.raw({ type: () => true, limit: BODY_LIMIT }), check];
}
