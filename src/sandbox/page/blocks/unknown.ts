/** Blocks come from the bot as it made them: read with care. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The words of a text object, plain or mrkdwn. */
export function wordsOf(value: unknown): string {
  return asText(asRecord(value).text);
}
