import type { Refusal } from '../../domain/documents/refusal.ts';
import { capital, names } from '../text/clean.ts';
import { because, dayTime, NOTHING, person, releaseRef, say, type Words } from '../text/inline.ts';
import { type Advised, advices, askAnew, GO_BACK, lookAt } from './advice.ts';
import type { About, No } from './refusal-text.ts';

type Settled = Extract<Refusal, { rule: 'settled' }>;

/** What became of it, by whom and when. */
function became({ status, end, approvedBy }: Settled): Words {
  const who =
    approvedBy.length > 0
      ? say`${names(approvedBy.map(({ name }) => name))} approved it and it is `
      : say`It is `;
  const by = end && end.by.kind === 'person' ? say` by ${person(end.by)}` : NOTHING;
  const at = end ? say` ${dayTime(end.at)}` : NOTHING;
  const why = end?.reason ? because(end.reason, 120) : NOTHING;
  switch (status) {
    case 'prepared':
      return say`It waits for approvals.`;
    case 'approved':
    case 'queued':
    case 'deploying':
    case 'verifying':
    case 'testing':
      return say`${who}${capital(status)}.`;
    case 'accepted':
    case 'rejected':
    case 'cancelled':
      return say`It was ${status}${by}${at}${why}.`;
    case 'expired':
      return say`It expired${at}.`;
    case 'superseded':
      return say`It was superseded${at}.`;
    case 'unverified':
      return say`Its check failed${at}.`;
    case 'faulty':
      return say`It was found faulty${by}${at}${why}.`;
    case 'failed':
      return say`Its deploy failed${at}.`;
    case 'errored':
      return say`It errored${at}.`;
    default:
      return status satisfies never;
  }
}

/** "Next: …", or what there is to look at. */
function nextOf(about: About, ...commands: Advised[]): Words {
  const taken = advices(about, commands);
  return taken ? say`Next: ${taken}` : lookAt(about);
}

/** "Wait for its end; to stop it: …" */
function orStop(words: Words, about: About, release: number): Words {
  const cancel = advices(about, [{ type: 'cancel', release, reason: null }]);
  return cancel ? say`${words}; to stop it: ${cancel}` : say`${words}. ${lookAt(about)}`;
}

function next({ status, release }: Settled, about: About): Words {
  const { release: known } = about;
  switch (status) {
    case 'prepared':
      return nextOf(about, { type: 'approve', release });
    case 'approved':
      return nextOf(about, { type: 'deploy', release });
    case 'queued':
      return orStop(say`It begins by itself`, about, release);
    case 'deploying':
    case 'verifying':
      return orStop(say`Wait for its end`, about, release);
    case 'testing':
      return nextOf(about, { type: 'accept', release, reason: null });
    case 'unverified':
    case 'failed':
    case 'errored':
      return nextOf(about, { type: 'retry', release }, GO_BACK);
    case 'accepted': {
      const fail = advices(about, [{ type: 'fail', release, reason: 'reason' }]);
      return fail ? say`If it is bad after all: ${fail}` : lookAt(about);
    }
    case 'cancelled':
      return known?.begun ? nextOf(about, { type: 'retry', release }) : askAnew(about);
    case 'rejected':
    case 'expired':
    case 'superseded':
      return askAnew(about);
    case 'faulty': {
      const back = advices(about, [GO_BACK]);
      return back ? say`To go back: ${back}` : lookAt(about);
    }
    default:
      return status satisfies never;
  }
}

/** Old card, double click, second try: what stands there now, and what can be done with it. */
export function settledNo(refusal: Settled, about: About): No {
  const ref = releaseRef(about.here.policy, refusal.release, about.surroundings);
  return {
    not: say`${ref} is settled.`,
    next: say`${became(refusal)} ${next(refusal, about)}`,
    open: refusal.release,
  };
}
