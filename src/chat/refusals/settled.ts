import type { Refusal } from '../../domain/documents/refusal.ts';
import { capital, names } from '../text/clean.ts';
import { because, type Inline, inline, NOTHING } from '../text/inline.ts';
import { person, releaseRef } from '../text/references.ts';
import { dayTime } from '../text/times.ts';
import { type Advised, advices, askAnew, GO_BACK, lookAt } from './advice.ts';
import type { About, RefusalText } from './refusal-text.ts';

type Settled = Extract<Refusal, { rule: 'settled' }>;

/** What happened to the release, by whom and when. */
function became({ status, end, approvedBy }: Settled): Inline {
  const who =
    approvedBy.length > 0
      ? inline`${names(approvedBy.map(({ name }) => name))} approved it and it is `
      : inline`It is `;
  const by = end && end.by.kind === 'person' ? inline` by ${person(end.by)}` : NOTHING;
  const at = end ? inline` ${dayTime(end.at)}` : NOTHING;
  const why = end?.reason ? because(end.reason, 120) : NOTHING;
  switch (status) {
    case 'prepared':
      return inline`It waits for approvals.`;
    case 'approved':
    case 'queued':
    case 'deploying':
    case 'verifying':
    case 'testing':
      return inline`${who}${capital(status)}.`;
    case 'accepted':
    case 'rejected':
    case 'cancelled':
      return inline`It was ${status}${by}${at}${why}.`;
    case 'expired':
      return inline`It expired${at}.`;
    case 'superseded':
      return inline`It was superseded${at}.`;
    case 'unverified':
      return inline`Its verification failed${at}.`;
    case 'faulty':
      return inline`It was found faulty${by}${at}${why}.`;
    case 'failed':
      return inline`Its deploy failed${at}.`;
    case 'errored':
      return inline`It errored${at}.`;
    default:
      return status satisfies never;
  }
}

/** "Next: …" with the commands that would be accepted; if none, where to look. */
function nextOf(about: About, ...commands: Advised[]): Inline {
  const taken = advices(about, commands);
  return taken ? inline`Next: ${taken}` : lookAt(about);
}

/** "Wait for it to end. To stop it: …" */
function orStop(words: Inline, about: About, release: number): Inline {
  const cancel = advices(about, [{ type: 'cancel', release, reason: null }]);
  return cancel ? inline`${words}. To stop it: ${cancel}` : inline`${words}. ${lookAt(about)}`;
}

function next({ status, release }: Settled, about: About): Inline {
  const { release: known } = about;
  switch (status) {
    case 'prepared':
      return nextOf(about, { type: 'approve', release });
    case 'approved':
      return nextOf(about, { type: 'deploy', release });
    case 'queued':
      return orStop(inline`It starts by itself`, about, release);
    case 'deploying':
    case 'verifying':
      return orStop(inline`Wait for it to end`, about, release);
    case 'testing':
      return nextOf(about, { type: 'accept', release, reason: null });
    case 'unverified':
    case 'failed':
    case 'errored':
      return nextOf(about, { type: 'retry', release }, GO_BACK);
    case 'accepted': {
      const fail = advices(about, [{ type: 'fail', release, reason: 'reason' }]);
      return fail ? inline`If it is bad after all: ${fail}` : lookAt(about);
    }
    case 'cancelled':
      return known?.begun ? nextOf(about, { type: 'retry', release }) : askAnew(about);
    case 'rejected':
    case 'expired':
    case 'superseded':
      return askAnew(about);
    case 'faulty': {
      const back = advices(about, [GO_BACK]);
      return back ? inline`To go back: ${back}` : lookAt(about);
    }
    default:
      return status satisfies never;
  }
}

/** The release is not where the command could apply to it: what its status is, and what can be done next. */
export function settledRefusalText(refusal: Settled, about: About): RefusalText {
  const ref = releaseRef(about.here.policy, refusal.release, about.context);
  return {
    not: inline`this is not possible for ${ref} now.`,
    next: inline`${became(refusal)} ${next(refusal, about)}`,
    open: refusal.release,
  };
}
