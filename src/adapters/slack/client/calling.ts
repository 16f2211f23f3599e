import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import * as z from 'zod';
import { ChatError } from '../../../ports/chat.ts';
import { type SlackAnswer, verdictOn } from './verdict.ts';

/** Runs a call, and turns the client's errors into `ChatError`. */
export async function calling<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw chatError(error);
  }
}

/** The `ChatError` for an error of the client, classified by Slack's answer. */
export function chatError(error: unknown): ChatError {
  if (error instanceof ChatError) return error;
  const answer = answerIn(error);
  const { kind, fault, retryAfterMs, code } = verdictOn(answer);
  const options = { cause: error, fault, ...(code === null ? {} : { code }) };
  return new ChatError(kind, wordsOf(answer, code), retryAfterMs, options);
}

const platformAnswer = z.object({ error: z.string(), needed: z.string().nullish().catch(null) });

function answerIn(error: unknown): SlackAnswer {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'rateLimited', seconds: error.retryAfter };
  if (error instanceof WebAPIPlatformError) {
    const { data } = platformAnswer.safeParse(error.data);
    return data === undefined
      ? { kind: 'unreadable' }
      : { kind: 'said', code: data.error, needed: data.needed ?? null };
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'http', status: error.statusCode };
  // For an answer that is not an object the client throws no error class of its own.
  return error instanceof WebAPIRequestError ? { kind: 'nothing' } : { kind: 'unreadable' };
}

function wordsOf(answer: SlackAnswer, code: string | null): string {
  switch (answer.kind) {
    case 'said':
      return code === null ? 'Slack gave an unreadable answer' : `Slack said ${code}`;
    case 'rateLimited':
      return 'Slack asked to wait';
    case 'http':
      return `Slack answered with HTTP ${answer.status}`;
    case 'unreadable':
      return 'Slack gave an unreadable answer';
    case 'nothing':
      return 'Slack did not answer';
    default:
      return answer satisfies never;
  }
}
