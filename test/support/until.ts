type Falsy = false | null | undefined | 0 | '';

/**
 * Waits for a condition, looking often; fails with `what`, a function for what is known only then, when it does not
 * come about within `withinMs`.
 */
export async function until<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<Exclude<T, Falsy>> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Exclude<T, Falsy>;
    if (Date.now() > end)
      throw new Error(`did not happen within ${withinMs} ms: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
