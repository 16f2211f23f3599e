import { type Card, newCard } from '../../src/domain/documents/card.ts';
import { type Environment, newEnvironment } from '../../src/domain/documents/environment.ts';
import type { Release } from '../../src/domain/documents/values/release.ts';
import type { Reply } from '../../src/domain/documents/values/replies.ts';
import { environmentId } from '../../src/domain/ids.ts';
import { ROBOT } from '../../src/domain/people/people.ts';
import type { OpenBehind } from './rubbish.contract.ts';
import { released } from './samples.ts';

/** Calls the step `verify` what schema version 1 called it, wherever it is stored. */
function asInVersion1(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const key of ['step', 'erroredIn']) if (fields[key] === 'verify') fields[key] = 'check';
  for (const inside of Object.values(fields)) asInVersion1(inside);
}

const SHOP_PROD = environmentId('shop', 'prod');

function count(value: unknown, step: string): number {
  return JSON.stringify(value).split(`"${step}"`).length - 1;
}

/** Documents that an older program stored are read as this program would have stored them. */
export function olderContract(name: string, open: () => Promise<OpenBehind>): void {
  describe(`documents of an older program: ${name}`, () => {
    let opened: OpenBehind;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => await opened.close());

    const record = released(SHOP_PROD, 1, 1, 'check');
    const [deploy] = record.release.attempts;
    const release: Release = {
      ...record.release,
      status: 'errored',
      erroredIn: 'verify',
      attempts: [
        { ...deploy!, lastLine: 'check' },
        {
          ...deploy!,
          number: 2,
          step: 'verify',
          outcome: { kind: 'errored', reason: 'no worker', ran: false },
        },
      ],
    };
    const reply: Reply = {
      id: 'reply',
      at: 1,
      event: {
        kind: 'ended',
        step: 'verify',
        outcome: { kind: 'interrupted' },
        requester: ROBOT,
        log: 'shop/prod/2',
      },
      release,
    };
    const environment: Environment = {
      ...newEnvironment('shop', 'prod'),
      revision: 1,
      open: [release],
      ended: [{ release: { ...release, number: 2 }, revision: 1, recorded: true }],
      effects: [
        {
          id: 'effect',
          to: { kind: 'cards', id: 'card' },
          command: {
            type: 'reply',
            id: 'effect',
            actor: ROBOT,
            product: 'shop',
            subject: { kind: 'release', environment: SHOP_PROD, number: 1 },
            reply,
          },
        },
      ],
    };
    const card: Card = {
      ...newCard('card', 'shop', { kind: 'release', environment: SHOP_PROD, number: 1 }),
      revision: 1,
      replies: [reply],
    };

    test('the step `check` of a release is read as `verify`, and stored so from then on', async () => {
      const { store, change } = opened;
      const history = { ...record, release };
      await store.save('environments', environment);
      await store.save('cards', card);
      await store.putReleases([history]);
      const stored: [string, string][] = [
        ['environments', environment.id],
        ['cards', card.id],
        ['releases', history.id],
      ];
      for (const [collection, id] of stored) await change(collection, id, asInVersion1);

      expect(await store.load('environments', environment.id)).toEqual(environment);
      expect(await store.load('cards', card.id)).toEqual(card);
      expect(await store.findRelease(history.id)).toEqual(history);
      expect(await store.releases(SHOP_PROD, null, 9)).toEqual([history]);

      await store.save('cards', { ...(await store.load('cards', card.id))!, revision: 2 });
      await change('cards', card.id, (document) => {
        expect([count(document, 'check'), count(document, 'verify')]).toEqual([2, 3]);
      });
      expect(await store.load('environments', environment.id)).toEqual(environment);
    });

    test('a release without `unknownAuthors` is read without it, as its type says', async () => {
      const { store, change } = opened;
      const id = environmentId('shop', 'older');
      const older = { ...newEnvironment('shop', 'older'), revision: 1, open: [release] };
      await store.save('environments', older);
      await change('environments', id, (document) => {
        for (const each of (document as unknown as Environment).open) delete each.unknownAuthors;
      });
      const loaded = await store.load('environments', id);
      expect(loaded?.open.map((each) => 'unknownAuthors' in each)).toEqual([false]);
      expect(await store.save('environments', { ...loaded!, revision: 2 })).toBe('saved');
    });
  });
}
