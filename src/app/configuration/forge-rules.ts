import { suggest } from '../../domain/suggest.ts';
import { wellKnownKind } from '../../flow/services/forge-projects.ts';
import { FORGE_KINDS, type ForgeKind } from '../../flow/settings/forges.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { isRecord, record } from './file/raw.ts';
import type { PlacedError } from './problems/explain.ts';
import type { Path } from './problems/problem.ts';
import { isHostName } from './values/forge-values.ts';
import { type FoundForge, findForge, type WrittenForge } from './values/product-forge.ts';

/** Errors between the fields of the forges. Ignores whatever has the wrong shape. */
export function forgeErrors(forges: unknown): PlacedError[] {
  return Object.entries(record(forges)).flatMap(([name, forge]) =>
    isRecord(forge) ? fieldErrors(name, forge) : [],
  );
}

function fieldErrors(name: string, { kind, api, token, user, app }: Record<string, unknown>): PlacedError[] {
  const path = ['forges', name];
  const errors: PlacedError[] = [];
  if (api === undefined && !isHostName(name)) {
    errors.push({
      path,
      what: `"${name}" is not the name of a host, so the address of the API is not known`,
      todo: 'name the forge like its host, as in github.com, or add the address, as in api: https://git.acme.dev/api/v4',
    });
  }
  const known = api === undefined ? wellKnownKind(name) : null;
  if (known !== null && isKind(kind) && kind !== known) {
    errors.push({ path: [...path, 'kind'], what: `${name} is no ${kind}`, todo: `write kind: ${known}` });
  }
  if (user !== undefined && isKind(kind) && kind !== 'bitbucket') {
    const todo = 'remove it: the token is enough';
    errors.push({ path: [...path, 'user'], what: 'only a forge of kind bitbucket takes a user', todo });
  } else if (user !== undefined && token === undefined) {
    const todo = 'add it: token: env:BITBUCKET_TOKEN';
    errors.push({ path: [...path, 'user'], what: 'the token of this user is missing', todo });
  }
  if (app !== undefined && isKind(kind) && kind !== 'github') {
    const todo = `write a token instead: token: env:${kind.toUpperCase()}_TOKEN`;
    errors.push({ path: [...path, 'app'], what: 'only a forge of kind github has apps', todo });
  } else if (app !== undefined && token !== undefined) {
    const todo = 'remove one of the two';
    errors.push({ path: [...path, 'app'], what: 'cannot be used together with token', todo });
  }
  return errors;
}

/** Whether a product is at one of the forges, as far as what is written says. */
export function hasForge({ repository, forge }: Record<string, unknown>, forges: unknown): boolean {
  if (typeof repository !== 'string' || !isWrittenForge(forge)) return false;
  return findForge(repository, forge, kindsOf(forges)).kind !== 'none';
}

/** The forge of a product, as far as what is written says; 'wrong': its errors are told by `productForgeErrors`. */
export function foundForge(
  { repository, forge }: Record<string, unknown>,
  forges: unknown,
): ProductSettings['forge'] | 'wrong' {
  if (typeof repository !== 'string' || !isWrittenForge(forge)) return 'wrong';
  const found = findForge(repository, forge, kindsOf(forges));
  if (found.kind === 'none') return undefined;
  return found.kind === 'found' ? found.forge : 'wrong';
}

/** Errors in which forge a product is at. */
export function productForgeErrors(
  product: Record<string, unknown>,
  path: Path,
  forges: unknown,
): PlacedError[] {
  const { repository, forge } = product;
  if (typeof repository !== 'string' || !isWrittenForge(forge)) return [];
  const kinds = kindsOf(forges);
  const found = findForge(repository, forge, kinds);
  // A forge whose kind is wrong has its own error.
  if (found.kind === 'unknown' && Object.hasOwn(record(forges), found.name)) return [];
  return errorsOf(found, forge, path, [...kinds.keys()]);
}

function errorsOf(found: FoundForge, written: WrittenForge, path: Path, names: string[]): PlacedError[] {
  const forge = [...path, 'forge'];
  switch (found.kind) {
    case 'none':
    case 'found':
      return [];
    case 'unknown': {
      const [nearest] = suggest(found.name, names);
      const todo =
        nearest === undefined
          ? `add it at the top of the file: forges: { ${found.name}: { kind: …, token: env:NAME } }`
          : `did you mean ${nearest}?`;
      const what = `there is no forge named "${found.name}"`;
      return [{ path: typeof written === 'object' ? [...forge, 'name'] : forge, what, todo }];
    }
    case 'noProject':
      return [
        {
          path: written === undefined ? [...path, 'repository'] : forge,
          what: `the address of the repository does not say what ${found.name} calls it`,
          todo: `write forge: { name: ${found.name}, project: acme/storefront }`,
        },
      ];
    case 'wrongProject':
      return [
        {
          path: [...forge, 'project'],
          what: `"${found.project.slice(0, 100)}" cannot be a project of a forge of kind ${found.forge}`,
          todo: `write ${found.forge === 'gitlab' ? 'its groups' : 'its owner'} and its name, as in project: acme/storefront`,
        },
      ];
    default:
      return found satisfies never;
  }
}

function isWrittenForge(value: unknown): value is WrittenForge {
  if (value === undefined || typeof value === 'string') return true;
  return isRecord(value) && typeof value.name === 'string' && typeof value.project === 'string';
}

/** The kinds of the forges, by their names. */
export function kindsOf(forges: unknown): Map<string, ForgeKind> {
  const kinds = new Map<string, ForgeKind>();
  for (const [name, forge] of Object.entries(record(forges))) {
    const { kind } = record(forge);
    if (isKind(kind)) kinds.set(name, kind);
  }
  return kinds;
}

function isKind(kind: unknown): kind is ForgeKind {
  return FORGE_KINDS.some((known) => known === kind);
}
