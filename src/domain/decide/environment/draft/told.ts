import { type Environment, findRelease, releasesOf } from '../../../documents/environment.ts';
import type { Asked } from '../../../documents/values/approval.ts';
import {
  goesByPeople,
  isRedeploy,
  isRollbackByItself,
  type Release,
  type Status,
} from '../../../documents/values/release.ts';
import type { Facts } from '../../../eligibility/facts.ts';
import { releaseRefusal } from '../../../eligibility/release.ts';
import { freeGate } from '../../../gates/gates.ts';
import { type Actor, type Person, samePerson } from '../../../people/people.ts';
import { type Draft, notify } from './draft.ts';
import { factsOf } from './eligible.ts';

/** At most this many people are asked for an approval by direct messages; the card asks everybody. */
const ASKED_MOST = 30;

/** The statuses in which a release has ended, well or badly, for whoever requested it. */
const ENDED: ReadonlySet<Status> = new Set([
  'accepted',
  'unverified',
  'faulty',
  'failed',
  'errored',
  'cancelled',
  'rejected',
  'expired',
  'superseded',
]);

/**
 * Sends the messages to single people that follow from what was decided: who is asked for an approval, whose release has
 * ended, and whose commits were deployed. `by`: who sent the command; nobody is told what they did themselves.
 */
export function tellPeople(before: Environment, draft: Draft, by: Actor): void {
  for (const release of releasesOf(draft.environment)) {
    const was = findRelease(before, release.number);
    if (was === undefined) ask(draft, release);
    else if (approvalState(before, was, draft) !== approvalState(draft.environment, release, draft))
      followAsked(draft, release, { release: was, now: before.time });
    if (ENDED.has(release.status) && release.status !== was?.status) sayEnded(draft, release, by);
    if (was && release.deployedAt !== was.deployedAt) sayDeployed(draft, release);
  }
}

/** Asks everybody who wants to know and may approve it now. */
function ask(draft: Draft, release: Release): void {
  const { readers = [], groups, authors } = draft.context;
  if (release.status !== 'prepared' || readers.length === 0) return;
  const facts = factsOf(draft);
  const asked = readers
    .filter(({ to }) => releaseRefusal('approve', facts, release, { person: to, groups, authors }) === null)
    .slice(0, ASKED_MOST);
  if (asked.length === 0) return;
  release.asked = asked;
  followAsked(draft, release);
}

/**
 * Shows the release as it is now to those who were asked. `was`: how it was before, and when that was decided. Who needed to do nothing then and is
 * asked again gets a new message, since an edit notifies nobody.
 */
function followAsked(
  draft: Draft,
  release: Release,
  was: { release: Release; now: number } | null = null,
): void {
  const { number: about } = release;
  release.asked = release.asked?.map((asked) => {
    const { to, named } = asked;
    const notice = { kind: 'approvalAsked', to, release: about, named } as const;
    const facts = factsOf(draft);
    const wasOpen = !was || isOpen({ ...facts, now: was.now }, was.release, to);
    if (wasOpen || !isOpen(facts, release, to)) {
      notify(draft, askCard(release, asked), notice);
      // Under other rules an older one may say that the person may not approve at all.
      const older = was && was.release.policy !== release.policy ? (asked.anew ?? 0) - 1 : -1;
      if (older >= 0)
        notify(draft, askCard(release, { ...asked, anew: older }), { ...notice, replaced: true });
      return asked;
    }
    const again = { ...asked, anew: (asked.anew ?? 0) + 1 };
    notify(draft, askCard(release, asked), { ...notice, replaced: true });
    notify(draft, askCard(release, again), notice);
    return again;
  });
}

function askCard({ card }: Release, { to, anew }: Asked): string {
  return `${card}:approve-${to.id}${anew ? `-${anew}` : ''}`;
}

/**
 * Whether the release waits for this person. Who is in a group is not known here, so of its members only whether they have
 * approved.
 */
function isOpen(facts: Facts, release: Release, person: Person): boolean {
  const asker = { person, groups: [], authors: null };
  const refusal = releaseRefusal('approve', facts, release, asker);
  return refusal === null || refusal.rule === 'notApprover';
}

/** Everything that a question for an approval goes by. How a release goes on after it was approved is not its matter. */
function approvalState(environment: Environment, release: Release, { context }: Draft): string {
  if (!release.asked) return '';
  const { status, approvals, policy } = release;
  if (status !== 'prepared') return ENDED.has(status) && !release.begun ? status : 'approved';
  const starts = context.policy.startApproved ? startState(environment, release) : null;
  return JSON.stringify([policy, environment.deployed?.sha, approvals.map(({ by }) => by), starts]);
}

/** What decides when the deploy starts that the last approval asks for, and whether it does. */
function startState(environment: Environment, release: Release): unknown {
  const { freezeChangesAt, lock, productLock } = environment;
  const { build, soaksUntil, override } = release;
  const locks = [lock, productLock].map((each) => each && [each.card, each.owner, each.reason, each.until]);
  return [build, soaksUntil, override?.at, freezeChangesAt, locks, freeGate(environment, release)];
}

function sayEnded(draft: Draft, release: Release, by: Actor): void {
  for (const to of concernedBy(draft.environment, release)) {
    if (to.kind !== 'person' || samePerson(to, by)) continue;
    const card = `${release.card}:ended-${draft.revision}-${to.id}`;
    notify(draft, card, { kind: 'releaseEnded', to, release: structuredClone(release) });
  }
}

/**
 * Who requested the release, and who deployed it if that is somebody else; of a rollback that Slipway began by itself, those
 * of the release that it takes back.
 */
function concernedBy(environment: Environment, release: Release): Actor[] {
  const left = isRollbackByItself(release) ? release.leaves?.release : null;
  const whose = left == null ? release : (findRelease(environment, left) ?? release);
  const { requestedBy } = whose;
  const all = [requestedBy, whose.deployer, release.deployer].filter((one) => one !== null);
  return all.filter((one, index) => all.findIndex((other) => samePerson(one, other)) === index);
}

/** Only what brings commits into the environment that were not there. */
function sayDeployed(draft: Draft, release: Release): void {
  const brings = goesByPeople(release) || (release.kind === 'continuous' && !isRedeploy(release));
  if (!brings || release.replaces === null || release.deployedAt === null) return;
  const { number, deployedAt: at } = release;
  notify(draft, `${release.card}:deployed`, { kind: 'commitsDeployed', release: number, at });
}
