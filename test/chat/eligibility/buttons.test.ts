import fc from 'fast-check';
import type { ActionName } from '../../../src/chat/blocks/actions.ts';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { replyMessage } from '../../../src/chat/cards/thread-reply.ts';
import type { ReleaseView } from '../../../src/chat/view-model.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { newBuild } from '../../../src/domain/documents/build.ts';
import { releasesOf } from '../../../src/domain/documents/environment.ts';
import { isWaiting, type Release } from '../../../src/domain/documents/values/release.ts';
import type { ReplyEvent } from '../../../src/domain/documents/values/replies.ts';
import { actions, play, setups, start } from '../../domain/model/play.ts';
import type { Crew } from '../../domain/support/crew.ts';
import { statesOf } from '../../domain/support/states.ts';
import {
  A,
  acceptedBelow,
  ada,
  B,
  continuousPolicy,
  eve,
  HOUR,
  lin,
  mo,
  Walk,
} from '../../domain/support/support.ts';
import { KINDS } from '../../domain/support/tables.ts';
import { runs, THOROUGH } from '../../support/thorough.ts';
import {
  actionsDrawn,
  type Place,
  placeOf,
  placesOf,
  promoteOffered,
  rebuildRefused,
  viewOf,
} from './drawn.ts';
import { LEFT_OUT, NO_COMMANDS, OFFERS, type Offer, type Verb } from './offers.ts';

/** More of them find more: `BUTTONS=5000 SEED=7`. */
const SEQUENCES = Number(process.env.BUTTONS ?? runs(240));
const SEED = Number(process.env.SEED ?? 8);

const ALL = Object.entries(OFFERS) as [Verb, Offer][];

/** How often each button was shown, and each exception was needed. */
const seen = new Map<string, number>();

