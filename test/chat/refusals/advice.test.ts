import { decodeValue } from '../../../src/chat/blocks/action-values.ts';
import { actionOf } from '../../../src/chat/blocks/actions.ts';
import { parseCommand } from '../../../src/chat/command/parse.ts';
import { isLookup, type Request } from '../../../src/chat/command/request.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { Message } from '../../../src/chat/view-model.ts';
import { findRelease } from '../../../src/domain/documents/environment.ts';
import { isRunning } from '../../../src/domain/documents/values/release.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import { type Kind, type Reached, statesOf } from '../../domain/support/states.ts';
import {
  A,
  type Ask,
  ada,
  B,
  C,
  continuousPolicy,
  D,
  eve,
  FAILED,
  HOUR,
  lin,
  mo,
  policyOf,
  type Walk,
} from '../../domain/support/support.ts';
import { everyThird } from '../../support/thorough.ts';
import { buttonsOf, read } from '../build.ts';

const KINDS: Kind[] = ['promotion', 'hotfix', 'continuous', 'rollback'];
const PEOPLE = [ada, lin, mo, eve];
const COMMITS = [A, B, C, D];

function frozenAround(now: number): FreezeWindow {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, -1);
  return { kind: 'dated', from: time(now - HOUR), to: time(now + HOUR), timezone: 'UTC', reason: 'Weekend' };
}

/** What may be so around a release, whatever its state. */
const AROUND: Record<string, (walk: Walk) => void> = {
  nothing: () => {},
  'a lock': (walk) => walk.do({ type: 'lock', reason: 'mine', forMs: null }, eve),
  'a freeze': (walk) => {
    walk.policy = { ...walk.policy, freeze: [frozenAround(walk.now)] };
  },
  'a pause': (walk) => walk.do({ type: 'pause', reason: 'wait' }, mo),
  'a rollback that waits': (walk) => walk.do({ type: 'rollback', to: null, reason: 'burns' }, mo),
  'another deploy that failed': (walk) => {
    const other = walk.policy.mode === 'continuous' ? walk.head(D, 9) : walk.approved(D);
    if (walk.status(other) === 'approved') walk.do({ type: 'deploy', release: other }, ada);
    walk.do({ type: 'begin', release: other, step: 'deploy', worker: 'w7', leaseUntil: 0 });
    if (walk.status(other) === 'deploying') walk.report(walk.environment.attempts, FAILED);
  },
  'a requested cancel': (walk) => {
    const running = walk.environment.open.find(isRunning);
    if (running) walk.do({ type: 'cancel', release: running.number, reason: null }, ada);
  },
  'an older commit': (walk) => {
    walk.otherwise = 'ancestor';
  },
  'a git that does not answer': (walk) => {
    walk.otherwise = null;
  },
  'a revocation below': (walk) => {
    for (const commit of COMMITS) walk.below.set(commit, null);
  },
  'the running commit revoked here': (walk) => {
    const runs = walk.environment.deployed?.release;
    if (runs) walk.do({ type: 'fail', release: runs, reason: 'bad' }, eve);
  },
  'the other mode': (walk) => {
    const other = walk.policy.mode === 'continuous' ? policyOf() : continuousPolicy();
    walk.policy = { ...other, name: walk.policy.name, approvals: walk.policy.approvals };
  },
  'a day that has passed': (walk) => {
    walk.after(31 * HOUR);
  },
  'a removed environment': (walk) => {
    walk.policy = { ...walk.policy, retired: true };
  },
  'the most candidates allowed': (walk) => {
    for (let n = 1; n <= 10; n += 1) {
      const commit = `c0ffee${n}`.padEnd(40, '0');
      walk.do({ type: 'prepare', sha: commit, ref: null, note: null }, ada);
    }
  },
};

/** Where a hotfix is answered otherwise than a promotion. */
const OF_HOTFIXES: ReadonlySet<string> = new Set([
  'nothing',
  'a freeze',
  'a revocation below',
  'the other mode',
]);

/** What is answered otherwise to the requester. */
const ASKED_BY_TWO: ReadonlySet<Ask['type']> = new Set(['approve', 'reject', 'accept', 'fail', 'unlock']);

