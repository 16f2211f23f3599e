import { nextWork } from '../../../src/domain/gates/gates.ts';
import { A, ada, B, C, continuousPolicy, FAILED, lin, policyOf, sha, Walk } from '../support/support.ts';

const walkOf = (change = {}) => new Walk(continuousPolicy(change));
const commit = (n: number): string => n.toString(16).padStart(40, '0');

describe('heads of the branch', () => {
  it('fifty at once: one deploys, the newest is next, and those between never run', () => {
    const walk = walkOf();
    const first = walk.head(commit(1), 1);
    walk.begin(first);
    for (let head = 2; head <= 50; head += 1) {
      walk.head(commit(head), head);
      walk.carry();
    }
    expect(walk.status(first)).toBe('deploying');
    expect(walk.environment.open.map(({ number }) => number)).toEqual([first, 50]);
    expect(walk.environment.ended.every((entry) => entry.release.status === 'superseded')).toBe(true);
    expect(walk.environment.ended).toHaveLength(20);
    walk.report(walk.environment.attempts);
    walk.report(walk.begin(first, 'verify'));
    walk.run(50);
    expect(walk.environment).toMatchObject({ deployed: { sha: commit(50) }, accepted: { sha: commit(50) } });
    expect(walk.environment.attempts).toBe(4);
    expect(walk.environment.open).toEqual([]);
  });

  it('a newer head follows only when deploy and verification have ended', () => {
    const walk = walkOf();
    const first = walk.head(A, 1);
    walk.begin(first);
    const second = walk.head(B, 2);
    expect(nextWork(walk.environment)).toBeNull();
    walk.report(walk.environment.attempts);
    expect(nextWork(walk.environment)).toMatchObject({ step: 'verify', release: { number: first } });
    walk.begin(first, 'verify');
    expect(nextWork(walk.environment)).toBeNull();
    walk.report(walk.environment.attempts, FAILED);
    expect(nextWork(walk.environment)).toMatchObject({ step: 'deploy', release: { number: second } });
    walk.run(second);
    expect(walk.status(first)).toBe('superseded');
  });

  it('an older head whose build ends late is refused, and its card is drawn again', () => {
    const walk = walkOf();
    walk.head(B, 2);
    const older = { type: 'makeRelease', sha: A, ref: 'main', head: 1, card: 'shop@head-1' } as const;
    expect(walk.no('newerHead', older)).toEqual({ rule: 'newerHead', head: 1, newest: 2 });
    expect(walk.environment.open.map((release) => release.sha)).toEqual([B]);
    expect(walk.effects.at(-1)).toMatchObject({
      to: { id: 'shop@head-1' },
      command: { type: 'show', subject: null },
    });
  });

  it('a force push back to an older commit deploys that commit again', () => {
    const walk = walkOf();
    walk.otherwise = 'ancestor';
    walk.run(walk.head(A, 1));
    walk.run(walk.head(B, 2));
    walk.run(walk.head(A, 3));
    expect(walk.environment.deployed).toMatchObject({ sha: A, release: 3 });
  });

  it('the card of a push becomes the card of its release', () => {
    const walk = walkOf();
    const release = walk.head(A, 7);
    expect(walk.release(release)).toMatchObject({ card: 'shop@head-7', head: 7, ref: 'main' });
    expect(walk.sent('show').at(-1)?.subject).toMatchObject({ kind: 'release', number: release });
  });

  it('nothing enters an environment that now needs approvals', () => {
    const walk = new Walk(policyOf({ below: null }));
    walk.no('nothingToDo', { type: 'makeRelease', sha: A, ref: 'main', head: 1, card: null });
    expect(walk.environment.open).toEqual([]);
  });

  it('nobody prepares releases for a continuous environment by hand', () => {
    walkOf().no('continuous', { type: 'prepare', sha: A, ref: null, note: null }, ada);
  });
});

describe('the next environment', () => {
  it('a passed verification accepts, or the deploy if there is no verification', () => {
    const walk = walkOf({ verify: false });
    const release = walk.head(A, 1);
    walk.report(walk.begin(release));
    expect(walk.release(release)).toMatchObject({ status: 'accepted', end: { by: { kind: 'robot' } } });
  });

  it('an acceptance makes a release above if that is continuous too, in the order of acceptances', () => {
    const walk = walkOf({ verify: false, above: { name: 'staging', mode: 'continuous' } });
    walk.run(walk.head(A, 1));
    walk.run(walk.head(B, 2));
    const made = walk.sent('makeRelease');
    expect(made.map((command) => command.sha)).toEqual([A, B]);
    expect(made[1]?.head).toBeGreaterThan(made[0]?.head ?? 0);
    expect(walk.effects.find(({ command }) => command.type === 'makeRelease')?.to).toEqual({
      kind: 'environments',
      id: 'shop/staging',
    });
  });

  it('an acceptance in an approval environment makes no release above', () => {
    const walk = walkOf({ verify: false });
    walk.run(walk.head(A, 1));
    expect(walk.sent('makeRelease')).toEqual([]);
  });

  it('a waiting retry is not superseded, but overtaken when the newer one begins', () => {
    const walk = walkOf({ below: 'dev' });
    const first = walk.head(A, 1);
    walk.report(walk.begin(first), FAILED);
    walk.ok({ type: 'retry', release: first }, lin);
    const second = walk.head(B, 2);
    expect(nextWork(walk.environment)?.release.number).toBe(first);
    walk.below.set(A, null);
    walk.do({ type: 'begin', release: first, step: 'deploy', worker: 'w1', leaseUntil: 0 });
    walk.begin(second);
    expect(walk.release(first)).toMatchObject({ status: 'failed', queue: null });
    expect(walk.isOpen(first)).toBe(false);
  });

  it('a held retry taken off the queue can be retried', () => {
    const walk = walkOf({ below: 'dev' });
    const first = walk.head(A, 1);
    walk.report(walk.begin(first), FAILED);
    walk.ok({ type: 'retry', release: first }, lin);
    walk.below.set(A, null);
    walk.do({ type: 'begin', release: first, step: 'deploy', worker: 'w1', leaseUntil: 0 });
    expect(walk.release(first).held).toMatchObject({ gate: 'order' });
    walk.ok({ type: 'cancel', release: first, reason: null }, lin);
    walk.below.clear();
    walk.ok({ type: 'retry', release: first }, lin);
    walk.begin(first);
    expect(walk.status(first)).toBe('deploying');
  });

  it('a newer commit supersedes a held one', () => {
    const walk = walkOf({ below: 'dev' });
    const held = walk.head(A, 1);
    walk.below.set(A, null);
    walk.do({ type: 'begin', release: held, step: 'deploy', worker: 'w1', leaseUntil: 0 });
    walk.head(C, 2);
    expect(walk.status(held)).toBe('superseded');
    walk.head(sha('e'), 3);
    expect(walk.environment.open).toHaveLength(1);
  });
});
