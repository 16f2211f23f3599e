import { WebClient } from '@slack/web-api';
import { pushCard } from '../../../src/chat/cards/push/card.ts';
import { releaseCard } from '../../../src/chat/cards/release/card.ts';
import { reasonModal } from '../../../src/chat/dialogs/release.ts';
import { ABC, pushView, view } from '../build.ts';
import { ROWS } from '../scenes.ts';

/** A bot token of any real workspace: `blocks.validate` needs no scope and posts nothing. */
const token = process.env.SLACK_VALIDATE_TOKEN;

const onSlack = token ? describe : describe.skip;

onSlack('Slack itself takes what we would send', () => {
  // It has limits of its own: the client waits as long as Slack asks.
  const client = new WebClient(token);

  test.each(ROWS.map(({ name, scene }) => ({ name, card: releaseCard(view(scene)) })))(
    'the card of a release: $name',
    async ({ card }) => {
      expect(await client.blocks.validate({ message: { blocks: card.blocks } })).toMatchObject({ ok: true });
    },
    600_000,
  );

  test('the card of a push', async () => {
    const { blocks } = pushCard(pushView());
    expect(await client.blocks.validate({ message: { blocks } })).toMatchObject({ ok: true });
  }, 600_000);

  test.each(['reject', 'testFailed', 'acceptAnyway', 'cancel', 'overrideFreeze'] as const)(
    'the dialog of %s',
    async (action) => {
      const dialog = reasonModal({
        action,
        metadata: { environment: 'storefront/prod', release: 42, sha: ABC },
      });
      expect(await client.blocks.validate({ view: dialog })).toMatchObject({ ok: true });
    },
    600_000,
  );
});
