import type { Environment, Reference } from '../../domain/documents/environment.ts';
import { globFilter } from '../../domain/paths.ts';
import type { Bringing, Recorded } from '../../domain/records/message.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { releaseOf } from '../views/render-context.ts';

/** What is to be written of an environment, as the store says. */
export interface Known {
  environment: Recorded;
  release: Bringing;
  /** The tag by which the deployed commit was named; null: none is known. */
  tag: string | null;
}

/** null: nothing was ever deployed there. */
export async function readKnown(
  services: Pick<Services, 'store' | 'mirror'>,
  product: ProductSettings,
  id: string,
): Promise<Known | null> {
  const environment = await services.store.load('environments', id);
  if (environment === null || !isDeployed(environment)) return null;
  const { deployed } = environment;
  return {
    environment,
    release: await releaseOf(services, environment, deployed.release),
    tag: await tagOf(services, product, deployed),
  };
}

/** True: the environment has the same commits as `recorded`, by the same releases. */
export function isSame(environment: Environment | null, recorded: Recorded): boolean {
  return environment !== null && said(environment) === said(recorded);
}

function said({ deployed, accepted }: Pick<Environment, 'deployed' | 'accepted'>): string {
  return JSON.stringify([deployed, accepted]);
}

function isDeployed(environment: Environment): environment is Environment & Recorded {
  return environment.deployed !== null;
}

/** What was last fetched decides: a repository that is away delays nothing. */
async function tagOf(
  { mirror }: Pick<Services, 'mirror'>,
  { name, branch }: ProductSettings,
  { ref, sha }: Reference,
): Promise<string | null> {
  if (ref === null || ref === branch) return null;
  if (typeof branch === 'object' && globFilter(branch.tags)(ref)) return ref;
  try {
    const tags = await mirror(name).tags();
    return tags.some((tag) => tag.name === ref && tag.sha === sha) ? ref : null;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
