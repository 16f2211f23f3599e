import type { ActionName } from '../../../src/chat/blocks/actions.ts';
import type { EnvironmentView, ReleaseView } from '../../../src/chat/view-model.ts';
import { releasesOf } from '../../../src/domain/documents/environment.ts';
import { isSettled, verificationEndedBadly } from '../../../src/domain/documents/values/release.ts';
import { deployerOf, lockGate } from '../../../src/domain/gates/gates.ts';
import { type Actor, type Person, samePerson } from '../../../src/domain/people/people.ts';
import { ada, eve, lin, mo } from '../../domain/support/given.ts';
import type { Ask } from './drawn.ts';

/** What a button asks of an environment. */
export interface Offer {
  /** The buttons that ask it, or open the dialog that does. */
  buttons: ActionName[];
  ask: (view: ReleaseView) => Ask;
  /** Members of whom one may, if anybody does: with the role, and not left out as the requester. */
  people: (view: ReleaseView) => Person[];
  /** The environment that is asked; null: there is none. Absent: the release's own. */
  where?: (view: ReleaseView) => EnvironmentView | null;
}

const of = ({ release: { number } }: ReleaseView) => ({ release: number });

/** Whom a lock holds from nothing. */
function deployer({ here: { environment } }: ReleaseView): Person {
  const owner = environment.lock?.owner;
  return owner?.kind === 'person' ? owner : ada;
}

function otherThan(actor: Actor, people: Person[]): Person[] {
  return people.filter((each) => !samePerson(each, actor)).slice(0, 1);
}

/** Every button of a release's card that is a command about an environment. */
export const OFFERS = {
  approve: {
    buttons: ['approve'],
    ask: (view) => ({ type: 'approve', ...of(view), shown: view.here.environment.revision }),
    people: () => [lin, mo],
  },
  reject: {
    buttons: ['reject'],
    ask: (view) => ({ type: 'reject', ...of(view), reason: 'no' }),
    people: () => [lin, mo],
  },
  deploy: {
    buttons: ['deploy'],
    ask: (view) => ({ type: 'deploy', ...of(view) }),
    people: (view) => [deployer(view)],
  },
  cancel: {
    buttons: ['cancel', 'cancelRunning'],
    ask: (view) => ({ type: 'cancel', ...of(view), reason: null }),
    people: () => [ada, mo],
  },
  accept: {
    buttons: ['accept', 'acceptAnyway'],
    ask: (view) => ({ type: 'accept', ...of(view), reason: 'seen' }),
    people: (view) => otherThan(view.release.requestedBy, [mo, eve]),
  },
  fail: {
    buttons: ['testFailed'],
    ask: (view) => ({ type: 'fail', ...of(view), reason: 'bad' }),
    people: (view) => otherThan(view.release.requestedBy, [mo, eve]),
  },
  retry: {
    buttons: ['retry', 'retryVerification'],
    ask: (view) => ({ type: 'retry', ...of(view) }),
    people: (view) => [deployer(view)],
  },
  override: {
    buttons: ['overrideFreeze'],
    ask: (view) => ({ type: 'override', ...of(view), reason: 'must' }),
    people: () => [mo],
  },
  rollback: {
    buttons: ['rollback'],
    ask: () => ({ type: 'rollback', to: null, reason: 'burns' }),
    people: () => [mo],
  },
  resume: {
    buttons: ['resume'],
    ask: () => ({ type: 'resume', reason: null }),
    people: () => [lin],
  },
  askToUnlock: {
    buttons: ['askToUnlock'],
    ask: () => ({ type: 'askToUnlock' }),
    people: (view) => otherThan(deployer(view), [ada, mo]),
  },
  prepareAgain: {
    buttons: ['prepareAgain'],
    ask: ({ release: { sha } }) => ({ type: 'prepare', sha, ref: null, note: null }),
    people: () => [ada],
  },
  promote: {
    buttons: ['promote'],
    ask: ({ release: { sha } }) => ({ type: 'prepare', sha, ref: null, note: null }),
    people: () => [ada],
    where: ({ above }) => above,
  },
} satisfies Record<string, Offer>;
export type Verb = keyof typeof OFFERS;