function saw(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

/** What is wrong with the buttons of this card: nothing, if each is shown if and only if its command would be accepted. */
function wrongOn(place: Place, release: Release): string[] {
  const view = viewOf(place, release);
  const drawn = actionsDrawn(view);
  const known = new Set([...NO_COMMANDS, ...ALL.flatMap(([, { buttons }]) => buttons)]);
  const strange = [...drawn].filter((action) => !known.has(action)).map((action) => `${action} is unknown`);
  const wrong = ALL.flatMap(([verb, { buttons, ask, people, where }]) => {
    const asked = where ? where(view) : place.here;
    const rules = asked ? people(view).map((by) => place.refused(asked, ask(view), by)) : [];
    const accepted = rules.some((rule) => rule === null);
    if (buttons.some((action) => drawn.has(action))) {
      saw(verb);
      return accepted ? [] : [`${verb} is shown, and refused: ${rules.join(', ')}`];
    }
    if (!accepted) return [];
    const reason = Object.entries(LEFT_OUT).find(([, left]) => left.verb === verb && left.when(view))?.[0];
    if (reason === undefined) return [`${verb} is not shown, and would be accepted`];
    saw(reason);
    return [];
  });
  const { kind, status, erroredIn } = release;
  return [...strange, ...wrong, ...wrongRebuild(place, release, drawn), ...wrongWords(view, drawn)].map(
    (each) => `${place.here.environment.id} ${kind} ${status} ${erroredIn}: ${each}`,
  );
}

/** Retry Build is a command about the build: shown on a waiting release if and only if the build would take it. */
function wrongRebuild(place: Place, release: Release, drawn: ReadonlySet<ActionName>): string[] {
  const isShown = drawn.has('retryBuild');
  if (isShown) saw('retryBuild');
  const refused = rebuildRefused(place.build(release.sha));
  const fits = isWaiting(release) && release.build === 'failed' && !place.here.policy.retired;
  if (isShown === (fits && refused === null)) return [];
  return [isShown ? `retryBuild is shown, and refused: ${refused}` : 'retryBuild is not shown'];
}

/** What the words of a card and of the reply about an interruption offer has its button. */
function wrongWords(view: ReleaseView, drawn: ReadonlySet<ActionName>): string[] {
  const card = JSON.stringify(releaseCard(view).blocks);
  const { status, requestedBy: requester } = view.release;
  const last = view.release.attempts.at(-1);
  const said =
    status === 'errored' && last?.outcome?.kind === 'interrupted'
      ? interruptedReply(view, { step: last.step, outcome: last.outcome, requester })
      : '';
  const offers: [string, ActionName, boolean][] = [
    ['Roll Back deploys', 'rollback', card.includes('Roll Back deploys')],
    ['Retry deploys', 'retry', card.includes('Retry deploys')],
    ['roll back?', 'rollback', said.includes('roll back?')],
    [said, last?.step === 'verify' ? 'retryVerification' : 'retry', said.includes('retry')],
  ];
  return offers.flatMap(([words, action, isSaid]) => {
    if (isSaid) saw(`${action} in words`);
    return isSaid && !drawn.has(action) ? [`“${words}” without a button`] : [];
  });
}

function interruptedReply(
  view: ReleaseView,
  ended: Pick<Extract<ReplyEvent, { kind: 'ended' }>, 'step' | 'outcome' | 'requester'>,
): string {
  const event: ReplyEvent = { kind: 'ended', log: '', ...ended };
  return replyMessage({ id: 'r', at: view.now, event, release: null }, view).text;
}

/** The lock, freeze or other hold that comes to an environment after a release got into its state. */
const CIRCUMSTANCES: Record<string, (walk: Walk, release: number) => void> = {
  none: () => {},
  'locked by another': (walk) => walk.do({ type: 'lock', reason: 'migration', forMs: null }, eve),
  'locked by who asked for it': (walk) => walk.do({ type: 'lock', reason: 'mine', forMs: null }, ada),
  frozen: (walk) => {
    walk.policy = { ...walk.policy, freeze: [windowAt(walk.now)] };
  },
  paused: (walk) => walk.do({ type: 'pause', reason: 'look' }, mo),
  'a rollback waits': (walk) => walk.do({ type: 'rollback', to: null, reason: 'burns' }, mo),
  'revoked below': (walk, release) => {
    const { sha } = walk.release(release);
    walk.below.set(sha, acceptedBelow(sha, { revoked: { at: walk.now, by: mo, release: null } }));
  },
  'revoked here': (walk, release) => {
    const accepted = walk.acceptance(walk.release(release).sha);
    if (accepted) walk.do({ type: 'fail', release: accepted.release, reason: 'bad' }, eve);
  },
  'a day later': (walk) => walk.after(25 * HOUR),
  'cancel asked': (walk, release) => walk.do({ type: 'cancel', release, reason: null }, ada),
  'prepared again and rejected': (walk, release) => {
    const { sha } = walk.release(release);
    const again = walk.do({ type: 'prepare', sha, ref: null, note: null }, ada);
    if (again.kind === 'accepted')
      walk.ok({ type: 'reject', release: walk.environment.releases, reason: 'no' }, lin);
  },
  'contained in what runs': (walk) => {
    walk.otherwise = 'ancestor';
  },
  'under the other mode': (walk) => {
    const mode = walk.policy.mode === 'approval' ? 'continuous' : 'approval';
    walk.policy = { ...walk.policy, mode };
  },
  'nobody may': (walk) => {
    const { approvals, roles } = walk.policy;
    const nobody = Object.fromEntries(Object.keys(roles).map((role) => [role, []]));
    walk.policy = {
      ...walk.policy,
      approvals: { ...approvals, rules: [{ required: 1, from: [ada.id] }] },
      roles: nobody as unknown as EnvironmentPolicy['roles'],
      acceptFrom: [],
    };
  },
  retired: (walk) => {
    walk.policy = { ...walk.policy, mode: 'approval', below: null, above: null, retired: true };
    walk.do({ type: 'retire' });
  },
};

function windowAt(at: number): EnvironmentPolicy['freeze'][number] {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, -1);
  return { kind: 'dated', from: time(at - HOUR), to: time(at + HOUR), timezone: 'UTC', reason: 'Weekend' };
}

