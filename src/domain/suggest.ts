/** No name in git, in Slack or in `slipway.yml` is longer. Bounds the time that a long word takes. */
const LONGEST = 200;

/**
 * Edit distance: how many letters to add, drop, change or swap with their neighbour to turn one word into the other
 * ("optimal string alignment"). Reads 200 letters of each.
 */
export function distance(a: string, b: string): number {
  const from = [...a.slice(0, LONGEST)];
  const to = [...b.slice(0, LONGEST)];
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? Number.POSITIVE_INFINITY) + 1);
      }
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The one candidate that was probably meant, for verbs and names that are typed whole; null: none is close enough. */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  const word = typed.toLowerCase();
  let best: { candidate: string; far: number } | null = null;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const prefix = word.length >= 2 && name.startsWith(word);
    const far = prefix ? 0.5 : distance(word, name);
    const allowed = Math.max(1, Math.floor(Math.min(word.length, name.length) / 3));
    if (far <= allowed && (!best || far < best.far)) best = { candidate, far };
  }
  return best?.candidate ?? null;
}

const SUGGESTIONS = 5;

/**
 * Names that may have been meant, closest first, for long lists such as branches. A name that contains the typed text
 * counts as one edit away.
 */
export function suggest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const farthest = Math.ceil(wanted.length / 3);
  const far = (name: string): number => {
    if (wanted === name) return 0;
    if (wanted.length >= 3 && name.includes(wanted)) return 1;
    // At least as many letters must be added or dropped.
    if (Math.abs(wanted.length - name.length) > farthest) return Number.POSITIVE_INFINITY;
    return distance(wanted, name);
  };
  return [...new Set(names)]
    .map((name) => ({ name, far: far(name.toLowerCase()) }))
    .filter((each) => each.far <= farthest)
    .sort((a, b) => a.far - b.far)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}
