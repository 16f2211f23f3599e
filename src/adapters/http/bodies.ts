import type { Request } from 'express';

/** What a request's body came to. */
export type Body =
  | { kind: 'read'; raw: Buffer }
  | { kind: 'tooLarge' }
  /** Others hold as much as may be held at once. */
  | { kind: 'full' }
  | { kind: 'tooSlow' }
  /** Whoever sent it is gone, or compressed it, which no signature here is made over. */
  | { kind: 'unreadable' };

export interface BodyLimits {
  /** How much all bodies that are being read may hold together. */
  totalBytes: number;
  /** Of that, so much is left to small bodies, whoever sends large ones. */
  keptForSmallBytes: number;
  /** Larger ones are not small. */
  smallBytes: number;
  /** How often it is looked whether a body still comes. */
  checkMs: number;
  /** What must have come between two such looks. */
  leastBytes: number;
}

/**
 * 64 MB: two of the largest hooks (GitHub sends up to 25 MB) and what is small beside them, on a machine where the process itself has
 * some 200 MB. Requests of Slack, and hooks of ordinary pushes, stay below 1 MB. 10 KB in five seconds is slower than any
 * network that a forge or Slack sends from.
 */
export const BODY_LIMITS: BodyLimits = {
  totalBytes: 64 * 1024 * 1024,
  keptForSmallBytes: 8 * 1024 * 1024,
  smallBytes: 1024 * 1024,
  checkMs: 5_000,
  leastBytes: 10 * 1024,
};

/**
 * The bodies that a process reads. What is held of those not read to their end is bounded in all, as it is held for whoever sends it,
 * before any signature can be checked.
 */
export class Bodies {
  readonly #limits: BodyLimits;
  #heldBytes = 0;

  constructor(limits: BodyLimits = BODY_LIMITS) {
    this.#limits = limits;
  }

  /** What bodies that are being read hold at this moment. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Reads at most `limitBytes`. What is too large by its own word is not read at all. */
  async read(request: Request, limitBytes: number): Promise<Body> {
    const encoding = request.get('content-encoding') ?? 'identity';
    if (encoding.toLowerCase() !== 'identity') return { kind: 'unreadable' };
    if (Number(request.get('content-length') ?? 0) > limitBytes) return { kind: 'tooLarge' };
    return new Promise((resolve) => this.#collect(request, limitBytes, resolve));
  }

  #collect(request: Request, limitBytes: number, resolve: (body: Body) => void): void {
    const { checkMs, leastBytes } = this.#limits;
    let chunks: Buffer[] = [];
    let bytes = 0;
    let checked = 0;
    const settle = (body: Body) => {
      clearInterval(timer);
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      this.#heldBytes -= bytes;
      chunks = [];
      // What comes after that is let go of as it comes.
      if (body.kind !== 'read') request.resume();
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      if (bytes + chunk.length > limitBytes) return settle({ kind: 'tooLarge' });
      if (this.#heldBytes + chunk.length > this.#roomFor(bytes + chunk.length)) {
        return settle({ kind: 'full' });
      }
      chunks.push(chunk);
      bytes += chunk.length;
      this.#heldBytes += chunk.length;
    };
    const onEnd = () => settle({ kind: 'read', raw: Buffer.concat(chunks, bytes) });
    const onGone = () => settle({ kind: 'unreadable' });
    const timer = setInterval(() => {
      if (bytes - checked < leastBytes) settle({ kind: 'tooSlow' });
      checked = bytes;
    }, checkMs);
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone);
  }

  #roomFor(bytes: number): number {
    const { totalBytes, keptForSmallBytes, smallBytes } = this.#limits;
    return bytes > smallBytes ? totalBytes - keptForSmallBytes : totalBytes;
  }
}

/** How long whoever finds it full is asked to wait; a body is read within half a minute, or not at all. */
const RETRY_AFTER_SECONDS = 10;

/** The HTTP answer to a body that was not read, in words. */
export function bodyRefusal({ kind }: Exclude<Body, { kind: 'read' }>): {
  status: number;
  headers: Record<string, string>;
  refused: string;
} {
  const close = { Connection: 'close' };
  switch (kind) {
    case 'tooLarge':
      return { status: 413, headers: {}, refused: 'the body is too large' };
    case 'full':
      return {
        status: 503,
        headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
        refused: 'too many large bodies are being sent; send it again later',
      };
    case 'tooSlow':
      return { status: 408, headers: close, refused: 'the body comes too slowly' };
    case 'unreadable':
      return { status: 400, headers: close, refused: 'the body cannot be read' };
    default:
      return kind satisfies never;
  }
}
