import { createMasker } from '../../runner/mask/mask.ts';
import { cut, readableLine } from '../../runner/output/lines.ts';

/** Longest text of another system that a document keeps. */
const LONGEST = 500;

/** What another system says, on one line, without the secrets of the product. */
export function said(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  const masked = masker.push(Buffer.from(text)) + masker.end();
  return cut(readableLine(masked.trim().replaceAll(/\s*\n\s*/g, ' ')), LONGEST);
}
