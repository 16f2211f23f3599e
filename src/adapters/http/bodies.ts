import type { Request } from 'express';

/** The result of reading a request's body. */
export type Body =
  | { kind: 'read'; raw: Buffer }
  | { kind: 'tooLarge' }
  /** The bodies being read already hold as much as they may together. */
  | { kind: 'full' }
  | { kind: 'tooSlow' }
  /** Signatures are made over bodies that are not compressed. */
  | { kind: 'compressed' }
  /** The sender disconnected. */
  | { kind: 'unreadable' };

/** Limits on the bodies that a process reads at once. */
export interface BodyLimits {
  /** How much all bodies being read may hold together. */
  totalBytes: number;
  /** The part of it that only small bodies may use, however many large ones are being read. */
  keptForSmallBytes: number;
  /** Size up to which a body counts as small. */
  smallBytes: number;
  /** How often it is checked that a body is still arriving. */
  checkMs: number;
  /** The least that must have arrived between two checks. */
  leastBytes: number;
}

/**
 * 64 MB: two of the largest hooks (GitHub sends up to 25 MB) and small bodies beside them, for a process that uses about
 * 200 MB itself. Slack's requests and the hooks of ordinary pushes stay below 1 MB. 10 KB in five seconds is slower than
 * any network from which a forge or Slack sends.
 */
const BODY_LIMITS: BodyLimits = {
  totalBytes: 64 * 1024 * 1024,
  keptForSmallBytes: 8 * 1024 * 1024,
  smallBytes: 1024 * 1024,
  checkMs: 5_000,
  leastBytes: 10 * 1024,
};

/**
 * Reads the bodies of a process's requests. What is held for unfinished bodies is bounded in total, since it is held for
 * any sender, before a signature can be checked.
 */
export class Bodies {
  readonly #limits: BodyLimits;
  #heldBytes = 0;

  constructor(limits: BodyLimits = BODY_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes held now for bodies being read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Reads at most `limitBytes`. A body that declares a larger size is not read at all. */
  async read(request: Request, limitBytes: number): Promise<Body> {
    const encoding = request.get('content-encoding') ?? 'identity';
    if (encoding.toLowerCase() !== 'identity') return { kind: 'compressed' };
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
      // The rest of the body is discarded as it arrives.
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

/** How long a sender is asked to wait when the limit is reached. A body is read within half a minute, or not at all. */
const RETRY_AFTER_SECONDS = 10;

/** The HTTP response to a body that was not read. */
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
    case 'compressed':
      return { status: 400, headers: close, refused: 'the body is compressed: send it as it is' };
    case 'unreadable':
      return { status: 400, headers: close, refused: 'the body cannot be read' };
    default:
      return kind satisfies never;
  }
}