/** Everything that people ask for. */
function asks({ walk, release }: Reached): Ask[] {
  const { sha } = walk.release(release);
  const of = (type: 'approve' | 'deploy' | 'retry') => ({ type, release }) as const;
  const why = (type: 'reject' | 'accept' | 'fail' | 'cancel' | 'override', reason = 'because') =>
    ({ type, release, reason }) as const;
  const rollbacks = [null, ...COMMITS].map((to) => ({
    type: 'rollback' as const,
    to: to === null ? null : { sha: to, ref: null },
    reason: 'it burns',
  }));
  return [
    of('approve'),
    of('deploy'),
    of('retry'),
    why('reject'),
    why('accept'),
    why('accept', ''),
    why('fail'),
    why('fail', ''),
    why('cancel'),
    why('override'),
    ...[sha, B, D].map((one) => ({ type: 'prepare' as const, sha: one, ref: null, note: null })),
    { type: 'hotfix', sha, ref: null, reason: 'must' },
    { type: 'adopt', sha: D, ref: null, reason: 'runs' },
    ...rollbacks,
    { type: 'rollback', to: null, reason: '' },
    ...[null, sha, B].map((one) => ({ type: 'redeploy' as const, sha: one, reason: null })),
    { type: 'pause', reason: 'wait' },
    { type: 'resume', reason: null },
    { type: 'lock', reason: 'mine', forMs: null },
    { type: 'takeOver', reason: 'mine', forMs: null },
    { type: 'unlock', ownerGone: false },
    { type: 'deploy', release: 99 },
  ];
}

/** The refusal as it is said; null: it was taken. */
function refused(
  reached: Reached,
  ask: Ask,
  actor = eve,
): { rule: string; said: Message; walk: Walk } | null {
  const walk = reached.walk.copy();
  const decision = walk.do(ask, actor);
  if (decision.kind === 'accepted') return null;
  const { refusal } = decision;
  const named = 'release' in refusal && refusal.release !== null ? refusal.release : null;
  const release = named === null ? null : (findRelease(walk.environment, named) ?? null);
  const spoken = 'sha' in refusal ? refusal.sha : (release?.sha ?? null);
  const runs = walk.environment.deployed?.sha ?? null;
  const contexts = [spoken, runs].map((sha) => walk.context(sha));
  const said = refusalMessage(refusal, {
    here: { policy: walk.policy, environment: walk.environment },
    release,
    context: { now: walk.now, names: {}, commitUrl: null, cards: {} },
    adviceContext: {
      below: contexts.flatMap(({ order }) => order ?? []),
      relations: contexts.flatMap(({ relations }) => relations),
      acceptances: walk.memory,
    },
  });
  return { rule: refusal.rule, said, walk };
}

