import { namesOf } from '../../domain/checks/seen.ts';
import { shortSha } from '../../domain/ids.ts';
import { suggest } from '../../domain/suggest.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { andList, type Finding, fine, forgeFailure, wrong } from './finding.ts';
import type { AskProject } from './project.ts';
import type { KnownCommit } from './repository.ts';

/** Names of checks in one line. */
const NAMES_TOLD = 30;

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`);

/** Whether the forge reports the checks that the product names. null: none are named. */
export async function checksFinding(
  product: ProductSettings,
  project: AskProject,
  head: KnownCommit,
): Promise<Finding | null> {
  const { checks } = product.build;
  if (checks === undefined) return null;
  const what = `${product.name}: build.checks`;
  let names: string[];
  try {
    names = namesOf(await project.checks(head));
  } catch (error) {
    return forgeFailure(what, error, () => 'give the account what it lacks to read checks');
  }
  const of = `${product.forge?.name} reports of ${head.ref.name} (${shortSha(head.sha)})`;
  const missing = checks.names.filter((name) => !names.includes(name));
  if (missing.length === 0) return fine(what, `${of} ${andList(quoted(checks.names))}`);
  const more = names.length > NAMES_TOLD ? ` and ${names.length - NAMES_TOLD} more` : '';
  const instead =
    names.length === 0 ? 'and no other check' : `but ${quoted(names.slice(0, NAMES_TOLD)).join(', ')}${more}`;
  return wrong(
    what,
    `${of} no ${quoted(missing).join(', no ')}, ${instead}`,
    todoOf(product, missing, names),
  );
}

function todoOf(
  { webhookSecret }: ProductSettings,
  missing: readonly string[],
  names: readonly string[],
): string {
  const told = webhookSecret === null ? '' : ', or have your CI report it to /hooks/build';
  if (names.length === 0) return `see whether CI runs there, or wait until it has begun${told}`;
  const meant = missing.flatMap((name) => suggest(name, names).slice(0, 1));
  const guess = meant.length === 0 ? '' : ` (did you mean ${quoted(meant).join(', ')}?)`;
  return `write the names as the forge has them${guess}${told}`;
}
