import { isRecord, list, record } from '../file/raw.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';
import { headerNameProblem, isPlain } from './values.ts';

/** What only a command has. */
const OF_COMMANDS = ['timeout', 'image', 'env'];

/** Errors between the fields of `current`. Ignores whatever has the wrong shape, as `rules.ts` does. */
export function currentErrors(product: Record<string, unknown>, path: Path): PlacedError[] {
  return list(product.environments).flatMap((environment, index) => {
    const { current } = record(environment);
    return isRecord(current) ? errorsOf(current, [...path, 'environments', index, 'current']) : [];
  });
}

function errorsOf(current: Record<string, unknown>, at: Path): PlacedError[] {
  const { run, http } = current;
  if (run === undefined && http === undefined) {
    const todo = 'add one of run, http: run: ./current.sh';
    return [{ path: at, what: 'does not say how it is asked', todo }];
  }
  if (run !== undefined && http !== undefined) {
    const todo = 'keep one of the two: it is asked in one way';
    return [{ path: [...at, 'http'], what: 'cannot be used together with run', todo }];
  }
  if (http === undefined) return [];
  const { url, headers } = record(http);
  const secret = Object.values(record(headers)).some(isSecret);
  return [
    ...OF_COMMANDS.filter((field) => current[field] !== undefined).map((field) => ({
      path: [...at, field],
      what: 'belongs to run, and http has no command of ours',
      todo: 'remove it',
    })),
    ...Object.keys(record(headers)).flatMap((name) => {
      const problem = headerNameProblem(name);
      return problem === null ? [] : [{ path: [...at, 'http', 'headers', name], ...problem }];
    }),
    ...(secret && typeof url === 'string' && isPlain(url)
      ? [
          {
            path: [...at, 'http', 'url'],
            what: 'a secret would be sent to it in plain text',
            todo: 'write https, or remove the header',
          },
        ]
      : []),
  ];
}

function isSecret(value: unknown): boolean {
  return typeof value === 'string' && /^(env|file):/.test(value);
}
