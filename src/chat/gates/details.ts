import { needsStandIn } from '../../domain/approvals/approvals.ts';
import type { Acceptance } from '../../domain/documents/environment.ts';
import type { Lock } from '../../domain/documents/values/lock.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { type Gate, type GateOf, validApprovals } from '../../domain/gates/gates.ts';
import { releaseId } from '../../domain/ids.ts';
import { type Actor, samePerson } from '../../domain/people/people.ts';
import { duration } from '../../domain/time/duration.ts';
import { names, plural } from '../text/clean.ts';
import { code, type Inline, inline, join, NOTHING, quote } from '../text/inline.ts';
import { mayOverride } from '../text/people.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { at, since } from '../text/times.ts';
import type { EnvironmentView, RenderContext } from '../view-model.ts';
import { adoptedWords } from './adopted.ts';
import { unknownNames, whoMayApprove } from './approvers.ts';
import { type GateView, isBuiltAgain, shutGates } from './summary.ts';

/** What the text about a gate is drawn from. */
export interface Asked extends RenderContext {
  here: EnvironmentView;
  asker: Actor;
}

/** The release whose gates are told. */
export interface Subject {
  release: Release;
  build: GateView['build'];
  order: Acceptance | null;
  /** True: it would be like this, but nobody has prepared it. No command can name it. */
  isForeseen?: boolean;
}

/** Maximum length of a reason in the list of gates (CARDS §4). */
const LONG_REASON_MAX = 120;

/** A shut gate, and who opens it or when it opens. */
export function shutLine(gate: Gate, view: Asked, about: Subject): Inline {
  if (gate.gate === 'approvals') return approvalsLine(gate, view, about);
  // Callers pass only shut gates; an open one gets the text for open gates.
  if (gate.open) return openWords(gate, view, about);
  const { here, now } = view;
  const target = releaseId(here.environment.id, about.release.number);
  switch (gate.gate) {
    case 'built':
      return gate.failed && !isBuiltAgain(about.build)
        ? inline`${builtLine(view, about)}. Retry Build on its card opens it if that build succeeds.`
        : inline`${builtLine(view, about)}. It opens by itself when that succeeds.`;
    case 'order':
      return orderLine(gate, view, about);
    case 'soak':
      return gate.until === null
        ? inline`soak: it begins when ${commit(about.release.sha, view)} is accepted in ${here.policy.below ?? 'the environment below'}.`
        : inline`soak: it ends ${at(gate.until, now)}, ${duration(here.policy.soakMs)} after the acceptance in ${here.policy.below ?? 'the environment below'}.`;
    case 'freeze': {
      const { reason, until } = gate.freeze;
      const override = about.isForeseen
        ? inline`once it is prepared`
        : inline`with a reason: ${code(`/release override ${target} reason`)}`;
      const ends = inline`freeze ${quote(reason, LONG_REASON_MAX)}: it ends ${at(until, now)}.`;
      return here.policy.roles.override?.length === 0
        ? inline`${ends} The configuration names nobody who may override it: ${code('roles: { override: [...] }')}`
        : inline`${ends} ${mayOverride(here, view)} may override it, ${override}`;
    }
    case 'lock':
      return lockLine(gate.lock, view);
    case 'free': {
      const ahead = gate.behind.slice(0, 3).map((number): Inline => [releaseRef(here.policy, number, view)]);
      const more = gate.behind.length - ahead.length;
      const ended = gate.behind.length === 1 ? 'that has ended' : 'those have ended';
      return inline`free: ${join(ahead, ', ')}${more > 0 ? ` and ${more} more` : ''} before it. It opens by itself when ${ended}.`;
    }
    case 'paused': {
      const { by, reason, at: since1 } = gate.pause;
      return inline`paused by ${person(by)} since ${since(since1, now)}, ${quote(reason, LONG_REASON_MAX)}. Anyone who may lock there can resume it: ${code(`/release resume ${here.environment.id}`)}`;
    }
    default:
      return gate satisfies never;
  }
}

function builtLine({ asker: _asker, ...view }: Asked, about: Subject): Inline {
  return shutGates({ ...view, ...about }, true).built ?? inline`built`;
}

