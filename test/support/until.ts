type Falsy = false | null | undefined | 0 | '';

/**
 * Calls `look` every 25 ms until it returns a truthy value, and returns that. Throws after `withinMs`, with `what` in
 * the message; a function is evaluated only then.
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
