import type { ChecksAsked } from '../../chat/answers/confirmation.ts';
import { BEARING } from '../../domain/checks/checks.ts';
import type { Build } from '../../domain/documents/build.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import { isBuiltForOthers } from '../../domain/eligibility/build.ts';
import { buildId } from '../../domain/ids.ts';
import { ForgeError, type Rerun } from '../../ports/forge.ts';
import { apply, foresee } from '../commands/apply.ts';
import { succeededRun } from '../pipeline/built-tree.ts';
import { commitOf } from '../pipeline/look-at-checks.ts';
import type { ChatServices } from '../services/services.ts';
import { mustKnow, type ProductSettings } from '../settings/settings.ts';
import type { Requester } from './apply-human.ts';

type Rebuilt =
  | { kind: 'accepted'; checks?: ChecksAsked; stays?: true }
  | { kind: 'refused'; refusal: Refusal };

/**
 * Requests that a failed build, or one whose result is damaged or gone, is done again. Of a build that is made elsewhere the
 * forge is asked to run the failed checks again; `checks` says what came of it. `stays`: there is a build already, and the push
 * goes on with it.
 */
export async function requestRebuild(
  services: ChatServices,
  asker: Requester,
  product: string,
  sha: string,
): Promise<Rebuilt> {
  const id = buildId(product, sha);
  // Of two clicks, the second finds what the first has asked the forge for, if that answers within a second.
  return await services.turns.take(`rebuild ${id}`, () => rebuild(services, asker, product, sha));
}

async function rebuild(
  services: ChatServices,
  asker: Requester,
  product: string,
  sha: string,
): Promise<Rebuilt> {
  const id = buildId(product, sha);
  const settings = mustKnow(services.settings, product);
  const build = await services.store.load('builds', id);
  const lost = build !== null && (await isLost(services, settings, build));
  const retry = { id: asker.id, actor: asker.actor, type: 'retryBuild', lost } as const;
  const stays = build !== null && isBuiltForOthers(build, lost);
  if (stays || !build?.checks || settings.build.checks === undefined) {
    const { answer } = await apply(services, 'builds', id, retry);
    return answer.kind === 'accepted' ? { kind: 'accepted', ...(stays ? { stays } : {}) } : answer;
  }
  // The forge is asked only if the request would be accepted.
  const foreseen = await foresee(services, 'builds', id, retry);
  if (foreseen.answer.kind === 'refused') return foreseen.answer;
  const checks = await rerun(services, settings, build);
  const again = checks.started.map(({ name, group, attempt }) => ({ name, group, attempt }));
  const { answer } = await apply(services, 'builds', id, { ...retry, again });
  return answer.kind === 'accepted' ? { kind: 'accepted', checks } : answer;
}

/** Whether what a successful build made is damaged or gone. One that was made elsewhere left nothing for a build of ours. */
async function isLost(services: ChatServices, settings: ProductSettings, build: Build): Promise<boolean> {
  if (build.checks) return settings.build.checks === undefined;
  const run = succeededRun(build);
  if (build.discarded) return true;
  return run !== null && (await services.artifacts.state(run)) !== 'whole';
}

async function rerun(
  services: ChatServices,
  settings: ProductSettings,
  build: Build,
): Promise<Rerun & Pick<ChecksAsked, 'unasked'>> {
  const bad = (build.checks?.latest ?? []).filter(
    ({ state }) => BEARING[state] === 'fails' || BEARING[state] === 'errs',
  );
  if (bad.length === 0) return { started: [], elsewhere: [], unasked: null };
  try {
    const project = await services.forge(settings.forge);
    if (project === null) return { started: [], elsewhere: bad, unasked: null };
    return { ...(await project.rerun(commitOf(build), bad)), unasked: null };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    services.log.warn(
      { err: error, product: settings.name },
      'the forge could not be asked to run checks again',
    );
    return { started: [], elsewhere: [], unasked: error.message };
  }
}
