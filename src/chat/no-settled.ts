import type { Refusal } from '../domain/refusal.ts';
import type { About, No } from './no.ts';
import { capital, names } from './text.ts';
import { because, code, dayTime, NOTHING, person, releaseRef, say, type Words } from './words.ts';

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

function next({ status, release }: Settled, { here, release: known }: About): Words {
  const target = `${here.policy.name}#${release}`;
  switch (status) {
    case 'prepared':
      return say`Next: ${code(`/release approve ${target}`)}`;
    case 'approved':
      return say`Next: ${code(`/release deploy ${target}`)}`;
    case 'queued':
      return say`It begins by itself; to stop it: ${code(`/release cancel ${target}`)}`;
    case 'deploying':
    case 'verifying':
      return say`Wait for its end; to stop it: ${code(`/release cancel ${target}`)}`;
    case 'testing':
      return say`Next: ${code(`/release accept ${target}`)}`;
    case 'unverified':
    case 'failed':
    case 'errored':
      return say`Next: ${code(`/release retry ${target}`)} or ${code(`/release rollback ${here.policy.name} reason`)}`;
    case 'accepted':
      return say`If it is bad after all: ${code(`/release fail ${target} reason`)}`;
    case 'cancelled':
      if (known?.begun) return say`Next: ${code(`/release retry ${target}`)}`;
      return prepare(here.environment.id, known?.sha);
    case 'rejected':
    case 'expired':
    case 'superseded':
      return prepare(here.environment.id, known?.sha);
    case 'faulty':
      return say`To go back: ${code(`/release rollback ${here.policy.name} reason`)}`;
    default:
      return status satisfies never;
  }
}

function prepare(environment: string, sha: string | undefined): Words {
  return say`To ask for it anew: ${code(`/release prepare ${environment}${sha ? ` ${sha.slice(0, 12)}` : ''}`)}`;
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
