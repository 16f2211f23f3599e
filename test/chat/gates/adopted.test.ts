import { statusMessage } from '../../../src/chat/answers/status.ts';
import { whereMessage } from '../../../src/chat/answers/where.ts';
import { whyMessage } from '../../../src/chat/answers/why.ts';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { Refusal } from '../../../src/domain/documents/refusal.ts';
import {
  ABC,
  ADA,
  acceptance,
  acceptedBelow,
  build,
  buttonsOf,
  environment,
  HOUR,
  LIN,
  NAMES,
  NOW,
  OLD,
  policy,
  read,
  release,
  view,
} from '../build.ts';
import { checkLimits } from '../limits.ts';
import { FROZEN } from '../scenes.ts';

const around = { now: NOW, names: NAMES, commitUrl: null, cards: {} };
const adoptedByAda = acceptedBelow({ kind: 'adopted', by: ADA });
const reference = { sha: ABC, ref: null, release: 17, at: NOW - 2 * HOUR, by: ADA, adopted: true as const };
const preprod = {
  policy: policy({ name: 'preprod', below: 'integration', above: { name: 'prod', mode: 'approval' } }),
  environment: environment('preprod', [], {
    deployed: reference,
    accepted: reference,
    acceptances: [{ acceptance: adoptedByAda, recorded: true }],
  }),
};
const NEVER = 'adopted in preprod by Ada, never deployed there';

describe('a commit that was only adopted below is never shown as deployed there', () => {
  it.each([
    ['while it waits', 'prepared', { order: adoptedByAda }],
    ['after that', 'rejected', { order: null, below: preprod }],
  ] as const)('on the card above, %s', (_name, status, over) => {
    const said = releaseCard(view({ release: release({ status }), view: over }));
    const text = read(said).join('\n');
    expect(text).toContain(NEVER);
    expect(text).not.toContain('promotion from preprod');
  });

  it('by why, with and without a release', () => {
    const here = { policy: policy(), environment: environment('prod', []) };
    const about = { release: release(), build: null, order: adoptedByAda, behind: [] };
    const asked = { ...around, here, below: preprod, behind: null, asker: LIN };
    expect(read(whyMessage({ ...asked, about })).join('\n')).toContain(`order (${NEVER}, 12:30)`);
    expect(read(whyMessage({ ...asked, about: null })).join('\n')).toContain(`abc123f was ${NEVER}`);
  });

  it('by status and where', () => {
    const row = { ...preprod, behind: null, revokedBelow: null, orders: {} };
    const status = {
      ...around,
      product: 'storefront',
      environments: [row],
      undeliverable: [],
      troubles: [],
      fetchError: null,
    };
    expect(read(statusMessage([status])).join('\n')).toContain('✅ adopted by Ada, never deployed there');
    const standing = {
      here: preprod,
      runs: 'same',
      acceptance: adoptedByAda,
      next: null,
      was: null,
    } as const;
    const where = {
      ...around,
      product: 'storefront',
      sha: ABC,
      commit: null,
      build: build(),
      environments: [standing],
    };
    expect(read(whereMessage(where)).join('\n')).toContain(
      'preprod: runs exactly this, adopted by Ada 12:30, never deployed there',
    );
  });

  it('nor by documents written before references recorded it', () => {
    const { adopted: _adopted, ...old } = reference;
    const one = release({ number: 17, kind: 'adopted', status: 'accepted' });
    const ended = [{ release: one, revision: 1, recorded: true }];
    const here = { ...preprod, environment: { ...preprod.environment, accepted: old, deployed: old, ended } };
    const row = { ...here, behind: null, revokedBelow: null, orders: {} };
    const status = {
      ...around,
      product: 'storefront',
      environments: [row],
      undeliverable: [],
      troubles: [],
      fetchError: null,
    };
    expect(read(statusMessage([status])).join('\n')).toContain('adopted by Ada, never deployed there');
  });
});

