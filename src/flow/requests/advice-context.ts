import type { AdviceContext } from '../../chat/refusals/refusal-text.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { environmentId } from '../../domain/ids.ts';
import { acceptanceBelow, acceptancesKept } from '../commands/acceptances.ts';
import type { Services } from '../services/services.ts';
import { relation } from '../views/git.ts';

type AdviceSources = Pick<Services, 'store' | 'mirror' | 'log'>;

/** What the advice in a refusal is decided from: the commits that the refusal mentions, and the one that runs there. */
export async function adviceContext(
  services: AdviceSources,
  here: EnvironmentView,
  about: { refusal: Refusal; release: Release | null },
): Promise<AdviceContext> {
  const { refusal, release } = about;
  return adviceContextOf(services, here, 'sha' in refusal ? (refusal.sha ?? undefined) : release?.sha);
}

/** The same for one commit; undefined: the advice is about what runs there only. */
export async function adviceContextOf(
  services: AdviceSources,
  { policy, environment }: EnvironmentView,
  spoken: string | undefined,
): Promise<AdviceContext> {
  const runs = environment.deployed?.sha;
  const shas = [...new Set([spoken, runs].filter((sha) => sha !== undefined))];
  const below = policy.below === null ? null : environmentId(policy.product, policy.below);
  const acceptances = await Promise.all(
    shas.map(async (sha) => (below === null ? null : acceptanceBelow(services, below, sha))),
  );
  const stands =
    runs && spoken && spoken !== runs ? await relation(services, policy.product, spoken, runs) : null;
  return {
    below: acceptances.filter((acceptance) => acceptance !== null),
    relations: runs && spoken && stands ? [{ sha: spoken, to: runs, relation: stands }] : [],
    acceptances: await acceptancesKept(services, environment.id, spoken ?? null),
  };
}
