import { fileFor, type Variables } from '../values/given.ts';

/** Helpers for the raw document, which may have any shape. A value of another type counts as an empty block or list. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The files that hold values anywhere in the document: those of `file:/path`, and those that `NAME_FILE` names for
 * `env:NAME`. They are hidden from commands. A `repository` is not a secret.
 */
export function secretFilesOf(raw: unknown, variables: Variables): string[] {
  const found = new Set<string>();
  const waiting: unknown[] = [raw];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') {
      const file = secretFileOf(value, variables);
      if (file !== null) found.add(file);
    } else if (Array.isArray(value)) waiting.push(...value);
    else if (isRecord(value)) {
      waiting.push(
        ...Object.entries(value).flatMap(([key, inside]) => (key === 'repository' ? [] : [inside])),
      );
    }
  }
  return [...found].sort();
}

function secretFileOf(written: string, variables: Variables): string | null {
  if (written.startsWith('file:/')) return written.slice('file:'.length);
  return written.startsWith('env:') ? fileFor(written.slice('env:'.length), variables) : null;
}
