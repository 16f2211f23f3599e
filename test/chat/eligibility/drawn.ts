import type { Button } from '@slack/types';
import { statusMessage } from '../../../src/chat/answers/status.ts';
import { whyMessage } from '../../../src/chat/answers/why.ts';
import { ACTIONS, type ActionName, actionOf } from '../../../src/chat/blocks/actions.ts';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import type { CommitList, EnvironmentView, Message, ReleaseView } from '../../../src/chat/view-model.ts';
import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import {
  type Context,
  type Relation,
  relationOf,
} from '../../../src/domain/decide/environment/draft/context.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { EnvironmentCommand, HumanCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { LockCommand } from '../../../src/domain/documents/commands/lock.ts';
import type { Refusal, Rule } from '../../../src/domain/documents/refusal.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { mayBePreparedAgain } from '../../../src/domain/eligibility/environment.ts';
import { needsOrder } from '../../../src/domain/gates/gates.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { newerAcceptance, promotionOf } from '../../../src/flow/views/views.ts';
import { decideAny, PRODUCT, type World } from '../../domain/model/world.ts';
import { ada } from '../../domain/support/given.ts';
import { refusedBy, type Walk } from '../../domain/support/support.ts';

/** What a person asks of an environment. */
export type Ask = Unsent<HumanCommand | LockCommand>;

/** An environment of which cards are drawn, and which can be asked. */
export interface Place {
  now: number;
  here: EnvironmentView;
  below: EnvironmentView | null;
  above: EnvironmentView | null;
  /** How many commits it is behind what is accepted below; null: unknown. */
  behind: number | null;
  build: (sha: string) => Build;
  relation: (release: Release, to: string) => Relation | null;
  /** What `decide` would be given for a command about this release. */
  context: (release: Release) => Pick<Context, 'order' | 'acceptances'>;
  /** The rule by which `decide` refuses it there; null: accepted. */
  refused: (where: EnvironmentView, ask: Ask, by: Person) => Rule | null;
}

/** The rule by which a build refuses to be done again; null: accepted. */
export function rebuildRefused(before: Build): Rule | null {
  const command = { type: 'retryBuild', id: 'asked', actor: ada } as const;
  const lowest = { id: environmentId(PRODUCT, 'integration'), mode: 'continuous' } as const;
  const decision = decideBuild(before, command, { now: before.time, lowest, guardGone: false });
  return decision.kind === 'refused' ? decision.refusal.rule : null;
}

/** The places of a world, lowest first. */
export function placesOf(world: World): Place[] {
  const views = world.policies.map((policy) => ({
    policy,
    environment: world.load('environments', environmentId(PRODUCT, policy.name)),
  }));
  const named = (name: string | undefined) => views.find(({ policy }) => policy.name === name) ?? null;
  return views.map((here) => ({
    now: world.wall(),
    here,
    below: named(here.policy.below ?? undefined),
    above: named(here.policy.above?.name),
    behind: behindOf(world, here, named(here.policy.below ?? undefined)),
    build: (sha) => world.load('builds', buildId(PRODUCT, sha)),
    relation: ({ sha }, to) => world.relation(sha, to),
    context: ({ number }) => {
      const command: EnvironmentCommand = { type: 'deploy', release: number, id: 'look', actor: ada };
      return world.read('environments', here.environment.id, command).context as Context;
    },
    refused: ({ environment: { id } }, ask, actor) => {
      const decided = (wanted: Ask) => {
        const command = { ...wanted, id: 'asked', actor };
        const { before, context } = world.read('environments', id, command);
        return decideAny('environments', before, command, context);
      };
      const decision = decided(ask);
      if (decision.kind !== 'refused') return null;
      const { refusal } = decision;
      // The dialog shows what a rollback goes past, and whoever submits it confirms that (RULES 48).
      const again =
        refusal.rule === 'irreversible' && ask.type === 'rollback'
          ? decided(confirming(ask, refusal))
          : decision;
      return again.kind === 'refused' ? again.refusal.rule : null;
    },
  }));
}

