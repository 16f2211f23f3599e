import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { refusalMessage } from '../../../src/chat/refusals/refusals.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import {
  ABC,
  ADA,
  attempt,
  DEPLOYED,
  environment,
  NOW,
  OLD,
  policy,
  read,
  release,
  runs,
  view,
} from '../build.ts';

const here = policy({ name: 'integration', mode: 'continuous', below: null });

function redeploy(over: Partial<Release>): string {
  const one = release({ kind: 'continuous', requestedBy: ADA, note: 'it drifted', expiresAt: null, ...over });
  const card = releaseCard(view({ release: one, policy: here, environment: runs(one) }));
  return read(card).join('\n');
}

test.each([
  [
    'queued',
    { status: 'queued', queue: { at: NOW, by: ADA, place: 1, was: null } },
    'Redeploy abc123f to storefront/integration',
  ],
  [
    'deploying',
    { status: 'deploying', begun: true, attempts: [attempt()] },
    'Redeploying abc123f to storefront/integration',
  ],
  [
    'failed',
    {
      status: 'failed',
      begun: true,
      attempts: [attempt({ endedAt: NOW, outcome: { kind: 'failed', how: { kind: 'exit', code: 1 } } })],
    },
    'Redeploy of abc123f to storefront/integration failed',
  ],
  [
    'accepted',
    { status: 'accepted', begun: true, deployedAt: NOW, attempts: [DEPLOYED] },
    'integration runs abc123f again',
  ],
] as const satisfies readonly (readonly [string, Partial<Release>, string])[])(
  'the card of a redeploy that is %s says so, and who requested it',
  (_status, over, title) => {
    const said = redeploy(over as Partial<Release>);
    expect(said).toContain(title);
    expect(said).toContain('#42 · redeploy · requested by Ada');
  },
);

test('a waiting redeploy shows its reason', () => {
  expect(redeploy({ status: 'queued', queue: { at: NOW, by: ADA, place: 1, was: null } })).toContain(
    'it drifted',
  );
});

test('a commit other than the running one is named as such', () => {
  const said = refusalMessage(
    { rule: 'runsAnother', sha: ABC, deployed: OLD },
    {
      here: {
        policy: here,
        environment: environment('integration', [], {
          deployed: { sha: OLD, ref: null, release: 1, at: NOW, by: ADA },
        }),
      },
      context: { now: NOW, names: {}, commitUrl: null, cards: {} },
    },
  );
  expect(read(said).join('\n')).toBe(
    'Refused: integration runs 9f8e7d6, not abc123f.\nNothing was changed. To deploy that one again: `/release redeploy storefront/integration`.',
  );
});
