import { createWebClient, SlackChat } from '../../../src/adapters/slack/client/slack-chat.ts';
import { MEANINGS, verdictOn } from '../../../src/adapters/slack/client/verdict.ts';
import { type Asked, DIRECT_TRIES, deliveryAfter } from '../../../src/flow/cards/delivery.ts';
import { TIMING } from '../../../src/flow/services/timing.ts';
import { ChatError } from '../../../src/ports/chat.ts';
import type { Sandbox } from '../../../src/sandbox/server.ts';
import type { Fault } from '../../../src/sandbox/workspace/faults.ts';
import { BOT_TOKEN, openSandbox } from '../../sandbox/support.ts';
import { DOCUMENTED, wordsIn } from './client/errors.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** Who is at fault, and what becomes of a card's first post, of an edit, of a reply, and of a message to one person. */
const ROWS: [at: string, post: string, edit: string, reply: string, direct: string, codes: string][] = [
  [
    'process',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    `invalid_auth not_authed account_inactive token_revoked token_expired not_allowed_token_type two_factor_setup_required
     missing_scope no_permission org_login_required ekm_access_denied team_access_not_granted team_added_to_org access_denied
     accesslimited enterprise_is_restricted plan_upgrade_required team_not_found messages_tab_disabled`,
  ],
  [
    'channel',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    'waits 1 s, ends in time',
    `channel_not_found not_in_channel is_archived is_inactive channel_is_limited_access restricted_action
     restricted_action_read_only_channel restricted_action_thread_only_channel method_not_supported_for_channel_type
     app_cannot_join_channel`,
  ],
  [
    'person',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    'waits 1 s to 1 h',
    'ends',
    'user_not_found user_disabled user_not_visible user_not_in_channel cannot_dm_bot invalid_user_combination',
  ],
  [
    'message',
    'waits 1 s to 1 h',
    'anew',
    'passed over 1 s to 1 h',
    'waits 1 s to 1 h',
    'message_not_found thread_not_found not_found expired_trigger_id exchanged_trigger_id',
  ],
  [
    'message',
    'waits 1 s to 1 h',
    'passed over 1 s to 1 h',
    'passed over 1 s to 1 h',
    'waits 1 s to 1 h',
    `cant_update_message cant_delete_message cant_broadcast_message cannot_reply_to_message edit_window_closed
     no_dual_broadcast_content_update restricted_action_thread_locked restricted_action_non_threadable_channel hash_conflict
     push_limit_reached`,
  ],
  [
    'request',
    'plain, waits 1 s to 1 h',
    'plain, passed over 1 s to 1 h',
    'plain, passed over 1 s to 1 h',
    'plain, waits 1 s to 1 h',
    `invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type
     deprecated_endpoint method_deprecated as_user_not_supported invalid_blocks invalid_blocks_format invalid_attachments
     block_mismatch msg_too_long msg_blocks_too_long no_text markdown_text_conflict too_many_attachments too_many_contact_cards
     attachment_payload_limit_exceeded missing_file_data invalid_metadata_format invalid_metadata_schema
     invalid_metadata_filter_keys metadata_too_large metadata_must_be_sent_from_app duplicate_channel_not_found
     duplicate_message_not_found slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
     slack_connect_lists_sharing_blocked list_record_comment_fetch_failed invalid_cursor invalid_ts_latest invalid_ts_oldest
     users_list_not_supplied not_enough_users too_many_users no_such_subteam invalid_trigger_id duplicate_external_id
     view_too_large not_enabled`,
  ],
  [
    'slack',
    'waits 30 s',
    'waits 30 s',
    'waits 30 s',
    'waits 30 s',
    'ratelimited rate_limited message_limit_exceeded external_channel_migrating streaming_state_conflict',
  ],
  [
    'slack',
    'waits 1 s to 60 s',
    'waits 1 s to 60 s',
    'waits 1 s to 60 s',
    'waits 1 s to 60 s',
    `internal_error fatal_error service_unavailable request_timeout update_failed
     an_error_of_tomorrow`,
  ],
];

const said = (code: string, needed: string | null = null) => verdictOn({ kind: 'said', code, needed });

/** What becomes of it at the first failure and after many, in words. */
function becomes(code: string, doing: Asked['doing'], toPerson: boolean): string {
  const { fault, retryAfterMs } = said(code);
  const after = (failures: number, plain: boolean) =>
    deliveryAfter(fault, retryAfterMs, { doing, toPerson, plain, failures }, TIMING);
  const first = after(0, false);
  const plain = first.kind === 'plain' ? 'plain, ' : '';
  const then = first.kind === 'plain' ? after(0, true) : first;
  const last = after(100, true);
  switch (then.kind) {
    case 'wait':
    case 'passOver': {
      const words = `${plain}${then.kind === 'wait' ? 'waits' : 'passed over'} ${then.waitMs / SECOND} s`;
      if (last.kind === 'end') return `${words}, ends in time`;
      if (last.kind !== then.kind) return `${words}, then ${last.kind}`;
      if (last.waitMs === then.waitMs) return words;
      return `${words} to ${last.waitMs < HOUR ? `${last.waitMs / SECOND} s` : `${last.waitMs / HOUR} h`}`;
    }
    case 'end':
      return 'ends';
    default:
      return `${plain}${then.kind}`;
  }
}