/** Buttons that look something up or go somewhere, and Retry Build, which is a command about the build. */
export const NO_COMMANDS: readonly ActionName[] = ['showDiff', 'showLog', 'why', 'retryBuild'];

/** True: a lock keeps whoever would deploy it from it. */
function isLocked({ here, release, now }: ReleaseView): boolean {
  return !lockGate(here.environment, deployerOf(release), now).open;
}

function runsHere({ here, release }: ReleaseView): boolean {
  return here.environment.deployed?.release === release.number;
}

/** True: the card is about the commit that a rollback would leave, and says that it is bad or tops the product. */
function isAboutWhatIsLeft(view: ReleaseView): boolean {
  const { release, here } = view;
  const { environment, policy } = here;
  if (verificationEndedBadly(release) || release.status === 'faulty') return runsHere(view);
  if (release.status === 'verifying' && release.bake) return runsHere(view);
  const last = release.attempts.at(-1)?.outcome;
  if (last?.kind === 'errored' && !last.ran) return false;
  switch (release.status) {
    case 'failed':
    case 'errored':
    case 'cancelled':
      return release.begun && environment.desired?.release === release.number;
    case 'accepted':
      return policy.above === null && release.kind !== 'rollback' && !release.revoked && runsHere(view);
    default:
      return false;
  }
}

/**
 * Buttons that a card leaves out though their command would be accepted, each with its reason (CARDS §3). There is no
 * exception the other way: whatever is shown would be accepted.
 */
export const LEFT_OUT: Record<string, { verb: Verb; when: (view: ReleaseView) => boolean }> = {
  'Deploy while a lock holds whoever would deploy it: its owner may, but unlocks first': {
    verb: 'deploy',
    when: isLocked,
  },
  'Retry while a lock holds whoever would deploy it: its owner may, but unlocks first': {
    verb: 'retry',
    when: (view) => view.release.kind !== 'rollback' && isLocked(view),
  },
  'Reject once it is approved: Cancel ends it then': {
    verb: 'reject',
    when: ({ release: { status } }) => status === 'approved' || status === 'queued',
  },
  'Cancel while the verification runs, unless it is repeated: it changes nothing and ends by itself': {
    verb: 'cancel',
    when: ({ release }) => release.status === 'verifying' && !release.bake,
  },
  'Test Failed after a verification that ended badly: the card says so already': {
    verb: 'fail',
    when: ({ release }) => verificationEndedBadly(release),
  },
  'Test Failed once it is accepted: the card is settled': {
    verb: 'fail',
    when: ({ release }) => release.status === 'accepted',
  },
  'Override Freeze while approvals are missing: they come first': {
    verb: 'override',
    when: ({ release }) => release.status === 'prepared',
  },
  'Roll Back on any card but that of the commit it leaves': {
    verb: 'rollback',
    when: (view) => !isAboutWhatIsLeft(view),
  },
  'Resume on any card but that of the rollback that paused: the pause has a message of its own': {
    verb: 'resume',
    when: ({ release, here }) =>
      release.status !== 'accepted' ||
      release.revoked !== null ||
      here.environment.paused?.rollback !== release.number,
  },
  'Ask to Unlock where no lock holds the release': {
    verb: 'askToUnlock',
    when: (view) => !['approved', 'queued'].includes(view.release.status) || !isLocked(view),
  },
  'Prepare Again for anything but a promotion that ended before its deploy': {
    verb: 'prepareAgain',
    when: ({ release }) =>
      release.kind !== 'promotion' ||
      !isSettled(release) ||
      ['accepted', 'superseded', 'faulty'].includes(release.status),
  },
  'Prepare Again on any card but that of the newest release of its commit: that one has the button': {
    verb: 'prepareAgain',
    when: ({ release, here: { environment } }) =>
      releasesOf(environment).some(({ number, sha }) => number > release.number && sha === release.sha),
  },
  'Promote for anything but the newest acceptance that is not above yet': {
    verb: 'promote',
    when: ({ release, promoted, newer, above }) =>
      release.status !== 'accepted' ||
      release.revoked !== null ||
      release.kind === 'rollback' ||
      promoted !== null ||
      newer !== null ||
      above?.environment.deployed?.sha === release.sha,
  },
};
