import { cpus, totalmem } from 'node:os';

/** What this is measured on, in a few words. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  return `${processors.length} × ${model}, ${Math.round(totalmem() / 1e9)} GB`;
}