describe('every answer of Slack and its effect on a card', () => {
  const cases = ROWS.flatMap(([at, post, edit, reply, direct, codes]) =>
    wordsIn(codes).map((code) => [code, at, post, edit, reply, direct] as const),
  );

  test.each(cases)(
    '%s: at fault is %s; a post %s, an edit %s, a reply %s, to one person %s',
    (code, at, ...outcomes) => {
      expect(said(code).fault.at).toBe(at);
      const [post, edit, reply, direct] = outcomes;
      expect(becomes(code, 'post', false)).toBe(post);
      expect(becomes(code, 'edit', false)).toBe(edit);
      expect(becomes(code, 'reply', false)).toBe(reply);
      expect(becomes(code, 'post', true)).toBe(direct);
    },
  );

  it('covers every documented error', () => {
    const told = new Set(cases.map(([code]) => code));
    expect([...DOCUMENTED].filter((code) => !told.has(code))).toEqual([]);
    expect([...DOCUMENTED].filter((code) => !Object.hasOwn(MEANINGS, code))).toEqual([]);
  });

  it('is in doubt only when the call may have happened', () => {
    for (const code of DOCUMENTED) {
      const broken = [
        'internal_error',
        'fatal_error',
        'service_unavailable',
        'request_timeout',
        'update_failed',
      ];
      expect([code, said(code).kind === 'unknown']).toEqual([code, broken.includes(code)]);
    }
    expect(said('an_error_of_tomorrow')).toMatchObject({ kind: 'unknown', code: 'an_error_of_tomorrow' });
  });

  it('names a missing scope', () => {
    expect(said('missing_scope', 'chat:write').fault).toEqual({
      at: 'process',
      how: 'scope',
      scope: 'chat:write',
    });
  });

  test.each(['', '<html>', 'toString', '__proto__', 'Two words', `${'x'.repeat(81)}`])(
    'does not take %j as a code',
    (code) => {
      const { kind, fault } = said(code);
      expect([kind, fault.at]).toEqual(['unknown', 'slack']);
    },
  );

  test.each([
    [0, SECOND],
    [4, 4 * SECOND],
    [-5, SECOND],
    [86_400 * 365, HOUR],
    [null, 30 * SECOND],
  ])('a 429 that names %s seconds waits %i ms', (seconds, ms) => {
    expect(verdictOn({ kind: 'rateLimited', seconds })).toMatchObject({ kind: 'later', retryAfterMs: ms });
  });

  it('retries a message to one person for hours, not for ever', () => {
    const after = (failures: number) =>
      deliveryAfter({ at: 'channel' }, 0, { doing: 'post', toPerson: true, plain: false, failures }, TIMING);
    let waitedMs = 0;
    let failures = 0;
    for (; failures < 1_000; failures += 1) {
      const delivery = after(failures);
      if (delivery.kind === 'end') break;
      if (delivery.kind === 'wait') waitedMs += delivery.waitMs;
    }
    expect(failures).toBe(DIRECT_TRIES - 1);
    expect(waitedMs).toBeGreaterThan(HOUR);
  });
});

describe('through the client', () => {
  let sandbox: Sandbox;
  let chat: SlackChat;

  beforeAll(async () => {
    sandbox = await openSandbox();
    chat = new SlackChat(createWebClient(BOT_TOKEN, sandbox.apiUrl, 1_000), Date.now);
  });
  afterEach(() => sandbox.faults.clear());
  afterAll(() => sandbox.close());

  const body = (text: string): Fault => ({ kind: 'body', text });

  test.each<[string, Fault, Partial<ChatError>]>([
    [
      'a page with 500',
      { kind: 'server_error' },
      { kind: 'unknown', message: 'Slack answered with HTTP 500' },
    ],
    [
      'a page with 503',
      { kind: 'server_error', status: 503 },
      { kind: 'unknown', message: 'Slack answered with HTTP 503' },
    ],
    [
      '429 with a time',
      { kind: 'rate_limited', retryAfterSeconds: 7 },
      { kind: 'later', retryAfterMs: 7_000 },
    ],
    [
      '429 without a time',
      { kind: 'rate_limited', retryAfterSeconds: null },
      { kind: 'later', retryAfterMs: 30_000 },
    ],
    ['a cut connection', { kind: 'cut' }, { kind: 'unknown', message: 'Slack did not answer' }],
    ['no answer in time', { kind: 'hang', ms: 1_500 }, { kind: 'unknown', message: 'Slack did not answer' }],
    ['a page with 200', body('<html>Sorry</html>'), { kind: 'unknown', code: null }],
    ['half an answer', body('{"ok":tr'), { kind: 'unknown', code: null }],
    ['null', body('null'), { kind: 'unknown', code: null }],
    ['a list', body('[]'), { kind: 'unknown', code: null }],
    ['a text', body('"ok"'), { kind: 'unknown', code: null }],
    ['an empty object', body('{}'), { kind: 'unknown', code: null }],
    ['nothing', body(''), { kind: 'unknown', code: null }],
    ['an error that is not text', body('{"ok":false,"error":{"a":1}}'), { kind: 'unknown', code: null }],
    ['a post without a place', body('{"ok":true}'), { kind: 'unknown' }],
    ['a future error', body('{"ok":false,"error":"of_tomorrow"}'), { kind: 'unknown', code: 'of_tomorrow' }],
    [
      'a known error',
      { kind: 'error', error: 'is_archived' },
      { kind: 'final', fault: { at: 'channel' }, code: 'is_archived' },
    ],
    [
      'a missing scope',
      { kind: 'error', error: 'missing_scope', needed: 'chat:write' },
      { kind: 'final', fault: { at: 'process', how: 'scope', scope: 'chat:write' } },
    ],
  ])('%s', async (_name, fault, expected) => {
    sandbox.faults.plan('chat.postMessage', fault, 1);
    const [channel] = sandbox.workspace.channels();
    const error = await chat
      .post(channel?.id ?? '', { text: 'x', blocks: [] }, { card: 'c' })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ChatError);
    expect(error).toMatchObject(expected);
    expect((error as ChatError).message).not.toContain('<');
  });
});
