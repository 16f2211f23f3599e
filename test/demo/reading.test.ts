import { buttons, headline, lines } from '../../src/demo/story/reading.ts';
import type { SandboxMessage } from '../../src/sandbox/protocol.ts';

function message(blocks: unknown[], text = ''): SandboxMessage {
  return {
    ts: '1.000001',
    channel: 'C1',
    user: 'U1',
    text,
    blocks,
    threadTs: null,
    broadcast: false,
    edited: false,
    ephemeral: false,
    replies: 0,
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (label: string, more: object = {}) => ({
  type: 'button',
  action_id: `id of ${label}`,
  text: { type: 'plain_text', text: label },
  ...more,
});

describe('reading a card as people do', () => {
  test('finds buttons by their label, wherever they are', () => {
    const card = message([
      { ...section('one'), block_id: 'b1', accessory: button('Open Card') },
      { type: 'actions', block_id: 'b2', elements: [button('Approve', { confirm: {} }), button('Cancel')] },
    ]);
    expect(buttons(card)).toEqual([
      { label: 'Open Card', blockId: 'b1', actionId: 'id of Open Card', confirms: false },
      { label: 'Approve', blockId: 'b2', actionId: 'id of Approve', confirms: true },
      { label: 'Cancel', blockId: 'b2', actionId: 'id of Cancel', confirms: false },
    ]);
  });

  test('reads title and status without markup, and links and dates by their text', () => {
    const card = message([
      section(
        '*<https://forge/c|abc123f> accepted in <http://127.0.0.1:1|storefront/prod>*\n✅ Accepted by Mo <!date^1^{date_short_pretty} at {time}|1970>, R&amp;D',
      ),
    ]);
    expect(headline(card)).toEqual({
      title: 'abc123f accepted in storefront/prod',
      status: expect.stringMatching(/^✅ Accepted by Mo today at \d\d:\d\d, R&D$/),
    });
  });

  test('reads a status in a block of its own', () => {
    const status = {
      type: 'rich_text_section',
      elements: [{ type: 'text', text: '❌ Failed: *no* markup' }],
    };
    const card = message([section('*Build of abc123f failed*'), { type: 'rich_text', elements: [status] }]);
    expect(headline(card)).toEqual({ title: 'Build of abc123f failed', status: '❌ Failed: *no* markup' });
  });

  test('reads the text of a message without blocks', () => {
    expect(lines(message([], 'Refused: *no*.\nNothing changed.'))).toEqual([
      'Refused: *no*.',
      'Nothing changed.',
    ]);
  });
});
