import * as z from 'zod';
import type { RequestRecord } from '../../../ports/store.ts';
import { type Asked, askedIn } from './asked.ts';

const kept = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.unknown()));

/** A request that another process left; `body` null: it cannot be read. */
export interface Left {
  record: RequestRecord;
  body: Record<string, unknown> | null;
  asked: Asked | null;
}

/** Reads a request as it was kept. */
export function readLeft(record: RequestRecord): Left {
  const body = kept.safeParse(record.body).data ?? null;
  return { record, body, asked: askedIn(body) };
}
