import { ForgeError } from '../../ports/forge.ts';

/** Nobody listens at the address, or its name leads nowhere. */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** Whether a request failed before anything of it was sent: its login failed, or there was no connection, at none of the host's addresses. */
export function isUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ForgeError && error.unsent) return true;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isUnsent);
  const code = 'code' in error ? error.code : undefined;
  return (typeof code === 'string' && NO_CONNECTION.has(code)) || isUnsent(error.cause);
}