function orderLine(
  gate: Extract<GateOf<'order'>, { open: false }>,
  { here: _here, asker: _asker, ...around }: Asked,
  { release }: Subject,
): Inline {
  const sha = commit(release.sha, around);
  const revoked = gate.acceptance?.revoked;
  const is = revoked
    ? inline`${sha} was revoked in ${gate.below} by ${person(revoked.by)}, ${at(revoked.at, around.now)}`
    : inline`${sha} is not accepted in ${gate.below}`;
  return inline`order: ${is}. Deploying and accepting it there opens it.`;
}

/** "approvals 1 of 2: Lin approved. Mo opens it. You cannot: you prepared it." */
function approvalsLine(gate: GateOf<'approvals'>, view: Asked, { release, isForeseen }: Subject): Inline {
  const { here, asker, now } = view;
  const given = validApprovals(release, now).map(({ by }) => by.name);
  const who = given.length > 0 ? `${names(given)} approved` : 'nobody has approved';
  const own = samePerson(asker, release.requestedBy) && !here.policy.approvals.self;
  const yes = whoMayApprove(here, release, view);
  const opens = yes === null ? 'Nobody is left who may approve.' : `${yes} opens it.`;
  const notYou = own ? ` You cannot: you ${isForeseen ? 'prepare' : 'prepared'} it.` : '';
  const unknown = needsStandIn(release, here.policy.approvals)
    ? inline` Authors unknown: ${unknownNames(release)}, so one more must approve.`
    : NOTHING;
  return inline`approvals ${gate.count} of ${gate.required}: ${who}. ${opens}${notYou}${unknown}`;
}

function unknownAside(release: Release, { policy }: EnvironmentView): Inline {
  return needsStandIn(release, policy.approvals)
    ? inline`; authors unknown: ${unknownNames(release)}`
    : NOTHING;
}

function lockLine(lock: Lock, { here, now }: Asked): Inline {
  const owner = person(lock.owner);
  const all = lock.card === here.environment.productLock?.card ? ' on all environments' : '';
  const ends = lock.until === null ? NOTHING : inline`, or it ends ${at(lock.until, now)}`;
  return inline`lock${all} by ${owner} since ${since(lock.at, now)}, ${quote(lock.reason, LONG_REASON_MAX)}. ${owner} opens it${ends}.`;
}

/** An open gate, with what opened it where that helps. */
export function openWords(gate: Gate, view: Asked, { release }: Subject): Inline {
  const { here, now, asker } = view;
  switch (gate.gate) {
    case 'order': {
      const acceptance = gate.open ? gate.acceptance : null;
      if (!acceptance) return inline`order`;
      const by = acceptance.by.kind === 'person' ? inline`by ${person(acceptance.by)}, ` : NOTHING;
      const below = here.policy.below ?? 'the environment below';
      return acceptance.kind === 'adopted'
        ? inline`order (${adoptedWords(acceptance, below)}, ${since(acceptance.at, now)})`
        : inline`order (accepted in ${below} ${by}${since(acceptance.at, now)})`;
    }
    case 'approvals':
      return gate.required === 0
        ? inline`approvals (none needed)`
        : inline`approvals (${gate.count} of ${plural(gate.required, 'approval')}${unknownAside(release, here)})`;
    case 'soak':
      return gate.since === null
        ? inline`soak`
        : inline`soak (${duration(now - gate.since)} of ${duration(here.policy.soakMs)})`;
    case 'freeze': {
      const override = gate.open ? gate.override : null;
      return override ? inline`freeze (overridden by ${person(override.by)})` : inline`freeze`;
    }
    case 'lock': {
      const { lock, productLock } = here.environment;
      const deployer = release.queue?.by ?? asker;
      const holds = [lock, productLock].some((each) => each !== null && samePerson(each.owner, deployer));
      return holds
        ? inline`lock (${samePerson(deployer, asker) ? 'yours' : 'of whoever deploys it'})`
        : inline`lock`;
    }
    case 'built':
    case 'free':
    case 'paused':
      return inline`${gate.gate === 'paused' ? 'not paused' : gate.gate}`;
    default:
      return gate satisfies never;
  }
}
