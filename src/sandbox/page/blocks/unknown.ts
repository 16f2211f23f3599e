/** The object, or an empty one for any other value. Blocks come from the bot without validation. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The array, or an empty one for any other value. */
export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string, or an empty one for any other value. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The text of a text object, plain or mrkdwn. */
export function wordsOf(value: unknown): string {
  return asText(asRecord(value).text);
}
