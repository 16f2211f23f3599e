import { isEditable } from '../../../adapters/executors/git/edit/values.ts';
import { isFilePath } from '../../../git/changes/file-path.ts';
import type { Problem } from '../problems/problem.ts';
import { wordsProblem } from './remote-values.ts';

const EXAMPLE = 'file: "apps/{environment}/values.yaml"';

/** The file of a repository in which values are set. */
export function changedFileProblem(file: string): Problem | null {
  const words = wordsProblem(file);
  if (words !== null) return words;
  if (!isFilePath(file)) {
    const what = `"${file.slice(0, 60)}" is no file of a repository`;
    return { what, todo: `write it from the root of the repository, with slashes: ${EXAMPLE}` };
  }
  if (isEditable(file)) return null;
  const todo = `name a file that ends with .yaml, .yml or .json: ${EXAMPLE}`;
  return { what: 'values are set in YAML and JSON only', todo };
}

/** Where a value stands, as a path of dots. */
export function dottedPathProblem(path: string): Problem | null {
  if (path !== '__proto__' && path.split('.').every((key) => key !== '')) return null;
  return {
    what: `"${path.slice(0, 60)}" is no path of keys`,
    todo: 'write the keys with dots between them, image.tag; or a list of pairs where a key has dots: set: [[["labels", "app.kubernetes.io/version"], "{commit}"]]',
  };
}
