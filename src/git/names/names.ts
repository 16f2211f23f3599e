/** A commit as people type it, sorted out before git sees any of it (DESIGN §8). */
export type TypedCommit =
  /** 4 to 40 hex digits in lower case; it may also be the name of a branch or tag, as typed. */
  { kind: 'hex'; prefix: string; name: string } | { kind: 'name'; name: string } | { kind: 'invalid' };

const LONGEST_NAME = 200;

export function parseTypedCommit(typed: string): TypedCommit {
  if (!isRefName(typed)) return { kind: 'invalid' };
  if (/^[0-9a-f]{4,40}$/i.test(typed)) return { kind: 'hex', prefix: typed.toLowerCase(), name: typed };
  return { kind: 'name', name: typed };
}

/** The rules of `git check-ref-format`, and no leading `-`. */
export function isRefName(name: string): boolean {
  if (name === '' || name.length > LONGEST_NAME || name === '@') return false;
  if (name.startsWith('-') || name.endsWith('.')) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  if (name.includes('..') || name.includes('@{')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

export function isSha(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Every SHA that goes to git passes here, so that nothing else ever does. */
export function assertSha(sha: string): void {
  if (!isSha(sha)) throw new TypeError(`not a full commit SHA: ${JSON.stringify(sha.slice(0, 60))}`);
}

const SUGGESTIONS = 5;

/** Names that were perhaps meant, the likeliest first. */
export function suggest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const farthest = Math.ceil(wanted.length / 3);
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase(), farthest) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}

/** Edits from one to the other; a name that holds what was typed counts as one away; more than `farthest`: much. */
function distanceOf(typed: string, name: string, farthest: number): number {
  if (typed === name) return 0;
  if (typed.length >= 3 && name.includes(typed)) return 1;
  if (Math.abs(typed.length - name.length) > farthest) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let row = 1; row <= typed.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= name.length; column += 1) {
      const same = typed[row - 1] === name[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + same,
        ),
      );
    }
    previous = current;
  }
  return previous[name.length] ?? Number.POSITIVE_INFINITY;
}
