import { createMasker } from '../../src/runner/mask/mask.ts';

/** The text as one masker writes it when it gets it all at once. */
export function maskText(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  return masker.push(new TextEncoder().encode(text)) + masker.end();
}
