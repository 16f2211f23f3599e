import { confirmationMessage } from '../../../chat/answers/confirmation.ts';
import { holdDoneMessage } from '../../../chat/answers/locks.ts';
import { problemMessage } from '../../../chat/answers/problems/problem.ts';
import { refusalMessage } from '../../../chat/refusals/refusals.ts';
import type { EnvironmentView, Message, RenderContext } from '../../../chat/view-model.ts';
import { releaseId } from '../../../domain/ids.ts';
import type { ChangeOutcome, Requester } from '../../../flow/requests/apply-human.ts';
import type { Change } from '../../../flow/requests/change.ts';
import { lockOffers } from '../../../flow/requests/lock.ts';
import { NotConfigured } from '../../../flow/services/errors.ts';
import type { ChatServices, ViewServices } from '../../../flow/services/services.ts';
import { findEnvironment } from '../../../flow/settings/settings.ts';
import { commitLines } from '../../../flow/views/git.ts';
import { emptyContext, renderContext } from '../../../flow/views/render-context.ts';
import { environmentView } from '../../../flow/views/views.ts';
import { shortened } from './caller.ts';

type Outcome<K extends ChangeOutcome['kind']> = Extract<ChangeOutcome, { kind: K }>;

/** The answer to whoever asked for what is refused or cannot be found. */
export async function refusalOf(
  services: ChatServices,
  asker: Requester,
  outcome: Outcome<'refused' | 'problem'>,
): Promise<Message> {
  switch (outcome.kind) {
    case 'problem':
      return problemMessage(outcome.problem, emptyContext(services));
    case 'refused': {
      const { refusal, here, below, release, adviceContext } = outcome;
      const named = 'release' in refusal && refusal.release !== null ? refusal.release : null;
      return refusalMessage(refusal, {
        here,
        below,
        release,
        adviceContext,
        commits:
          refusal.rule === 'irreversible'
            ? await commitLines(services, here.policy.product, refusal.commits)
            : [],
        lockOffers: await lockOffers(services, asker, here, refusal),
        context: await renderContextOf(services, here, named),
      });
    }
    default:
      return outcome satisfies never;
  }
}

/** What was done, for whoever asked. */
export async function confirmation(services: ViewServices, outcome: Outcome<'accepted'>): Promise<Message> {
  const { command, release: number, warnings } = outcome;
  const here = await environmentView(services, outcome.environment);
  const release = here.environment.open.find((candidate) => candidate.number === number);
  const about = { here, context: await renderContextOf(services, here, number) };
  if (command === 'pause' || command === 'resume' || command === 'adopt') {
    return holdDoneMessage(command, number, about);
  }
  if (command === 'rollback' || (command === 'redeploy' && here.policy.mode === 'continuous')) {
    const sha = release?.sha ?? here.environment.deployed?.sha ?? '';
    const kind = command === 'rollback' ? 'rollingBack' : 'redeploying';
    return confirmationMessage({ kind, release: number, sha }, about);
  }
  if (command === 'prepare' || command === 'hotfix' || command === 'redeploy') {
    return confirmationMessage({ kind: 'prepared', release: number, warnings }, about);
  }
  return confirmationMessage({ kind: 'done', verb: command, release: number }, about);
}

/** What texts about an environment, and one of its releases, are rendered with. */
export async function renderContextOf(
  services: ViewServices,
  here: EnvironmentView,
  release: number | null,
): Promise<RenderContext> {
  const configured = findEnvironment(services.settings, here.environment.id);
  if (!configured) throw new NotConfigured(here.environment.id);
  const cards = release === null ? [] : [releaseId(here.environment.id, release)];
  return renderContext(services, configured.product, [here], cards, { members: true });
}

/** The request with its reason or note as long as is kept. */
export function withShortWords(asked: Change): Change {
  const cut = (words: string | null) => words && shortened(words);
  if ('note' in asked) return { ...asked, note: cut(asked.note) };
  return { ...asked, reason: cut(asked.reason) };
}
