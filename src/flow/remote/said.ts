import { createMasker } from '../../runner/mask/mask.ts';
import { cut, readableLine } from '../../runner/output/lines.ts';

/** Longest text of another system that a document keeps. */
const LONGEST = 500;

/** What another system says, without the secrets of the product. */
export function masked(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  return masker.push(Buffer.from(text)) + masker.end();
}

/** The same on one line, cut. */
export function said(text: string, secrets: readonly string[]): string {
  return cut(
    readableLine(
      masked(text, secrets)
        .trim()
        .replaceAll(/\s*\n\s*/g, ' '),
    ),
    LONGEST,
  );
}
