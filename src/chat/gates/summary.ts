import { stillAsked } from '../../domain/approvals/asked.ts';
import type { Build } from '../../domain/documents/build.ts';
import { type Acceptance, findRelease } from '../../domain/documents/environment.ts';
import { bakesSince } from '../../domain/documents/values/bake.ts';
import type { Lock } from '../../domain/documents/values/lock.ts';
import { goesByPeople, isRunning, type Release } from '../../domain/documents/values/release.ts';
import {
  approvalsGate,
  deployerOf,
  freeGate,
  type Gate,
  type GateName,
  gatesOf,
} from '../../domain/gates/gates.ts';
import { releaseName } from '../../domain/ids.ts';
import { awaitedWords, badEnd, checksEndWords } from '../text/checks.ts';
import { ordinal, plural } from '../text/clean.ts';
import { enumerated, type Inline, inline, join, NOTHING, quote, REASON_MAX } from '../text/inline.ts';
import { commit, mentions, namesOf, person, releaseRef } from '../text/references.ts';
import { at, since } from '../text/times.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';

/** What the gates of a release are drawn from. */
export interface GateView extends RenderContext {
  here: EnvironmentView;
  release: Release;
  /** null: there is no build, or it was not read. */
  build: Build | null;
  /** The newest acceptance of its commit below, revoked or not; null: never accepted there. */
  order: Acceptance | null;
}

/** Gates of a release, each shut one as words; null: open. */
export type ShutGates = Record<GateName, Inline | null>;

/** Whether the build is past the bad end that the release was told of. null: unknown, so it is not. */
export function isBuiltAgain(build: Build | null): boolean {
  return build !== null && ['requested', 'awaiting', 'building', 'succeeded'].includes(build.status);
}

function builtWords(release: Release, build: Build | null, context: RenderContext): Inline | null {
  const words = buildingWords(release, build, context);
  return words !== null && isDoneAgain(release, build)
    ? inline`${words} (again: what it had made is no longer kept)`
    : words;
}

/** Whether the release waits only because what the build had made is no longer kept (RULES 49). */
function isDoneAgain({ builtAgain }: Release, build: Build | null): boolean {
  return builtAgain === true || build?.discarded === true;
}

function buildingWords(release: Release, build: Build | null, context: RenderContext): Inline | null {
  if (release.build === 'succeeded') return null;
  if (release.build === 'failed' && !isBuiltAgain(build)) {
    const why = build === null ? null : badEnd(build);
    if (why !== null) return inline`the build ${build?.status ?? 'failed'}: ${checksEndWords(why)}`;
    return build?.status === 'errored' ? inline`the build errored` : inline`the build failed`;
  }
  if (build?.status === 'succeeded' && !build.discarded) return inline`the build has just succeeded`;
  if (build?.status === 'awaiting' && build.checks) return awaitedWords(build.checks, context.now);
  const started = build?.status === 'building' ? build.attempt?.startedAt : undefined;
  return started === undefined
    ? inline`the build waits for its turn`
    : inline`building since ${since(started, context.now)}`;
}

/**
 * "1 of 2 approvals, still needs Lin or Mo"; with several rules, each one that is not met. null: open. Mentions people
 * only while nobody has approved; `quiet`: never.
 */
export function approvalsWords(
  here: EnvironmentView,
  release: Release,
  context: RenderContext,
  quiet = false,
): Inline | null {
  const { count, required, needs, open } = approvalsGate(release, here.policy, context.now);
  if (release.status !== 'prepared' && open) return null;
  const far = inline`${count} of ${plural(required, 'approval')}`;
  const left = needs.map((need) => ({
    ...need,
    from: stillAsked(need.from, here.policy, release, context.now),
  }));
  if (left.some(({ from }) => from?.length === 0)) return inline`${far}, and nobody is left who may approve`;
  const several = here.policy.approvals.rules.length > 1 && required - count > 1;
  const requester = here.policy.approvals.self ? '' : ` but ${requesterName(release)}`;
  const whom = left.map(({ missing, from }) => {
    if (from === null)
      return several ? inline`any ${plural(missing, 'member')}${requester}` : inline`any member${requester}`;
    const loud = count === 0 && !quiet;
    const who = loud ? mentions(from, context, ', ') : inline`${namesOf(from, context, 'or')}`;
    return several ? inline`${missing} of ${who}` : who;
  });
  if (whom.length === 0) return far;
  return inline`${far}, ${count > 0 ? 'still needs' : 'needs'} ${join(whom, ' and ')}`;
}