describe('a button is shown if and only if its command would be accepted from somebody who may', () => {
  describe.each(KINDS)('%s', (kind) => {
    const states = Object.entries(statesOf(kind));

    it.each(Object.entries(CIRCUMSTANCES))('%s', (_name, come) => {
      const wrong = states.flatMap(([state, reach]) => {
        const { walk, release } = reach();
        come(walk, release);
        // As the wake-up does before the card is drawn again.
        walk.do({ type: 'tick' });
        return wrongOn(placeOf(walk), walk.release(release)).map((each) => `${state}: ${each}`);
      });
      expect(wrong).toEqual([]);
    });
  });

  it.each([
    ['none', true],
    ['nobody may', false],
  ] as const)('continuous, paused by a rollback that was accepted: %s', (name, resumes) => {
    const walk = new Walk(continuousPolicy());
    for (const [commit, head] of [
      [A, 1],
      [B, 2],
    ] as const) {
      walk.run(walk.head(commit, head));
    }
    const rollback = walk.rollback();
    walk.run(rollback);
    CIRCUMSTANCES[name]!(walk, rollback);
    const place = placeOf(walk);
    expect(releasesOf(walk.environment).flatMap((release) => wrongOn(place, release))).toEqual([]);
    expect(actionsDrawn(viewOf(place, walk.release(rollback))).has('resume')).toBe(resumes);
  });

  it('what waits for a build that failed offers to build it again', () => {
    const walk = new Walk();
    walk.built = 'pending';
    const release = walk.prepare(A);
    walk.ok({ type: 'buildEnded', sha: A, succeeded: false });
    const place: Place = {
      ...placeOf(walk),
      build: (sha) => ({ ...newBuild('shop', sha), status: 'failed' }),
    };
    expect(wrongOn(place, walk.release(release))).toEqual([]);
    expect(actionsDrawn(viewOf(place, walk.release(release))).has('retryBuild')).toBe(true);
  });

  it('on every card of every world, a button is shown if and only if its command would be accepted', () => {
    fc.assert(
      fc.property(setups, fc.nat(3), actions, (setup, told, acts) => {
        const crew = start({ ...setup, cards: false, frozen: false }, told);
        const half = Math.ceil(acts.length / 2);
        for (const part of [acts.slice(0, half), acts.slice(half)]) {
          play(crew, part, () => {});
          expect(wrongIn(crew)).toEqual([]);
        }
      }),
      { numRuns: SEQUENCES, seed: SEED },
    );
  });

  it('of which each was seen, and each exception is needed', () => {
    const answers = ['promote in status', 'promote in why', 'retryBuild'];
    const words = ['rollback', 'retry'].map((action) => `${action} in words`);
    const all = [...Object.keys(OFFERS), ...Object.keys(LEFT_OUT), ...answers, ...words];
    expect([...seen.keys()].sort()).toEqual(all.sort());
  });
});

/** The newest releases, whose cards are looked at; `test:slow` looks at all. */
const RELEASES = 5;

/** Documents whose cards were looked at already. */
const looked = new WeakSet<object>();

function wrongIn(crew: Crew): string[] {
  const { world } = crew;
  world.gitAnswers = true;
  // As wake-ups do before cards are drawn again.
  for (const { here } of placesOf(world)) {
    world.apply('environments', here.environment.id, crew.robot({ type: 'tick' }));
  }
  return placesOf(world).flatMap((place) => {
    const { environment } = place.here;
    const offers = wrongOffers(place);
    if (looked.has(environment)) return offers;
    looked.add(environment);
    const all = releasesOf(environment);
    const some = THOROUGH ? all : all.slice(-RELEASES);
    return [...offers, ...some.flatMap((release) => wrongOn(place, release))];
  });
}

/**
 * What is wrong with Promote in the answers to `status` and `why`: nothing, if it is shown if and only if preparing what
 * was last accepted below would be accepted. It is left out for a commit that runs or is on its way there.
 */
function wrongOffers(place: Place): string[] {
  const { here, below } = place;
  const sha = below?.environment.accepted?.sha;
  const rule = sha ? place.refused(here, { type: 'prepare', sha, ref: null, note: null }, ada) : 'order';
  const { deployed, open } = here.environment;
  const isThere = deployed?.sha === sha || open.some((release) => release.sha === sha);
  return Object.entries(promoteOffered(place)).flatMap(([answer, isShown]) => {
    if (isShown) saw(`promote in ${answer}`);
    if (isShown === (rule === null && !isThere)) return [];
    // Why answers what holds continuous deployment, where there is such a hold.
    if (answer === 'why' && here.environment.paused) return [];
    return [`${here.environment.id}: ${answer} ${isShown ? 'offers' : 'does not offer'} Promote, ${rule}`];
  });
}
