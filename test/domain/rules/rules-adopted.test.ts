import type { Acceptance } from '../../../src/domain/documents/environment.ts';
import { rollbackTarget } from '../../../src/domain/eligibility/environment.ts';
import { knownAcceptances } from '../../../src/domain/gates/acceptances.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import {
  A,
  acceptedBelow,
  ada,
  B,
  C,
  continuousPolicy,
  D,
  eve,
  FAILED,
  lin,
  mo,
  policyOf,
  SUCCEEDED,
  Walk,
} from '../support/support.ts';

const adopt = (sha: string) => ({ type: 'adopt', sha, ref: null, reason: 'it runs' }) as const;
const back = (sha: string) => ({ type: 'rollback', to: { sha, ref: null }, reason: 'burns' }) as const;

const does = {
  adopt: (walk: Walk, sha: string) => walk.ok(adopt(sha), mo),
  deploy: (walk: Walk, sha: string) => walk.accepted(sha),
  breaks: (walk: Walk, sha: string) => {
    walk.deploying(sha);
    walk.report(walk.environment.attempts, FAILED);
  },
  faulty: (walk: Walk) => walk.ok({ type: 'fail', release: walk.environment.releases, reason: 'bad' }, lin),
  /** The newest commit is left for the one before. */
  back: (walk: Walk) => walk.run(walk.rollback()),
};

/** What happened, and to which of four commits a rollback may go then. */
const TARGETS: [name: string, steps: [keyof typeof does, string][], may: string[]][] = [
  [
    'two adopted',
    [
      ['adopt', A],
      ['adopt', B],
    ],
    [],
  ],
  [
    'one adopted, then another deployed',
    [
      ['adopt', A],
      ['deploy', B],
    ],
    [A],
  ],
  [
    'one adopted, then a failed deploy',
    [
      ['adopt', A],
      ['breaks', B],
    ],
    [A],
  ],
  [
    'two adopted, then another deployed',
    [
      ['adopt', A],
      ['adopt', B],
      ['deploy', C],
    ],
    [B],
  ],
  [
    'three adopted',
    [
      ['adopt', A],
      ['adopt', B],
      ['adopt', C],
      ['deploy', D],
    ],
    [C],
  ],
  [
    'adopted there and back',
    [
      ['adopt', A],
      ['adopt', B],
      ['adopt', A],
      ['deploy', C],
    ],
    [A],
  ],
  [
    'adopted twice',
    [
      ['adopt', A],
      ['adopt', A],
      ['deploy', B],
    ],
    [A],
  ],
  [
    'adopted, a failed deploy, adopted again',
    [
      ['adopt', A],
      ['breaks', B],
      ['adopt', C],
      ['deploy', D],
    ],
    [C],
  ],
  [
    'adopted and found bad',
    [
      ['adopt', A],
      ['faulty', A],
      ['deploy', B],
    ],
    [],
  ],
  [
    'adopted, deployed over twice',
    [
      ['adopt', A],
      ['deploy', B],
      ['deploy', C],
    ],
    [A, B],
  ],
  [
    'back on the adopted commit',
    [
      ['adopt', A],
      ['deploy', B],
      ['back', A],
      ['deploy', C],
    ],
    [A],
  ],
  [
    'adopted, then deployed by the rules',
    [
      ['adopt', A],
      ['adopt', B],
      ['deploy', A],
      ['deploy', C],
    ],
    [A, B],
  ],
];

describe('rule 25: a rollback never deploys what Slipway has not deployed here', () => {
  it.each(TARGETS)('%s', (_name, steps, may) => {
    const walk = new Walk();
    for (const [step, sha] of steps) {
      does[step](walk, sha);
      walk.after(1);
    }
    for (const sha of [A, B, C, D]) {
      if (sha === walk.environment.desired?.sha) continue;
      const { kind } = walk.try(back(sha), mo);
      expect({ sha: sha[0], kind }).toEqual({
        sha: sha[0],
        kind: may.includes(sha) ? 'accepted' : 'refused',
      });
    }
    const newest = rollbackTarget(walk.environment, knownAcceptances(walk.environment, []))?.sha;
    expect(newest === undefined ? may.length === 0 : may.includes(newest)).toBe(true);
  });

  it('rule 25: a later adopt takes back an earlier one, even for the environment above, and names itself', () => {
    const walk = new Walk(policyOf({ above: { name: 'live', mode: 'approval' } }));
    walk.ok(adopt(A), mo);
    const second = walk.after(1).ok(adopt(B), ada).release;
    expect(walk.acceptance(A)?.revoked).toMatchObject({ by: ada, release: second });
    expect(walk.environment.accepted).toMatchObject({ sha: B, adopted: true });
    expect(walk.sent('revokedBelow').map(({ sha }) => sha)).toEqual([A]);
  });

  it('rule 25: an adoption that has left the document is taken back too', () => {
    const walk = new Walk();
    const kept: Acceptance = acceptedBelow(A, {
      environment: environmentId('shop', 'prod'),
      kind: 'adopted',
      revision: 0,
    });
    walk.memory = [kept];
    walk.ok(adopt(B), mo);
    walk.after(1).accepted(C);
    expect(walk.acceptance(A)?.revoked).toMatchObject({ by: mo });
    walk.no('notAcceptedHere', back(A), mo);
  });

  it('rule 25: only the last of several adoptions in an older document is a target', () => {
    const walk = new Walk();
    const old = (sha: string, at: number) =>
      acceptedBelow(sha, { environment: environmentId('shop', 'prod'), kind: 'adopted', at });
    walk.accepted(C);
    walk.memory = [old(A, 1), old(B, 2)];
    expect(walk.no('notAcceptedHere', back(A), mo)).toMatchObject({ revoked: true });
    expect(walk.release(walk.rollback()).sha).toBe(B);
  });

  it('rule 25: a rollback to it is not tried again', () => {
    const walk = new Walk();
    walk.ok(adopt(A), mo);
    does.breaks(walk, B);
    const release = walk.after(1).rollback();
    walk.report(walk.begin(release), FAILED);
    walk.ok({ type: 'fail', release: 1, reason: 'it was never good' }, lin);
    walk.no('notAcceptedHere', { type: 'retry', release }, mo);
  });
});

