import { globOf, isBrokenGlob, isTakenAsText, takesAway } from '../../../domain/paths.ts';
import type { Problem } from '../problems/problem.ts';

const LONGEST = 500;

/** `{8..12}`: picomatch reads it as one character of a set. */
const LONG_RANGE = /(?<!\\)\{(?:[^{},]{2,}\.\.[^{},]+|[^{},]+\.\.[^{},]{2,})\}/;

/**
 * In one part, and of `**` in the whole: comparing takes a power of a name's length that grows with each. Whoever can push a
 * file or a tag chooses names.
 */
const MOST_STARS = 3;

/** Checks a glob of `paths`: files and folders as git names them, from the top of the repository. */
export function pathProblem(path: string): Problem | null {
  const glob = globOf(path);
  const before = takesAway(path) ? '!' : '';
  if (glob.trim() === '') {
    return { what: 'it names nothing', todo: 'write a folder or a glob: "apps/storefront", "!**/*.md"' };
  }
  if (/^\.?\//.test(glob) || glob === '.') {
    const rest = glob.replace(/^(\.?\/)+|^\.$/, '');
    const todo = `write it from the top of the repository: "${before}${rest === '' ? '**' : rest}"`;
    return { what: `"${path}" begins with ${glob.startsWith('/') ? '/' : '.'}`, todo };
  }
  if (glob.split('/').includes('..')) {
    return { what: `"${path}" leads out of a folder by ..`, todo: 'write it from the top of the repository' };
  }
  return globProblem(glob, path);
}

/** Checks the glob of `tags`. */
export function tagsProblem(glob: string): Problem | null {
  if (glob.trim() === '' || takesAway(glob)) {
    return { what: 'it names no tags', todo: 'write one glob: tags: "v*"' };
  }
  if (glob.startsWith('refs/')) {
    const todo = `write the name alone: ${glob.replace(/^refs\/tags\//, '')}`;
    return { what: 'it is a full ref name', todo };
  }
  if (/^\.?\/|\/$/.test(glob)) {
    const todo = `write it as tags are called: "${glob.replace(/^\.?\/+|\/+$/g, '') || 'v*'}"`;
    return { what: `no tag begins or ends as "${glob}" does`, todo };
  }
  return globProblem(glob, glob);
}

function globProblem(glob: string, written: string): Problem | null {
  if (glob.length > LONGEST) {
    return { what: `it is longer than ${LONGEST} characters`, todo: 'write it as several' };
  }
  if (glob.includes('//')) {
    return { what: `"${written}" has // in it, which nothing matches`, todo: 'write one / for the two' };
  }
  if (hasManyStars(glob)) {
    return {
      what: `"${written}" has more than three * in one part, or more than three **, and would take long to compare`,
      todo: 'write it as several, or with fewer *',
    };
  }
  const range = LONG_RANGE.exec(glob)?.[0];
  if (range !== undefined) {
    const todo = 'write what is meant: {9,10,11}, or [0-9] for one digit';
    return { what: `"${written}" has the range ${range}, which does not count`, todo };
  }
  if (isTakenAsText(glob)) {
    return {
      what: `"${written}" has a repetition that can be read in several ways, so it would be taken as text`,
      todo: 'write the alternatives so that none begins like another, or write \\ before + and ( if they are meant',
    };
  }
  if (!isBrokenGlob(glob)) return null;
  return {
    what: `"${written}" can match nothing`,
    todo: 'correct it, or write \\ before each of * ? [ ] { } ( ) that is meant itself',
  };
}

function hasManyStars(glob: string): boolean {
  const parts = glob.replace(/\\./g, '').split('/');
  const starsOf = (part: string) => part.match(/\*+/g)?.length ?? 0;
  const folders = parts.filter((part) => part === '**').length;
  return folders > MOST_STARS || parts.some((part) => starsOf(part) > MOST_STARS);
}
