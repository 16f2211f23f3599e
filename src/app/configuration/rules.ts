import { takesAway } from '../../domain/paths.ts';
import { checksErrors } from './checks-rules.ts';
import { currentErrors } from './current/rules.ts';
import { isRecord, list, record } from './file/raw.ts';
import { forgeErrors, productForgeErrors } from './forge-rules.ts';
import { approvalErrors, peopleErrors } from './people-rules.ts';
import type { PlacedError } from './problems/explain.ts';
import type { Path, Problem } from './problems/problem.ts';
import { recordsErrors } from './records/rules.ts';
import { stepErrors } from './steps/rules.ts';
import { sharedSetErrors } from './steps/shared-sets.ts';
import { forgeNameProblem } from './values/forge-values.ts';
import { windowProblem } from './values/freeze.ts';
import { nameProblem, variableNameProblem } from './values/values.ts';

/**
 * Errors between fields and in the names of maps. Works on the raw document, so that these errors are reported
 * together with those of the schema. Ignores whatever has the wrong shape, because the schema reports that.
 */
export function crossErrors(raw: unknown): PlacedError[] {
  const { forges } = record(raw);
  const products = record(record(raw).products);
  const errors: PlacedError[] = [
    ...wrongKeys(record(forges), ['forges'], forgeNameProblem),
    ...forgeErrors(forges),
  ];
  if (isRecord(record(raw).products) && Object.keys(products).length === 0) {
    errors.push({
      path: ['products'],
      what: 'names no product',
      todo: 'add at least one, as in the README',
    });
  }
  errors.push(...wrongKeys(products, ['products'], nameProblem), ...recordsErrors(products));
  errors.push(...sharedSetErrors(products));
  for (const [name, product] of Object.entries(products)) {
    errors.push(...productForgeErrors(record(product), ['products', name], forges));
    errors.push(...checksErrors(record(product), ['products', name], forges));
    for (const [path, env] of envsOf(record(product), ['products', name])) {
      errors.push(...wrongKeys(record(env), path, variableNameProblem));
    }
    errors.push(...stepErrors(record(product), ['products', name], forges));
    errors.push(...currentErrors(record(product), ['products', name]));
    errors.push(...followedErrors(record(product), ['products', name]));
    for (const [key, outcome] of Object.entries(GLOBS)) {
      errors.push(...globErrors(list(record(product)[key]), ['products', name, key], outcome));
    }
    const environments = list(record(product).environments);
    const path = ['products', name, 'environments'];
    errors.push(...sameNames(environments, path), ...wrongOrder(environments, path));
    for (const [index, environment] of environments.entries()) {
      errors.push(...approvalErrors(record(environment), [...path, index]));
      errors.push(...peopleErrors(record(environment), [...path, index]));
      errors.push(...timeErrors(record(environment), [...path, index], index === 0));
    }
  }
  return errors;
}

function followedErrors({ branch, tags }: Record<string, unknown>, path: Path): PlacedError[] {
  if (branch === undefined || tags === undefined) return [];
  const todo = 'keep one of the two: a product follows a branch, or tags';
  return [{ path: [...path, 'tags'], what: 'cannot be used together with branch', todo }];
}

/** The lists of globs of a product, and what it would come to if nothing could match. */
const GLOBS = { paths: 'nothing would be built', irreversible: 'nothing would count' };

function globErrors(globs: readonly unknown[], path: Path, outcome: string): PlacedError[] {
  const takeAway = globs.every((each) => typeof each === 'string' && takesAway(each));
  if (globs.length === 0 || !takeAway) return [];
  return [{ path, what: `only takes away, so ${outcome}`, todo: 'write first what is: "**"' }];
}

/** Each `env` block of a product with its path. */
function envsOf(product: Record<string, unknown>, path: Path): [Path, unknown][] {
  return [
    [[...path, 'env'], product.env],
    [[...path, 'build', 'env'], record(product.build).env],
    ...list(product.environments).flatMap((environment, index) =>
      ['deploy', 'verify', 'current'].map((step): [Path, unknown] => [
        [...path, 'environments', index, step, 'env'],
        record(record(environment)[step]).env,
      ]),
    ),
  ];
}

function wrongKeys(
  map: Record<string, unknown>,
  path: Path,
  problemOf: (key: string) => Problem | null,
): PlacedError[] {
  return Object.keys(map).flatMap((key) => {
    const problem = problemOf(key);
    return problem === null ? [] : { path: [...path, key], ...problem };
  });
}

function sameNames(environments: readonly unknown[], path: Path): PlacedError[] {
  const names = environments.map((environment) => record(environment).name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === index) return [];
    return {
      path: [...path, index, 'name'],
      what: `"${name}" is already the name of environments[${first}]`,
      todo: 'give each environment of a product its own name',
    };
  });
}

/**
 * Continuous environments must come first, without a gap. Above an environment with approvals, an acceptance would
 * deploy further by itself; there, only a person may deploy (DESIGN §3).
 */
function wrongOrder(environments: readonly unknown[], path: Path): PlacedError[] {
  const modes = environments.map((environment) => record(environment).mode);
  const firstApproval = modes.indexOf('approval');
  return modes.flatMap((mode, index) => {
    if (mode !== 'continuous' || firstApproval === -1 || index < firstApproval) return [];
    return {
      path: [...path, index, 'mode'],
      what: 'a continuous environment is above one with approvals',
      todo: 'move it before all environments of mode approval, or write mode: approval',
    };
  });
}

/** Reports `soak`, `start` and `freeze` where they have no meaning. */
function timeErrors(environment: Record<string, unknown>, path: Path, lowest: boolean): PlacedError[] {
  const errors: PlacedError[] = [];
  if (lowest && environment.soak !== undefined) {
    errors.push({
      path: [...path, 'soak'],
      what: 'this is the lowest environment, so there is none below it to soak in',
      todo: 'remove it, or move it to an environment above',
    });
  }
  const start = [...path, 'deploy', 'start'];
  if (record(environment.deploy).start !== undefined) {
    if (environment.mode === 'continuous') {
      const todo = 'remove it, or write mode: approval';
      errors.push({ path: start, what: 'a continuous environment starts by itself', todo });
    } else if (nobodyIsAsked(environment.approvals)) {
      const todo = 'remove it, so that a person presses Deploy, or require at least 1 approval';
      errors.push({ path: start, what: 'no approval is required here, so there is no last one', todo });
    }
  }
  for (const [index, window] of list(environment.freeze).entries()) {
    const problem = windowProblem(record(window).from, record(window).to);
    if (problem !== null) errors.push({ path: [...path, 'freeze', index], ...problem });
  }
  return errors;
}

function nobodyIsAsked(approvals: unknown): boolean {
  const { required, rules } = record(approvals);
  return rules === undefined ? required === 0 : list(rules).length === 0;
}
