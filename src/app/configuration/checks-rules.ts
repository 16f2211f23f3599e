import { list, record } from './file/raw.ts';
import { hasForge } from './forge-rules.ts';
import type { PlacedError } from './problems/explain.ts';
import type { Path } from './problems/problem.ts';

/** What only a build of ours has. */
const OURS = ['run', 'test', 'image', 'env', 'timeout'];

/** Errors in a build that is made elsewhere. Ignores whatever has the wrong shape. */
export function checksErrors(product: Record<string, unknown>, path: Path, forges: unknown): PlacedError[] {
  const build = record(product.build);
  const at = [...path, 'build'];
  if (build.checks === undefined) {
    if (build.within === undefined) return [];
    const todo = 'add the names of the checks: checks: [test, build]; the limit of a command is timeout: 20m';
    return [{ path: [...at, 'within'], what: 'there are no checks that it could limit', todo }];
  }
  const names = list(build.checks);
  const errors = OURS.filter((key) => build[key] !== undefined).map((key) => ({
    path: [...at, key],
    what: 'cannot be used together with checks: the commit is built elsewhere',
    todo: key === 'timeout' ? 'remove it: within limits the checks' : 'remove it, or remove checks',
  }));
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice !== -1) {
    const what = `"${String(names[twice]).slice(0, 100)}" is named twice`;
    errors.push({ path: [...at, 'checks', twice], what, todo: 'remove one of the two' });
  }
  if (product.webhook === undefined && !hasForge(product, forges)) {
    errors.push({
      path: [...at, 'checks'],
      what: 'nothing can tell of these checks',
      todo: 'add the forge at the top of the file: forges: { github.com: { kind: github, token: env:GITHUB_TOKEN } }; or a webhook secret, with which your CI reports them to /hooks/build',
    });
  }
  return errors;
}
