import type { Express, Request, Response } from 'express';
import type * as z from 'zod';
import type { Services } from '../../../flow/services/services.ts';
import type { Bodies } from '../../http/bodies.ts';
import { type StandardSignature, standardSignature } from '../../standard-webhooks.ts';
import { HookLog, type HookLogging, type HookOutcome, sendOutcome } from '../hook-outcome.ts';

/** In bytes. */
const BODY_LIMIT = 64 * 1024;

/** Where the signature of a message is. */
export const STANDARD_HEADER = 'webhook-signature';

/** A message of Standard Webhooks that was read and is not believed yet. */
export interface SignedMessage {
  kind: 'message';
  signature: Extract<StandardSignature, { kind: 'given' }>;
  raw: Buffer;
}

/** A hook that is signed by Standard Webhooks. */
interface SignedHook {
  /** Its address is `/hooks/NAME`. */
  name: 'build' | 'deploy';
  bodies: Bodies;
  /** null: Slipway is starting. */
  services: () => Services | null;
  logging: HookLogging;
  receive(services: Services, message: SignedMessage): Promise<HookOutcome>;
  /** What comes of a message without a signature. Absent: it is `unsigned`. */
  unsigned?: HookOutcome;
}

/** Mounts `POST /hooks/NAME`: reads, logs and answers. */
export function mountSigned(http: Express, hook: SignedHook): void {
  const { name, bodies, services, logging, receive, unsigned } = hook;
  const log = new HookLog(logging);
  const outcomeOf = async (request: Request): Promise<HookOutcome> => {
    const ready = services();
    if (!ready) return { kind: 'starting' };
    const message = await readSigned(request, bodies, logging.now());
    if (message.kind === 'unsigned') return unsigned ?? message;
    return message.kind === 'message' ? await receive(ready, message) : message;
  };
  http.post(`/hooks/${name}`, async (request: Request, response: Response) => {
    const outcome = await outcomeOf(request);
    log.write(outcome, { forge: name, delivery: request.get('webhook-id')?.slice(0, 200) ?? null });
    sendOutcome(response, outcome);
  });
}

/** Reads a small message of Standard Webhooks. One whose headers cannot be right is not read. */
async function readSigned(
  request: Request,
  bodies: Bodies,
  now: number,
): Promise<SignedMessage | Extract<HookOutcome, { kind: 'unsigned' | 'stale' | 'unread' }>> {
  const signature = standardSignature((name) => request.get(name), now);
  const header = STANDARD_HEADER;
  if (signature.kind === 'absent' || signature.kind === 'malformed') return { kind: 'unsigned', header };
  if (signature.kind === 'stale') return { kind: 'stale', header };
  const body = await bodies.read(request, BODY_LIMIT);
  return body.kind === 'read' ? { kind: 'message', signature, raw: body.raw } : { kind: 'unread', body };
}

/** The body as the schema has it, or what is wrong with it. */
export function parseJson<S extends z.ZodType>(
  raw: Buffer,
  schema: S,
): { kind: 'read'; data: z.output<S> } | { kind: 'garbage'; reason: string } {
  const read = schema.safeParse(jsonOf(raw));
  return read.success ? { kind: 'read', data: read.data } : { kind: 'garbage', reason: reasonOf(read.error) };
}

/** undefined: it is no JSON. */
function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}

function reasonOf({ issues: [first] }: z.ZodError): string {
  const path = first?.path.join('.') ?? '';
  return path === '' ? 'the body is no JSON object' : `${path}: ${first?.message ?? 'is wrong'}`;
}
