import picomatch from 'picomatch';

/** As picomatch reads them; names are compared exactly, and may hold anything but `/`, also a first dot or a line end. */
const OPTIONS = { dot: true, flags: 's', nonegate: true, windows: false } as const;

/** Whether the file is one of those that `paths` names. Patterns with `!` take away; the last one that matches decides. */
export function pathFilter(paths: readonly string[]): (file: string) => boolean {
  const rules = paths.map((path) => ({ takes: !takesAway(path), matches: matcher(globOf(path)) }));
  return (file) => rules.findLast(({ matches }) => matches(file))?.takes ?? false;
}

/** True: the pattern takes away what earlier ones matched. `!(…)` is a glob of its own. */
export function takesAway(path: string): boolean {
  return path.startsWith('!') && !path.startsWith('!(');
}

/** The pattern without its `!`. */
export function globOf(path: string): string {
  return takesAway(path) ? path.slice(1) : path;
}

/** Whether `glob` matches a whole text, such as the name of a tag. */
export function globFilter(glob: string): (text: string) => boolean {
  return picomatch(glob, OPTIONS);
}

/** True: a part of it can never match anything, such as a range that runs backwards. */
export function isBrokenGlob(glob: string): boolean {
  try {
    picomatch.makeRe(glob, { ...OPTIONS, debug: true });
    return false;
  } catch {
    return true;
  }
}

/** True: picomatch takes a repetition in it as text, as it could be read in too many ways: `+(a|aa)`. */
export function isTakenAsText(glob: string): boolean {
  const repeats = /(?<!\\)[+*]\(/.test(glob);
  return repeats && /\\[+*]\\\(/.test(picomatch.makeRe(glob, OPTIONS).source);
}

function matcher(glob: string): (file: string) => boolean {
  const folder = glob.replace(/\/+$/, '');
  const below = folder !== glob || endsInName(glob) ? globFilter(`${folder}/**`) : null;
  const whole = globFilter(glob);
  // A folder's own name may look like a glob: `app/[id]`.
  return (file) =>
    file === folder || file.startsWith(`${folder}/`) || whole(file) || (below?.(file) ?? false);
}

/** True: its last part has no wildcard, so it may name a folder, which means all below it. */
function endsInName(glob: string): boolean {
  const last = glob.slice(glob.lastIndexOf('/') + 1).replace(/\\./g, '');
  return !/[*?[]|[@!+]\(/.test(last);
}