function requesterName(release: Release): string {
  return person(release.requestedBy)
    .map((part) => ('text' in part ? part.text : ''))
    .join('');
}

/** The releases that start before this one: the running one, then the queue. */
function aheadOf({ environment }: EnvironmentView, release: Release): Release[] {
  const gate = freeGate(environment, release);
  const behind = gate.gate === 'free' && !gate.open ? gate.behind : [];
  return behind.flatMap((number) => findRelease(environment, number) ?? []);
}

/** "prod#41, deploying since 14:10" */
function blocker(
  other: Release,
  here: EnvironmentView,
  context: RenderContext,
  mark: [string, string],
): Inline {
  const ref = releaseRef(here.policy, other.number, context);
  if (!isRunning(other)) return inline`${ref}${mark[0]}queued${mark[1]}`;
  const started = bakesSince(other) ?? other.attempts.at(-1)?.startedAt;
  const from = started === undefined ? inline`` : inline` since ${since(started, context.now)}`;
  return inline`${ref}${mark[0]}${other.status}${from}${mark[1]}`;
}

/** "second in line, behind prod#41 (deploying since 14:10)"; null: it is first. */
export function placeInLine(here: EnvironmentView, release: Release, context: RenderContext): Inline | null {
  const ahead = aheadOf(here, release);
  const previous = ahead.at(-1);
  if (!previous) return null;
  return inline`${ordinal(ahead.length + 1)} in line, behind ${blocker(previous, here, context, [' (', ')'])}`;
}

/** "lock by Lin, “database migration”, until 16:02" */
function lockedWords(lock: Lock, { here, now }: GateView): Inline {
  const all = lock.card === here.environment.productLock?.card ? ' on all environments' : '';
  const until = lock.until === null ? NOTHING : inline`, until ${since(lock.until, now)}`;
  return inline`lock${all} by ${person(lock.owner)}, ${quote(lock.reason, REASON_MAX)}${until}`;
}

function orderWords(gate: Extract<Gate, { gate: 'order'; open: false }>, view: GateView): Inline {
  const sha = commit(view.release.sha, view);
  const revoked = gate.acceptance?.revoked;
  if (revoked) return inline`${sha} was revoked in ${gate.below} by ${person(revoked.by)}`;
  return inline`${sha} is not accepted in ${gate.below}`;
}

function shutWords(gate: Gate, view: GateView, quiet: boolean): Inline | null {
  const { here, release, now } = view;
  if (gate.gate === 'approvals') {
    return goesByPeople(release) ? approvalsWords(here, release, view, quiet) : null;
  }
  if (gate.open) return null;
  switch (gate.gate) {
    case 'built':
      return builtWords(release, view.build, view);
    case 'order':
      return orderWords(gate, view);
    case 'soak':
      // Without an acceptance the end of the soak is unknown, and `order` says why.
      return gate.until === null ? null : inline`soak until ${since(gate.until, now)}`;
    case 'freeze':
      return inline`freeze ${quote(gate.freeze.reason, REASON_MAX)} until ${since(gate.freeze.until, now)}`;
    case 'lock':
      return lockedWords(gate.lock, view);
    case 'free': {
      const [first] = aheadOf(here, release);
      return first ? blocker(first, here, view, [', ', '']) : null;
    }
    case 'paused':
      return inline`paused by ${person(gate.pause.by)}, ${quote(gate.pause.reason, REASON_MAX)}`;
    default:
      return gate satisfies never;
  }
}

