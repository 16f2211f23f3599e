import type { Refusal } from '../../domain/documents/refusal.ts';
import { buildId } from '../../domain/ids.ts';
import { apply } from '../commands/apply.ts';
import { succeededRun } from '../pipeline/built-tree.ts';
import type { ChatServices } from '../services/services.ts';
import type { Requester } from './apply-human.ts';

/** Requests that a failed build, or one whose result is damaged or gone, is done again. */
export async function requestRebuild(
  services: ChatServices,
  asker: Requester,
  product: string,
  sha: string,
): Promise<{ kind: 'accepted' } | { kind: 'refused'; refusal: Refusal }> {
  const id = buildId(product, sha);
  const build = await services.store.load('builds', id);
  const run = build ? succeededRun(build) : null;
  const lost = run !== null && (await services.artifacts.state(run)) !== 'whole';
  const { answer } = await apply(services, 'builds', id, {
    id: asker.id,
    actor: asker.actor,
    type: 'retryBuild',
    lost,
  });
  return answer.kind === 'accepted' ? { kind: 'accepted' } : answer;
}
