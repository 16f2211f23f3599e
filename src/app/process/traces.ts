import type { Logger } from 'pino';
import type { OtlpTraces } from '../../adapters/traces/otlp.ts';
import type { BotEnvironment } from '../configuration/environment.ts';

/** What sends traces; null: nobody receives them, and OpenTelemetry's libraries are not even loaded. */
export async function openTraces(
  { traces }: Pick<BotEnvironment, 'traces'>,
  log: Logger,
): Promise<OtlpTraces | null> {
  if (traces === undefined) return null;
  const adapter = await import('../../adapters/traces/otlp.ts');
  return new adapter.OtlpTraces(traces, log);
}
