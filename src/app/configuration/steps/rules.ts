import type { Step } from '../../../domain/documents/values/release.ts';
import { suggest } from '../../../domain/suggest.ts';
import type { ForgeKind } from '../../../flow/settings/forges.ts';
import { isRecord, list, record } from '../file/raw.ts';
import { foundForge, kindsOf } from '../forge-rules.ts';
import type { PlacedError } from '../problems/explain.ts';
import type { Path } from '../problems/problem.ts';
import { inputNameProblem } from '../values/remote-values.ts';
import { bakeErrors } from './bake.ts';
import { findRunPlace, type RunPlace } from './place.ts';
import { setErrors } from './set-rules.ts';
import { WAYS, WAYS_OF } from './ways.ts';

/** What only a command has. */
const OF_COMMANDS = ['image', 'env'];
/** The maps of names and values that a system is told. */
const TOLD = ['inputs', 'variables', 'parameters'];
/** Of a run of a workflow. */
const INPUTS_MAX = 25;

/** Errors between the fields of the steps of a product. Ignores whatever has the wrong shape, as `rules.ts` does. */
export function stepErrors(product: Record<string, unknown>, path: Path, forges: unknown): PlacedError[] {
  return list(product.environments).flatMap((environment, index) =>
    (['deploy', 'verify'] as const).flatMap((name) => {
      const step = record(environment)[name];
      if (!isRecord(step)) return [];
      const at = [...path, 'environments', index, name];
      const names = { product: `${path[1]}`, environment: `${record(environment).name}` };
      return [
        ...wayErrors(step, name, at),
        ...(name === 'verify' ? bakeErrors(step, at) : []),
        ...nameErrors(step, at),
        ...countErrors(step, at),
        ...forgeErrors('github', step, at, product, forges),
        ...forgeErrors('gitlab', step, at, product, forges),
        ...setErrors(record(step.git), product, { path: [...at, 'git'], names }),
      ];
    }),
  );
}

/** A step is carried out in exactly one way. */
function wayErrors(step: Record<string, unknown>, name: Step, at: Path): PlacedError[] {
  const [way, ...others] = WAYS.filter((one) => step[one] !== undefined);
  if (way === undefined) {
    const todo = `add one of ${WAYS_OF[name].join(', ')}: run: ./deploy.sh`;
    return [{ path: at, what: 'does not say how it is carried out', todo }];
  }
  const beside = way === 'run' ? [] : OF_COMMANDS.filter((field) => step[field] !== undefined);
  return [
    ...others.map((other) => ({
      path: [...at, other],
      what: `cannot be used together with ${way}`,
      todo: 'keep one of the two: a step is carried out in one way',
    })),
    ...beside.map((field) => ({
      path: [...at, field],
      what: `belongs to run, and ${way} has no command of ours`,
      todo: 'remove it',
    })),
  ];
}

function nameErrors(step: Record<string, unknown>, at: Path): PlacedError[] {
  return WAYS.flatMap((way) =>
    TOLD.flatMap((field) =>
      Object.keys(record(record(step[way])[field])).flatMap((name) => {
        const problem = inputNameProblem(name);
        return problem === null ? [] : [{ path: [...at, way, field, name], ...problem }];
      }),
    ),
  );
}

/** GitHub refuses more inputs when a run is to begin. */
function countErrors(step: Record<string, unknown>, at: Path): PlacedError[] {
  const count = Object.keys(record(record(step.github).inputs)).length;
  if (count <= INPUTS_MAX) return [];
  const what = `there are ${count} inputs, and GitHub takes at most ${INPUTS_MAX}`;
  return [{ path: [...at, 'github', 'inputs'], what, todo: 'remove some, or put several values into one' }];
}

/** A workflow or pipeline needs a forge of its kind, with a login, and a ref. */
function forgeErrors(
  kind: 'github' | 'gitlab',
  step: Record<string, unknown>,
  at: Path,
  product: Record<string, unknown>,
  forges: unknown,
): PlacedError[] {
  const run = step[kind];
  if (!isRecord(run) || !isText(run.forge) || !isText(run.project)) return [];
  const path = [...at, kind];
  const errors: PlacedError[] = [];
  const ownForge = foundForge(product, forges);
  // An error of the product's own forge is told there.
  if (ownForge === 'wrong') return [];
  const place = findRunPlace(kind, { forge: run.forge, project: run.project }, ownForge, kindsOf(forges));
  if (place.kind !== 'found') errors.push(placeError(place, kind, path, [...kindsOf(forges).keys()]));
  else if (!hasLogin(record(forges)[place.forge])) {
    const todo = `add it at the top of the file: forges: { ${place.forge}: { kind: ${kind}, token: env:${kind.toUpperCase()}_TOKEN } }`;
    errors.push({ path, what: `${place.forge} has no login, and starts nothing without one`, todo });
  }
  if (run.ref === undefined && product.tags !== undefined) {
    const todo = `add the branch whose ${kind === 'github' ? 'workflow' : 'pipeline'} deploys: ref: main`;
    errors.push({ path: [...path, 'ref'], what: 'is missing, and the product follows tags', todo });
  }
  return errors;
}

function placeError(
  place: Exclude<RunPlace, { kind: 'found' }>,
  kind: ForgeKind,
  path: Path,
  names: string[],
): PlacedError {
  const example = `forge: ${kind}.com, project: acme/storefront`;
  switch (place.kind) {
    case 'noForge': {
      const { product } = place;
      const what =
        product === undefined
          ? `it does not say at which forge, and the product is at none that is configured`
          : `it does not say at which forge, and the product's is a ${product.kind}`;
      return { path, what, todo: `add ${example}, and the forge at the top of the file` };
    }
    case 'unknownForge': {
      const [nearest] = suggest(place.forge, names);
      const todo =
        nearest === undefined
          ? `add it at the top of the file: forges: { ${place.forge}: { kind: ${kind}, token: env:NAME } }`
          : `did you mean ${nearest}?`;
      return { path: [...path, 'forge'], what: `there is no forge named "${place.forge}"`, todo };
    }
    case 'wrongForge':
      return {
        path: [...path, 'forge'],
        what: `${place.forge} is a ${place.is}, which runs nothing of ${kind}`,
        todo: `name a forge of kind ${kind}`,
      };
    case 'noProject':
      return {
        path,
        what: `it does not say what ${place.forge} calls the project`,
        todo: 'add it: project: acme/storefront',
      };
    case 'wrongProject':
      return {
        path: [...path, 'project'],
        what: `"${place.project.slice(0, 100)}" cannot be a project of a forge of kind ${kind}`,
        todo: `write ${kind === 'gitlab' ? 'its groups' : 'its owner'} and its name, as in project: acme/storefront`,
      };
    default:
      return place satisfies never;
  }
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function hasLogin(forge: unknown): boolean {
  const { token, app } = record(forge);
  return token !== undefined || app !== undefined;
}