describe('rules 26, 27 and 29 refuse with advice', () => {
  const runs = { sha: OLD, ref: null, release: 41, at: NOW - HOUR, by: ADA };
  const here = { policy: policy(), environment: environment('prod', [], { deployed: runs }) };
  // Everything that is advised would be taken.
  const adviceContext = {
    below: [acceptedBelow({ sha: ABC })],
    relations: [{ sha: ABC, to: OLD, relation: 'descendant' as const }],
    acceptances: [acceptance({ sha: ABC }), acceptance({ sha: OLD, release: 41 })],
  };
  const about = { here, context: around, below: preprod, release: release(), adviceContext };
  const late = (instead: 'hotfix' | 'rollback' | 'push' | 'revert') =>
    ({ rule: 'deployedHere', sha: ABC, deployed: OLD, instead }) as const;

  const TABLE: [Refusal, string, string][] = [
    [late('hotfix'), 'only what ran there before', '/release hotfix storefront/prod abc123f00000 reason'],
    [
      late('rollback'),
      'Slipway has already deployed to storefront/prod',
      '/release rollback storefront/prod to:abc123f00000 reason',
    ],
    [late('push'), 'which runs 9f8e7d6', 'have it accepted in preprod'],
    [late('revert'), 'which runs 9f8e7d6', 'revert the rest'],
    [
      { rule: 'modeChanged', release: 42, mode: 'approval' },
      'prod now asks for approvals',
      '/release prepare storefront/prod abc123f00000',
    ],
    [
      { rule: 'modeChanged', release: 42, mode: 'continuous' },
      'now deploys by itself',
      'have it accepted in preprod',
    ],
    [
      { rule: 'notRole', role: 'adopt', from: [] },
      'the configuration names nobody',
      'roles: { adopt: [...] }',
    ],
    [
      { rule: 'notRole', role: 'override', from: [] },
      'the configuration names nobody',
      'roles: { override: [...] }',
    ],
  ];

  it.each(TABLE)('%j', (refusal, no, next) => {
    const said = refusalMessage(refusal, about);
    const [first, second] = read(said).join('\n').split('\n');
    expect(first).toContain(no);
    expect(second).toContain(next);
    expect(checkLimits(said)).toEqual([]);
  });

  it('no override is offered when nobody may override', () => {
    const policyOf = { ...FROZEN, roles: { ...policy().roles, override: [] } };
    const freeze = { reason: 'Weekend', since: NOW, until: NOW + HOUR };
    const waits = { ...here, policy: policy(FROZEN), environment: environment('prod', [release()]) };
    const closed = { ...waits, policy: policy(policyOf) };
    const said = refusalMessage({ rule: 'frozen', release: 42, freeze }, { ...about, here: closed });
    expect(buttonsOf(said)).toEqual([]);
    const offered = refusalMessage({ rule: 'frozen', release: 42, freeze }, { ...about, here: waits });
    expect(buttonsOf(offered)).toEqual(['Override Freeze!']);
  });
});

describe('a continuous release in an environment that now asks people', () => {
  const robot = { kind: 'robot', name: 'Slipway' } as const;

  it('can be tested by any member', () => {
    const one = release({
      kind: 'continuous',
      requestedBy: robot,
      status: 'testing',
      deployedAt: NOW - HOUR,
    });
    const scene = {
      release: one,
      policy: { acceptFrom: null },
      environment: { deployed: { sha: ABC, ref: null, release: 42, at: NOW - HOUR, by: robot } },
    };
    const said = releaseCard(view(scene));
    expect(read(said).join('\n')).toContain('Waiting for any member');
    expect(buttonsOf(said).join()).toContain('Accept');
  });

  it('offers no Retry when it failed', () => {
    const one = release({ kind: 'continuous', requestedBy: robot, status: 'failed', begun: true });
    const environmentOf = { desired: { sha: ABC, release: 42 } };
    const buttons = (mode: 'approval' | 'continuous') =>
      buttonsOf(
        releaseCard(view({ release: one, policy: { mode, below: null }, environment: environmentOf })),
      ).join();
    expect(buttons('continuous')).toContain('Retry');
    expect(buttons('approval')).not.toContain('Retry');
  });
});