describe('rule 26: adopting is possible only until Slipway has deployed', () => {
  it.each([
    ['a deploy of the same commit', A, 'hotfix'],
    ['another commit', D, 'hotfix'],
    ['one that was accepted here', B, 'rollback'],
  ] as const)('%s', (_name, sha, instead) => {
    const walk = new Walk();
    walk.accepted(B);
    walk.after(1).accepted(A);
    expect(walk.no('deployedHere', adopt(sha), mo)).toMatchObject({ sha, deployed: A, instead });
    expect(walk.environment).toMatchObject({ deployed: { sha: A }, accepted: { sha: A } });
  });

  it('the advice is a new commit for one contained in what runs, and a push for a continuous environment', () => {
    const walk = new Walk();
    walk.accepted(B);
    walk.known.set(`${A}:${B}`, 'ancestor');
    expect(walk.no('deployedHere', adopt(A), mo)).toMatchObject({ instead: 'revert' });
    const continuous = new Walk(continuousPolicy());
    continuous.run(continuous.head(A, 1));
    expect(continuous.no('deployedHere', adopt(B), mo)).toMatchObject({ instead: 'push' });
  });

  const ENDS: [string, (walk: Walk) => void][] = [
    ['testing', (walk) => walk.testing(A)],
    [
      'verification failed',
      (walk) => {
        walk.deployed(A);
        walk.report(walk.begin(1, 'verify'), FAILED);
      },
    ],
    [
      'faulty',
      (walk) => {
        walk.testing(A);
        walk.ok({ type: 'fail', release: 1, reason: 'bad' }, lin);
      },
    ],
    ['accepted', (walk) => walk.accepted(A)],
    [
      'an adoption came first',
      (walk) => {
        walk.ok(adopt(C), mo);
        walk.after(1).accepted(A);
      },
    ],
    [
      'a later deploy failed',
      (walk) => {
        walk.accepted(A);
        does.breaks(walk, B);
      },
    ],
    [
      'a late success',
      (walk) => {
        walk.deploying(A);
        const attempt = walk.environment.attempts;
        walk.after(20_000).ok({ type: 'tick' });
        walk.report(attempt, SUCCEEDED);
        walk.report(walk.begin(1, 'verify'), FAILED);
      },
    ],
  ];

  it.each(ENDS)('whatever the outcome of the deploy: %s', (_name, go) => {
    const walk = new Walk();
    go(walk);
    walk.no('deployedHere', adopt(D), mo);
  });

  it('whatever has left the document since then', () => {
    const walk = new Walk();
    walk.testing(A);
    walk.environment = { ...structuredClone(walk.environment), open: [], ended: [], acceptances: [] };
    walk.no('deployedHere', adopt(D), mo);
  });

  it('a deploy that did not succeed does not change that', () => {
    const walk = new Walk();
    does.breaks(walk, A);
    walk.ok(adopt(B), mo);
    expect(walk.environment).toMatchObject({ deployed: { sha: B, adopted: true }, uncertain: false });
  });
});

describe('rule 29: naming nobody never means anybody, for commands that bypass the rules', () => {
  const nobody = policyOf({ roles: { ...policyOf().roles, adopt: [], override: [] } });

  it('adopting is refused to every member', () => {
    for (const person of [ada, lin, mo, eve]) {
      const walk = new Walk(nobody);
      expect(walk.no('notRole', adopt(A), person)).toMatchObject({ role: 'adopt', from: [] });
    }
  });

  it('overriding a freeze is refused to every member', () => {
    const walk = new Walk(nobody);
    const release = walk.prepare(A);
    for (const person of [ada, lin, mo, eve]) {
      walk.no('notRole', { type: 'override', release, reason: 'must' }, person);
    }
  });
});