function confirming(
  ask: Extract<Ask, { type: 'rollback' }>,
  { commits: [newest], count }: Extract<Refusal, { rule: 'irreversible' }>,
): Ask {
  return { ...ask, past: newest === undefined || count === null ? 'unchecked' : { newest, count } };
}

function behindOf(
  world: World,
  { environment }: EnvironmentView,
  below: EnvironmentView | null,
): number | null {
  const accepted = below?.environment.accepted;
  const { deployed } = environment;
  return accepted && deployed ? adds(world.relation(accepted.sha, deployed.sha)) : null;
}

/** The only place of a walk. */
export function placeOf(walk: Walk): Place {
  const { policy, environment } = walk;
  return {
    now: walk.now,
    here: { policy, environment },
    below: null,
    above: null,
    behind: null,
    build: (sha) => newBuild(PRODUCT, sha),
    relation: ({ sha }, to) => relationOf(walk.context(sha), sha, to),
    context: ({ sha }) => walk.context(sha),
    refused: (_where, ask, by) => refusedBy(walk.try(ask, by)),
  };
}

function counted(count: number): CommitList {
  return { count, commits: [], authors: [] };
}

function adds(relation: Relation | null): number {
  return Number(relation === 'descendant' || relation === 'diverged');
}

function removes(relation: Relation | null): number {
  return Number(relation === 'ancestor' || relation === 'diverged');
}

/** Everything that the card of a release is drawn from, as `releaseView` of the flow reads it. */
export function viewOf(place: Place, release: Release): ReleaseView {
  const { now, here, below, above } = place;
  const { environment, policy } = here;
  const { order, acceptances } = place.context(release);
  const { deployed } = environment;
  const base = release.begun ? release.replaces : (deployed?.sha ?? null);
  const toBase = base === null ? null : place.relation(release, base);
  const runsAbove = above?.environment.deployed;
  const again = mayBePreparedAgain(release);
  const isOpen = environment.open.some(({ number }) => number === release.number);
  return {
    now,
    names: {},
    commitUrl: null,
    cards: {},
    here,
    release,
    build: place.build(release.sha),
    push: null,
    adds: toBase === null ? null : counted(adds(toBase)),
    removes: toBase === null ? null : counted(removes(toBase)),
    commit: null,
    below,
    order: needsOrder(release, policy) && (isOpen || again) ? order : null,
    isBehind: again && deployed !== null && place.relation(release, deployed.sha) === 'ancestor',
    above,
    aboveBehind: runsAbove ? adds(place.relation(release, runsAbove.sha)) : null,
    promoted: above ? promotionOf(above.environment, release.sha) : null,
    newer: newerAcceptance(environment, release),
    acceptances,
    hotfixes: {},
    notAcceptedIn: [],
    missingFrom: null,
    logTail: { lines: [], before: 0 },
  };
}

/** Whether the answers to `status` and to `why` for this place offer to promote to it what is accepted below. */
export function promoteOffered({ now, here, below, behind }: Place): Record<'status' | 'why', boolean> {
  const around = { now, names: {}, commitUrl: null, cards: {} };
  const row = { behind, revokedBelow: null, orders: {} };
  const status = statusMessage([
    {
      ...around,
      product: PRODUCT,
      environments: [below, here].flatMap((each) => (each ? [{ ...each, ...row }] : [])),
      undeliverable: [],
      fetchError: null,
      troubles: [],
    },
  ]);
  const why = whyMessage({ ...around, here, below, behind, asker: ada, about: null });
  return { status: hasPromote(status), why: hasPromote(why) };
}

function hasPromote({ blocks }: Message): boolean {
  return JSON.stringify(blocks).includes(`"action_id":"${ACTIONS.promote}"`);
}

/** The buttons of a release's card, read from its blocks. */
export function actionsDrawn(view: ReleaseView): ReadonlySet<ActionName> {
  const elements = releaseCard(view).blocks.flatMap((block) =>
    block.type === 'actions' ? (block.elements as Button[]) : [],
  );
  return new Set(
    elements.map(({ action_id }) => {
      const action = actionOf(action_id ?? '');
      if (action === null) throw new Error(`no button of ours: ${action_id}`);
      return action;
    }),
  );
}
