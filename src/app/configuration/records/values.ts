import { namesIn } from '../../../adapters/executors/words.ts';
import type { Problem } from '../problems/problem.ts';

/** The words that the path of a file may contain in braces. */
const PATH_WORDS = ['product', 'environment'] as const;

const LONGEST_PATH = 200;
const EXAMPLE = 'write for example path: "{product}/{environment}.json"';

/** Checks the path of a file in the repository of records. */
export function recordPathProblem(path: string): Problem | null {
  const unknown = namesIn(path).find((name) => !PATH_WORDS.some((word) => word === name));
  if (unknown !== undefined)
    return {
      what: `{${unknown.slice(0, 40)}} stands for nothing here`,
      todo: 'the words are {product} and {environment}',
    };
  if (path.length > LONGEST_PATH)
    return { what: `it is longer than ${LONGEST_PATH} characters`, todo: 'shorten it' };
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    return { what: `"${path}" is not a path from the top of the repository`, todo: EXAMPLE };
  if (parts.some((part) => /^\.git/i.test(part)))
    return { what: `"${path}" names what belongs to git`, todo: EXAMPLE };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f\\:]/.test(path))
    return { what: `"${path}" contains a character that not every system takes in a name`, todo: EXAMPLE };
  if (path.endsWith('.json')) return null;
  return { what: `"${path}" does not end in .json, which its content is`, todo: EXAMPLE };
}

/** Checks the name of a format in which a product is built. */
export function formatProblem(format: string): Problem | null {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/.test(format)) return null;
  return {
    what: `"${format.slice(0, 60)}" is not the name of a format`,
    todo: 'write for example formats: [docker]',
  };
}
