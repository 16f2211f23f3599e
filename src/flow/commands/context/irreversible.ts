import type { Context } from '../../../domain/decide/environment/draft/context.ts';
import { begunSince } from '../../../domain/decide/environment/reversal/rollback.ts';
import type { EnvironmentCommand } from '../../../domain/documents/commands/environment.ts';
import { type Acceptance, type Environment, findRelease } from '../../../domain/documents/environment.ts';
import type { Crossed } from '../../../domain/documents/values/past.ts';
import { wayBack, wayByItself } from '../../../domain/eligibility/environment.ts';
import { pathFilter } from '../../../domain/paths.ts';
import { GitError } from '../../../git/commands/git-error.ts';
import type { Services } from '../../services/services.ts';
import { within } from '../../services/within.ts';
import type { EnvironmentSettings, ProductSettings } from '../../settings/settings.ts';

/** How long git is waited for, in milliseconds: a rollback must not wait for a repository that does not answer. */
export const ANSWER_MS = 10_000;

/** Where git is asked. */
type Git = Pick<Services, 'mirror' | 'log'>;

/**
 * The commits that going from `leaves` back to `to` goes past and that touched irreversible paths of the product, newest
 * first; null: git could not say, or not soon.
 */
export async function crossedBetween(
  services: Git,
  { name, irreversible = [] }: Pick<ProductSettings, 'name' | 'irreversible'>,
  leaves: string,
  to: string,
): Promise<Crossed> {
  if (irreversible.length === 0) return [];
  try {
    const touched = await within(ANSWER_MS, services.mirror(name).touched(to, leaves));
    if (touched === null) return null;
    const counts = pathFilter(irreversible);
    return touched.filter(({ files }) => files.some(counts)).map(({ sha }) => sha);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.warn({ err: error, product: name }, 'could not see what a rollback goes past');
    return null;
  }
}

/** What the rollback that the command may begin goes past, a person's or the one after a failure; undefined: nothing is asked. */
export async function irreversibleContext(
  services: Git,
  { product, environment: { policy } }: { product: ProductSettings; environment: EnvironmentSettings },
  environment: Environment,
  command: EnvironmentCommand,
  acceptances: readonly Acceptance[],
): Promise<Context['irreversible']> {
  if (product.irreversible === undefined) return undefined;
  if (command.type === 'begin') return sinceAsked(services, product, environment, command.release);
  const way =
    command.type === 'rollback'
      ? wayBack(
          { environment, policy, acceptances, now: 0, order: null },
          { to: command.to?.sha ?? null, leaves: command.leaves },
          null,
        )
      : mayRollBackByItself(command, policy)
        ? wayByItself({ environment, acceptances })
        : null;
  if (way === null || 'refusal' in way) return undefined;
  const [leaves, to] = [way.left.sha, way.target.sha];
  const crossed = crossedBetween(services, product, leaves, to);
  if (command.type !== 'report') return { leaves, to, crossed: await crossed };
  return { leaves, to, crossed: await crossed.catch((error: unknown) => unread(services, product, error)) };
}

/** What began since a rollback was asked for and brought irreversible commits; undefined: nothing began. */
async function sinceAsked(
  services: Git,
  product: ProductSettings,
  environment: Environment,
  number: number,
): Promise<Context['irreversible']> {
  const rollback = findRelease(environment, number);
  const since = rollback && begunSince(environment, rollback);
  if (!since || !rollback.leaves) return undefined;
  const [leaves, to] = [since.sha, rollback.leaves.sha];
  return { leaves, to, crossed: await crossedBetween(services, product, leaves, to) };
}

/** Whatever keeps git from being read, what has happened is recorded (RULES 19). */
function unread({ log }: Git, { name }: ProductSettings, error: unknown): null {
  log.error({ err: error, product: name }, 'could not see what a rollback after a failure goes past');
  return null;
}

/** A step that was cancelled because it took too long has failed (RULES 38). */
function mayRollBackByItself(
  command: EnvironmentCommand,
  { onFailure }: EnvironmentSettings['policy'],
): boolean {
  if (command.type !== 'report' || onFailure !== 'rollback') return false;
  return command.outcome.kind === 'failed' || command.outcome.kind === 'cancelled';
}