/** The text of each shut gate. `quiet`: nobody is mentioned. */
export function shutGates(view: GateView, quiet = false): ShutGates {
  const { here, release, order, now } = view;
  const facts = { now, policy: here.policy, order, deployer: deployerOf(release) };
  const gates = gatesOf(here.environment, release, facts);
  const words = Object.fromEntries(gates.map((gate) => [gate.gate, shutWords(gate, view, quiet)]));
  return { ...ALL_OPEN, ...words };
}

const ALL_OPEN: ShutGates = {
  built: null,
  order: null,
  approvals: null,
  soak: null,
  freeze: null,
  lock: null,
  free: null,
  paused: null,
};

/**
 * What a shut gate means for a queued release, in the order in which a card names shut gates: those that need people come
 * first. 'waits': it starts by itself once they are open. 'shut': it cannot start as things are. 'holds': it is held, by
 * somebody's decision or the calendar. A gate without an entry does not compile.
 */
const WHEN_QUEUED = {
  approvals: 'shut',
  order: 'shut',
  built: 'waits',
  soak: 'waits',
  freeze: 'holds',
  lock: 'holds',
  paused: 'holds',
  free: 'waits',
} as const satisfies Record<GateName, 'waits' | 'shut' | 'holds'>;

const GATE_ORDER = Object.keys(WHEN_QUEUED) as GateName[];

/** The words of the shut gates that hold a queued release: it does not start by itself when its turn comes. */
export function heldWords(shut: ShutGates): Inline[] {
  return GATE_ORDER.filter((gate) => WHEN_QUEUED[gate] === 'holds')
    .map((gate) => shut[gate])
    .filter((words) => words !== null);
}

/** Whether more than its build, its soak and its turn keeps a queued release from starting. */
export function isHeld(shut: ShutGates): boolean {
  return GATE_ORDER.some((gate) => WHEN_QUEUED[gate] !== 'waits' && shut[gate] !== null);
}

/**
 * "1 of 2 approvals, still needs Lin · soak until 15:02"; null: every gate is open. No gate is left out: at most six are
 * shut with words, as a release that can be paused needs no approvals, and soak has no end time as long as its commit is
 * not accepted below.
 */
export function shutSummary(shut: ShutGates): Inline | null {
  const shown = GATE_ORDER.map((gate) => shut[gate]).filter((words) => words !== null);
  return shown.length > 0 ? join(shown, ' · ') : null;
}

/** "at 15:02, when its soak ends", "when its build has succeeded and prod#41 has ended"; null: at once. */
export function opensWhen(view: GateView): Inline | null {
  const { here, release, now, order } = view;
  const [first] = aheadOf(here, release);
  const facts = { now, policy: here.policy, order, deployer: deployerOf(release) };
  const soak = gatesOf(here.environment, release, facts).find(({ gate }) => gate === 'soak');
  const until = soak?.gate === 'soak' && !soak.open ? soak.until : null;
  const built = isDoneAgain(release, view.build)
    ? inline`it has been built again, as what its build had made is no longer kept`
    : inline`its build has succeeded`;
  const conditions = [
    ...(release.build === 'succeeded' ? [] : [built]),
    ...(first ? [inline`${releaseName(here.policy.name, first.number)} has ended`] : []),
  ];
  if (until === null) return conditions.length > 0 ? inline`when ${enumerated(conditions)}` : null;
  if (conditions.length === 0) return inline`${at(until, now)}, when its soak ends`;
  return inline`when ${enumerated([...conditions, inline`its soak has ended (${since(until, now)})`])}`;
}

/** Whether one more approval opens the gate. */
export function isLastApproval({ here, release, now }: GateView): boolean {
  const gate = approvalsGate(release, here.policy, now);
  return !gate.open && gate.count + 1 >= gate.required;
}
