import { pauseRefusal, resumeRefusal } from '../../../../src/domain/eligibility/environment.ts';
import { continuousPolicy, mo, policyOf, refusedBy, Walk } from '../../support/support.ts';

const HOLDS = [
  { type: 'pause', reason: 'look' },
  { type: 'resume', reason: null },
  { type: 'lock', reason: 'mine', forMs: null },
] as const;

describe('nothing new holds an environment that was removed from the configuration', () => {
  const walks = [policyOf(), continuousPolicy()].map((policy) => new Walk({ ...policy, retired: true }));

  it.each(HOLDS)('$type is refused, whatever its mode was', (ask) => {
    expect(walks.map((walk) => refusedBy(walk.try(ask, mo)))).toEqual(['retired', 'retired']);
  });

  it.each([pauseRefusal, resumeRefusal])('%p alone says so too', (refusal) => {
    expect(walks.map((walk) => refusal(walk, null)?.rule)).toEqual(['retired', 'retired']);
  });
});
