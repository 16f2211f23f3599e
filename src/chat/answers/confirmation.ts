import type { Check } from '../../domain/checks/checks.ts';
import { findRelease } from '../../domain/documents/environment.ts';
import { isRunning, runningAttempt } from '../../domain/documents/values/release.ts';
import type { Warning } from '../../domain/documents/warning.ts';
import type { ReleaseVerb } from '../../domain/eligibility/release.ts';
import { openCard, said } from '../blocks/blocks.ts';
import { checkRefs } from '../text/checks.ts';
import { foreign, type Inline, inline, join } from '../text/inline.ts';
import { commit, releaseRef } from '../text/references.ts';
import type { EnvironmentView, Message, RenderContext } from '../view-model.ts';
import { warningWords } from './warnings.ts';

/** Checks that were to run again. */
export interface ChecksAsked {
  /** The forge runs these again. */
  started: Named[];
  /** Only whoever reported these can run them again. */
  elsewhere: Named[];
  /** Why the forge could not be asked; null: it could. Text for people, without a secret. */
  unasked: string | null;
}

type Named = Pick<Check, 'name' | 'url'>;

/** What was done, for the answer to the person who asked where the card alone is not enough. */
export type Confirmation =
  | { kind: 'prepared'; release: number; warnings?: readonly Warning[] }
  | { kind: 'done'; verb: ReleaseVerb; release: number }
  | { kind: 'rollingBack' | 'redeploying'; release: number; sha: string }
  /** `stays`: it has a build already, and its push, which was left out, goes on with that. */
  | { kind: 'buildAsked'; sha: string; checks?: ChecksAsked; stays?: true };

const DONE: Record<Exclude<ReleaseVerb, 'fail'>, string> = {
  approve: 'You approved',
  reject: 'You rejected',
  deploy: 'You started the deploy of',
  accept: 'You accepted',
  cancel: 'You cancelled',
  retry: 'You retried',
  override: 'You overrode the freeze for',
};

function isQueued({ environment }: EnvironmentView, number: number): boolean {
  return findRelease(environment, number)?.status === 'queued';
}

/** Whether its command is being ended. A retry that waited is cancelled at once, even if its last attempt was cancelled too. */
function isBeingCancelled({ environment }: EnvironmentView, number: number): boolean {
  const release = findRelease(environment, number);
  return release !== undefined && isRunning(release) && runningAttempt(release)?.cancelWished != null;
}

function confirmed(confirmation: Confirmation, here: EnvironmentView, context: RenderContext): Inline {
  const ref = (number: number) => releaseRef(here.policy, number, context);
  switch (confirmation.kind) {
    case 'prepared': {
      const done = inline`${ref(confirmation.release)} is prepared.`;
      const { warnings = [] } = confirmation;
      return join([done, ...warnings.map((warning) => warningWords(warning, context))], '\n');
    }
    case 'done':
      if (confirmation.verb === 'deploy' && isQueued(here, confirmation.release)) {
        return inline`You queued ${ref(confirmation.release)}. It starts by itself; its card says when.`;
      }
      if (confirmation.verb === 'cancel' && isBeingCancelled(here, confirmation.release)) {
        return inline`${ref(confirmation.release)} is being cancelled: its command is being ended. Its card will show the real outcome.`;
      }
      return confirmation.verb === 'fail'
        ? inline`You marked ${ref(confirmation.release)} as faulty.`
        : inline`${DONE[confirmation.verb]} ${ref(confirmation.release)}.`;
    case 'rollingBack':
      return inline`${here.environment.id} is going back to ${commit(confirmation.sha, context)}: ${ref(confirmation.release)}.`;
    case 'redeploying':
      return inline`${commit(confirmation.sha, context)} will be deployed to ${here.environment.id} again: ${ref(confirmation.release)}. Its card says when it starts.`;
    case 'buildAsked':
      if (confirmation.stays)
        return inline`${commit(confirmation.sha, context)} has a build already; from now on it goes the way of any other push.`;
      if (confirmation.checks) return checksAsked(confirmation.sha, confirmation.checks, context);
      return inline`${commit(confirmation.sha, context)} will be built again.`;
    default:
      return confirmation satisfies never;
  }
}

function checksAsked(sha: string, asked: ChecksAsked, context: RenderContext): Inline {
  const { started, elsewhere, unasked } = asked;
  const sees = inline`Slipway sees by itself when they have passed.`;
  const words = [
    ...(started.length > 0 ? [inline`${checkRefs(started)} of ${commit(sha, context)} will run again.`] : []),
    ...(unasked === null
      ? []
      : [inline`Nothing was run again: ${foreign(unasked, 300)}. Run the checks again there. ${sees}`]),
    ...(elsewhere.length > 0 ? [notRun(elsewhere)] : []),
  ];
  return words.length > 0
    ? join(words, ' ')
    : inline`The checks of ${commit(sha, context)} are awaited anew.`;
}

function notRun(checks: readonly Named[]): Inline {
  const [where, when] = checks.length === 1 ? ['it runs', 'it has'] : ['they run', 'they have'];
  return inline`Slipway cannot run ${checkRefs(checks)} again: do that where ${where}. Slipway sees by itself when ${when} passed.`;
}

/** A short ephemeral answer to the person who asked, with a link to the card where that is known. */
export function confirmationMessage(
  confirmation: Confirmation,
  about: { here: EnvironmentView; context: RenderContext },
): Message {
  const { here, context } = about;
  const words = confirmed(confirmation, here, context);
  if (confirmation.kind === 'buildAsked') return said(words);
  return said(words, openCard(here.environment.id, confirmation.release, context));
}
