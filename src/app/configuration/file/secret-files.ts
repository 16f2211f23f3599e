import { isRecord } from './raw.ts';

/**
 * The files named by `file:` values anywhere in the document. They are hidden from commands. A `repository` is not a
 * secret.
 */
export function secretFilesOf(raw: unknown): string[] {
  const found = new Set<string>();
  const waiting: unknown[] = [raw];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string' && value.startsWith('file:/')) found.add(value.slice('file:'.length));
    else if (Array.isArray(value)) waiting.push(...value);
    else if (isRecord(value)) {
      waiting.push(
        ...Object.entries(value).flatMap(([key, inside]) => (key === 'repository' ? [] : [inside])),
      );
    }
  }
  return [...found].sort();
}