/** Commands and buttons of an answer, as what they ask for. */
function advised(said: Message, walk: Walk): { text: string; ask: Ask | 'unread' | null }[] {
  // Two products share the channel, and a removed environment is in neither. What is printed must be clear all the same.
  const all = ['integration', 'preprod', 'prod'];
  const here = all.filter((name) => !walk.policy.retired || name !== walk.policy.name);
  const where = {
    products: [
      { name: 'shop', environments: here },
      { name: 'other', environments: all },
    ],
    channelProducts: ['shop', 'other'],
  };
  const codes = [
    ...read(said)
      .join('\n')
      .matchAll(/`(\/release [^`]+)`/g),
  ].map(([, text = '']) => text);
  const typed = codes.map((text) => {
    // Of a removed environment only these are read.
    if (walk.policy.retired && /^\/release (history|log) /.test(text)) return { text, ask: null };
    const parsed = parseCommand(text, where);
    if (parsed.kind === 'problem') return { text, ask: 'unread' as const };
    return { text, ask: askOf(parsed, walk) };
  });
  const clicked = said.blocks
    .flatMap((block) => (block.type === 'actions' ? block.elements : []))
    .flatMap((element) => (element.type === 'button' ? [element] : []))
    .flatMap((button): { text: string; ask: Ask }[] => {
      const action = actionOf(button.action_id ?? '');
      const value = decodeValue(button.value ?? '');
      const text = `the button ${action}`;
      if (action === 'overrideFreeze')
        return [{ text, ask: { type: 'override', release: value?.release ?? 0, reason: 'must' } }];
      if (action === 'askToUnlock') return [{ text, ask: { type: 'askToUnlock' } }];
      if (action === 'takeOver') return [{ text, ask: { type: 'takeOver', reason: 'must', forMs: null } }];
      return [];
    });
  return [...typed, ...clicked];
}

function full(short: string): string {
  const found = COMMITS.find((commit) => commit.startsWith(short));
  if (!found) throw new Error(`${short} is no commit`);
  return found;
}

/** null: it only looks. */
function askOf(asked: Request, walk: Walk): Ask | null {
  if (isLookup(asked) || asked.kind === 'why' || asked.kind === 'locks') return null;
  if ('environment' in asked) expect(asked.environment).toBe(walk.environment.name);
  const reason = 'reason' in asked ? asked.reason : null;
  switch (asked.kind) {
    case 'prepare':
      return { type: 'prepare', sha: full(asked.commit ?? ''), ref: null, note: null };
    case 'hotfix':
      return { type: 'hotfix', sha: full(asked.commit), ref: null, reason: reason ?? '' };
    case 'rollback': {
      const to = asked.commit === null ? null : { sha: full(asked.commit), ref: null };
      return { type: 'rollback', to, reason: reason ?? '' };
    }
    case 'redeploy':
      return { type: 'redeploy', sha: null, reason };
    case 'lock':
      return { type: 'lock', reason: reason ?? '', forMs: null };
    case 'takeover':
      return { type: 'takeOver', reason: reason ?? '', forMs: null };
    case 'unlock':
      return { type: 'unlock', ownerGone: false };
    case 'resume':
      return { type: 'resume', reason };
    case 'approve':
    case 'deploy':
    case 'retry':
      return { type: asked.kind, release: asked.release ?? 0 };
    case 'cancel':
    case 'accept':
      return { type: asked.kind, release: asked.release ?? 0, reason };
    case 'fail':
    case 'reject':
    case 'override':
      return { type: asked.kind, release: asked.release ?? 0, reason: reason ?? '' };
    default:
      throw new Error(`nobody advises ${asked.kind}`);
  }
}

/** Why advice would be refused by everybody; empty: somebody's would be taken. */
function refusals(walk: Walk, ask: Ask | 'unread'): string[] {
  if (ask === 'unread') return ['it cannot be read'];
  const rules = PEOPLE.map((person) => {
    const decision = walk.copy().try(ask, person);
    return decision.kind === 'refused' ? decision.refusal.rule : null;
  });
  return rules.includes(null) ? [] : [...new Set(rules.filter((rule) => rule !== null))];
}

describe('rule 34: no refusal advises a command that would be refused', () => {
  describe.each(KINDS)('of a %s release', (kind) => {
    it.each(Object.keys(AROUND).filter((name) => kind !== 'hotfix' || OF_HOTFIXES.has(name)))(
      'with %s, in every state, for every command',
      (name) => {
        const wrong = new Set<string>();
        let walked = 0;
        for (const [state, reach] of everyThird(
          Object.entries(statesOf(kind)),
          Object.keys(AROUND).indexOf(name),
        )) {
          const reached = reach();
          AROUND[name]?.(reached.walk);
          const tried = new Set<string>();
          for (const ask of asks(reached)) {
            for (const actor of ASKED_BY_TWO.has(ask.type) ? [eve, ada] : [eve]) {
              const no = refused(reached, ask, actor);
              if (!no) continue;
              for (const one of advised(no.said, no.walk)) {
                walked += 1;
                const said = `${no.rule}: ${one.text}`;
                if (one.ask === null || tried.has(said)) continue;
                tried.add(said);
                const rules = refusals(no.walk, one.ask);
                if (rules.length > 0)
                  wrong.add(`${state}, ${ask.type} !${no.rule}: ${one.text} → ${rules.join(' ')}`);
              }
            }
          }
        }
        expect([...wrong]).toEqual([]);
        expect(walked).toBeGreaterThan(0);
      },
    );
  });
});

test('no button offers a command that would be refused', () => {
  const reached = statesOf('promotion').failed?.();
  if (!reached) throw new Error('no such state');
  AROUND['a freeze']?.(reached.walk);
  const no = refused(reached, { type: 'retry', release: reached.release }, ada);
  expect(no?.rule).toBe('frozen');
  expect(no && buttonsOf(no.said)).toEqual([]);
});
