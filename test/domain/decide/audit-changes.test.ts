import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import { newBuild } from '../../../src/domain/documents/build.ts';
import type { Change, Settled } from '../../../src/domain/documents/document.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { ada, continuousPolicy, FAILED, lin, mo, policyOf, sha, Walk } from '../support/support.ts';

const DAY = 86_400_000;

/** The commands settled since the last look, as they will be audited. */
function settledBy(walk: Walk, act: () => void): Settled[] {
  const before = walk.environment.revision;
  act();
  return walk.environment.settled.filter(({ revision }) => revision > before);
}

const release = (number: number, from: string | null, to: string): Change => ({
  what: 'release',
  number,
  from,
  to,
});

describe('what a settled command changed', () => {
  it('includes the status of each release that it touched', () => {
    const walk = new Walk();
    const [prepared] = settledBy(walk, () => walk.prepare(sha('a')));
    expect(prepared).toMatchObject({ type: 'prepare', actor: ada, changed: [release(1, null, 'prepared')] });
    const [approved] = settledBy(walk, () => walk.ok({ type: 'approve', release: 1 }, lin));
    expect(approved?.changed).toEqual([release(1, 'prepared', 'approved')]);
    const [rejected] = settledBy(walk, () =>
      walk.ok({ type: 'reject', release: 1, reason: 'not translated' }, mo),
    );
    expect(rejected).toMatchObject({
      reason: 'not translated',
      changed: [release(1, 'approved', 'rejected')],
    });
  });

  it('is empty for a refusal, which is recorded with its rule', () => {
    const walk = new Walk();
    walk.prepare(sha('a'));
    const [refused] = settledBy(walk, () => walk.no('ownRequest', { type: 'approve', release: 1 }, ada));
    expect(refused).toMatchObject({
      type: 'approve',
      answer: { kind: 'refused', refusal: { rule: 'ownRequest' } },
      changed: [],
    });
  });

  it('is recorded with its commit, refused or not', () => {
    const walk = new Walk();
    const shas = settledBy(walk, () => {
      walk.below.set(sha('b'), null);
      walk.no('order', { type: 'prepare', sha: sha('b'), ref: null, note: null }, ada);
      walk.prepare(sha('a'));
      walk.no('ownRequest', { type: 'approve', release: 1 }, ada);
      walk.no('noRelease', { type: 'approve', release: 9 }, ada);
    }).map((settled) => settled.sha);
    expect(shas).toEqual([sha('b'), sha('a'), sha('a'), null]);
  });

  it('includes what runs, what is accepted, and what a rollback takes from others', () => {
    const walk = new Walk(policyOf({ verify: false }));
    const [a, b] = [sha('a'), sha('b')];
    const deploy = (commit: string) => {
      const number = walk.approved(commit);
      walk.ok({ type: 'deploy', release: number }, ada);
      const attempt = walk.begin(number);
      return settledBy(walk, () => walk.report(attempt))[0]?.changed;
    };
    expect(deploy(a)).toEqual([
      release(1, 'deploying', 'testing'),
      { what: 'deployed', number: 1, from: null, to: a },
    ]);
    const [accepted] = settledBy(walk, () => walk.ok({ type: 'accept', release: 1, reason: null }, mo));
    expect(accepted?.changed).toEqual([
      release(1, 'testing', 'accepted'),
      { what: 'accepted', number: 1, from: null, to: a },
    ]);
    deploy(b);
    walk.ok({ type: 'accept', release: 2, reason: null }, mo);
    walk.carry();
    const [asked] = settledBy(walk, () => walk.ok({ type: 'rollback', to: null, reason: 'bad' }, mo));
    expect(asked?.changed).toEqual([
      release(3, null, 'queued'),
      { what: 'accepted', number: 1, from: b, to: a },
    ]);
    const attempt = walk.begin(3);
    const [back] = settledBy(walk, () => walk.report(attempt));
    expect(back?.changed).toEqual([
      release(3, 'deploying', 'accepted'),
      { what: 'deployed', number: 3, from: b, to: a },
    ]);
    const [retried] = settledBy(walk, () => {
      const number = walk.approved(sha('c'));
      walk.ok({ type: 'deploy', release: number }, ada);
      walk.report(walk.begin(number), FAILED);
      walk.ok({ type: 'retry', release: number }, ada);
    }).filter(({ type }) => type === 'retry');
    expect(retried?.changed).toEqual([release(4, 'failed', 'queued')]);
  });

  it('is audited even when nobody asked, as for what ends by time', () => {
    const walk = new Walk();
    walk.prepare(sha('a'));
    walk.after(30 * DAY);
    const expired = settledBy(walk, () => walk.do({ type: 'tick' }));
    expect(expired).toMatchObject([
      { type: 'tick', actor: ROBOT, changed: [release(1, 'prepared', 'expired')] },
    ]);
    expect(settledBy(walk, () => walk.do({ type: 'tick' }))).toEqual([]);
  });

  it('includes who locks and pauses', () => {
    const walk = new Walk();
    const [locked] = settledBy(walk, () =>
      walk.ok({ type: 'lock', reason: 'migration', forMs: 60_000 }, lin),
    );
    const to = `lin (LIN) until ${new Date(walk.now + 60_000).toISOString()}`;
    expect(locked).toMatchObject({
      reason: 'migration',
      changed: [{ what: 'lock', number: null, from: null, to }],
    });
    walk.after(60_000);
    expect(settledBy(walk, () => walk.do({ type: 'tick' }))).toMatchObject([
      { type: 'tick', changed: [{ what: 'lock', from: to, to: null }] },
    ]);
    const integration = new Walk(continuousPolicy());
    const [paused] = settledBy(integration, () => integration.ok({ type: 'pause', reason: 'fair' }, mo));
    expect(paused?.changed).toEqual([{ what: 'paused', number: null, from: null, to: 'mo (MO)' }]);
  });

  it('starts from the old state of a release that had left the document', () => {
    const walk = new Walk(policyOf({ verify: false }));
    walk.ok({ type: 'deploy', release: walk.approved(sha('a')) }, ada);
    walk.report(walk.begin(1));
    walk.ok({ type: 'accept', release: 1, reason: null }, mo);
    walk.carry();
    walk.past = walk.release(1);
    walk.environment = { ...walk.environment, ended: [] };
    const [failed] = settledBy(walk, () => walk.ok({ type: 'fail', release: 1, reason: 'bad' }, mo));
    expect(failed?.changed).toEqual([
      release(1, 'accepted', 'faulty'),
      { what: 'accepted', number: null, from: sha('a'), to: null },
    ]);
  });

  it('is kept once: when the audit has it, the document does not', () => {
    const walk = new Walk();
    walk.prepare(sha('a'));
    expect(walk.environment.settled[0]).toMatchObject({ recorded: false, changed: [{ what: 'release' }] });
    walk.carry();
    expect(walk.environment.settled[0]).toMatchObject({ recorded: true, sha: sha('a'), changed: [] });
  });

  it('is its status for a build', () => {
    const build = newBuild('shop', sha('a'));
    const command = {
      id: 'c1',
      actor: ROBOT,
      type: 'requestBuild',
      push: null,
      watcher: environmentId('shop', 'prod'),
    } as const;
    const lowest = { id: environmentId('shop', 'prod'), mode: 'approval' } as const;
    const decision = decideBuild(build, command, { now: 1, lowest, guardGone: true });
    expect(decision.aggregate.settled[0]?.changed).toEqual([
      { what: 'build', number: null, from: 'none', to: 'requested' },
    ]);
  });
});
