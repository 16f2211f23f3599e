import fc from 'fast-check';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import { runs } from '../../support/thorough.ts';
import { type Kind, statesOf } from '../support/states.ts';
import {
  A,
  ada,
  B,
  C,
  continuousPolicy,
  D,
  eve,
  FAILED,
  guest,
  HOUR,
  lin,
  mo,
  policyOf,
  refusedBy,
  Walk,
} from '../support/support.ts';

const again = (sha: string | null = null, reason: string | null = null) =>
  ({ type: 'redeploy', sha, reason }) as const;

/** A runs and is accepted. */
function one(change = {}): Walk {
  const walk = new Walk(continuousPolicy({ verify: false, ...change }));
  walk.run(walk.head(A, 1));
  return walk.after(1);
}

const frozenNow = (walk: Walk) => {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, -1);
  const [from, to] = [time(walk.now - HOUR), time(walk.now + HOUR)];
  walk.policy = {
    ...walk.policy,
    freeze: [{ kind: 'dated', from, to, timezone: 'UTC', reason: 'Weekend' }],
  };
};

describe('rule 34: a person redeploys what runs in a continuous environment', () => {
  it('rule 34: makes a continuous release of that commit, deployed, verified and accepted like any other', () => {
    const walk = one({ verify: true });
    const release = walk.ok(again(null, 'it drifted'), eve).release ?? 0;
    expect(walk.release(release)).toMatchObject({
      kind: 'continuous',
      sha: A,
      requestedBy: eve,
      note: 'it drifted',
      status: 'queued',
      queue: { by: eve },
    });
    walk.run(release);
    expect(walk.status(release)).toBe('accepted');
    expect(walk.environment).toMatchObject({ deployed: { sha: A, release }, uncertain: false });
  });

  it('rule 34: makes a candidate of that commit where people approve', () => {
    const walk = new Walk();
    walk.accepted(A);
    const release = walk.ok(again(null, 'it drifted'), ada).release ?? 0;
    expect(walk.release(release)).toMatchObject({
      kind: 'promotion',
      sha: A,
      status: 'prepared',
      note: 'it drifted',
    });
    walk.ok({ type: 'approve', release }, lin);
    walk.ok({ type: 'deploy', release }, ada);
    walk.run(release);
    expect(walk.environment.deployed).toMatchObject({ sha: A, release });
  });

  it.each([
    ['failed', (walk: Walk) => walk.report(walk.environment.attempts, FAILED)],
    ['was interrupted', (walk: Walk) => walk.after(LEASE_MS + MARGIN_MS).ok({ type: 'tick' })],
  ] as const)('rule 34: brings back what ran before after a deploy that %s', (_how, ends) => {
    const walk = one();
    const bad = walk.head(B, 2);
    walk.begin(bad);
    ends(walk);
    expect(walk.environment.uncertain).toBe(true);
    const release = walk.ok(again(), eve).release ?? 0;
    walk.run(release);
    expect(walk.environment).toMatchObject({ deployed: { sha: A, release }, uncertain: false });
    walk.no('overtaken', { type: 'retry', release: bad }, mo);
  });

  it('rule 34: a late success of the other deploy ends it, as that commit now runs', () => {
    const walk = one();
    const late = walk.head(B, 2);
    const attempt = walk.begin(late);
    walk.after(LEASE_MS + MARGIN_MS).ok({ type: 'tick' });
    const release = walk.ok(again(), eve).release ?? 0;
    walk.report(attempt);
    expect(walk.environment.deployed?.sha).toBe(B);
    expect(walk.release(release)).toMatchObject({ status: 'superseded', end: { cause: { sha: B } } });
  });

  it('rule 34: a newer commit that arrives or begins first ends it, never the other way round', () => {
    const waits = one();
    const asked = waits.ok(again(), eve).release ?? 0;
    waits.head(B, 2);
    expect(waits.status(asked)).toBe('superseded');
    const behind = one();
    const newer = behind.head(B, 2);
    const second = behind.ok(again(), eve).release ?? 0;
    expect(nextWork(behind.environment)?.release.number).toBe(newer);
    behind.begin(newer);
    expect(behind.status(second)).toBe('superseded');
  });

  it('rule 34: adopting another commit ends it', () => {
    const walk = new Walk(continuousPolicy({ verify: false }));
    walk.ok({ type: 'adopt', sha: A, ref: null, reason: 'by hand' }, mo);
    const release = walk.ok(again(), eve).release ?? 0;
    walk.ok({ type: 'adopt', sha: D, ref: null, reason: 'by hand' }, mo);
    expect(walk.status(release)).toBe('superseded');
  });

  it('rule 34: a pause does not hold it, but a freeze or the lock of another person refuses it at once', () => {
    const walk = one();
    walk.ok({ type: 'pause', reason: 'flaky' }, mo);
    walk.ok({ type: 'lock', reason: 'mine', forMs: null }, lin);
    walk.no('locked', again(), eve);
    const release = walk.ok(again(), lin).release ?? 0;
    walk.begin(release);
    expect(walk.status(release)).toBe('deploying');
    const frozen = one();
    frozenNow(frozen);
    expect(frozen.no('frozen', again(), eve)).toMatchObject({ release: null });
    expect(frozen.environment.releases).toBe(1);
  });

  it('rule 34: a rollback takes it off the queue, and no resume makes it again', () => {
    const walk = one();
    walk.run(walk.head(B, 2));
    walk.after(1);
    const release = walk.ok(again(), eve).release ?? 0;
    walk.rollback();
    expect(walk.status(release)).toBe('superseded');
    expect(walk.environment.paused?.newest).toBeNull();
  });

  it('rule 34: it needs the role, and deploys only what runs', () => {
    const walk = one({ roles: { ...policyOf().roles, deploy: [lin.id] } });
    walk.no('notRole', again(), eve);
    walk.no('notMember', again(), guest);
    expect(walk.no('runsAnother', again(C), lin)).toEqual({ rule: 'runsAnother', sha: C, deployed: A });
    walk.ok(again(A), lin);
    walk.no('alreadyWaits', again(), lin);
    const empty = new Walk(continuousPolicy());
    empty.no('nothingDeployed', again(), eve);
  });

  it('rule 34: it needs a reason for a revoked commit, as its verification accepts it again', () => {
    const walk = one();
    walk.ok({ type: 'fail', release: 1, reason: 'bad' }, mo);
    walk.no('reasonRequired', again(), eve);
    const release = walk.ok(again(null, 'the other one is worse'), eve).release ?? 0;
    walk.run(release);
    expect(walk.acceptance(A)?.revoked).toBeNull();
  });

  it('rule 34: it is refused while something deploys or is verified, or a rollback waits', () => {
    const walk = one({ verify: true });
    walk.run(walk.head(B, 2));
    const running = walk.head(C, 3);
    walk.begin(running);
    walk.no('deploying', again(), eve);
    walk.report(walk.environment.attempts);
    walk.no('deploying', again(), eve);
    walk.begin(running, 'verify');
    walk.no('deploying', again(), eve);
    walk.report(walk.environment.attempts);
    const back = walk.rollback();
    expect(walk.no('rollbackFirst', again(), eve)).toMatchObject({ rollback: back });
  });

  /** What `redeploy` is told about a release in each state; `·`: taken. */
  const TABLE: Partial<Record<Kind, Record<string, string>>> = {
    continuous: {
      queued: 'nothingDeployed',
      'queued:retry': 'nothingDeployed',
      deploying: 'nothingDeployed',
      'verifying:idle': 'deploying',
      'verifying:running': 'deploying',
      'baking:waits': 'deploying',
      'baking:checks': 'deploying',
      unverified: '·',
      'errored:deploy': 'nothingDeployed',
      'errored:broke': 'nothingDeployed',
      'errored:verify': '·',
      'queued:interrupted': 'nothingDeployed',
      'verify:interrupted': 'deploying',
      failed: 'nothingDeployed',
      'cancelled:begun': 'nothingDeployed',
      'cancelled:never': 'nothingDeployed',
      accepted: '·',
      superseded: 'deploying',
      'deploying:remote': 'nothingDeployed',
      'verifying:remote': 'deploying',
      'failed:remote': 'nothingDeployed',
      'cancelled:remote': 'nothingDeployed',
      'errored:remote': 'nothingDeployed',
      'unverified:remote': '·',
      faulty: '·',
      'faulty:accepted': 'reasonRequired',
    },
    rollback: Object.fromEntries(Object.keys(statesOf('rollback')).map((state) => [state, '·'])),
  };

  it.each(Object.keys(TABLE) as Kind[])('rule 34: is decided for a %s release in every state', (kind) => {
    const found = Object.entries(statesOf(kind)).map(([state, reach]) => {
      const { walk } = reach();
      return [state, refusedBy(walk.try(again(), eve)) ?? '·'];
    });
    expect(Object.fromEntries(found)).toEqual(TABLE[kind]);
  });

  it('rule 34: in any order of events, a redeploy that begins deploys what runs', () => {
    const acts = [
      'push',
      'redeploy',
      'rollback',
      'resume',
      'work',
      'fail',
      'lease',
      'late',
      'retry',
    ] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 30 }), (list) => {
        const walk = one();
        let head = 1;
        for (const act of list) {
          walk.after(1);
          const { open } = walk.environment;
          const running = open.find(({ status }) => status === 'deploying');
          const work = nextWork(walk.environment);
          switch (act) {
            case 'push': {
              head += 1;
              const sha = head.toString(16).padStart(40, '0');
              walk.do({ type: 'makeRelease', sha, ref: 'main', head, card: `shop@head-${head}` });
              break;
            }
            case 'redeploy':
              walk.do(again(null, 'drift'), eve);
              break;
            case 'rollback':
              walk.do({ type: 'rollback', to: null, reason: 'burns' }, mo);
              break;
            case 'resume':
              walk.do({ type: 'resume', reason: null }, mo);
              break;
            case 'work': {
              if (!work) {
                walk.report(walk.environment.attempts);
                break;
              }
              const { number, kind, sha, requestedBy } = work.release;
              if (kind === 'continuous' && requestedBy.kind === 'person') {
                expect(sha).toBe(walk.environment.deployed?.sha);
              }
              walk.begin(number, work.step);
              break;
            }
            case 'fail':
              if (running) walk.report(walk.environment.attempts, FAILED);
              break;
            case 'lease':
              walk.after(LEASE_MS + MARGIN_MS).ok({ type: 'tick' });
              break;
            case 'late':
              walk.report(walk.environment.attempts);
              break;
            case 'retry':
              for (const { number } of open) walk.do({ type: 'retry', release: number }, mo);
              break;
            default:
              act satisfies never;
          }
        }
      }),
      { numRuns: runs(500) },
    );
  });
});
