import type { ChatFault } from '../../../ports/chat.ts';

/** Slack's answer to a call that did not succeed. */
export type SlackAnswer =
  /** `ok: false` with this `error`; `needed`: the scopes that it names; null: none. */
  | { kind: 'said'; code: string; needed: string | null }
  /** A 429; `seconds`: how long to wait; null: not given. */
  | { kind: 'rateLimited'; seconds: number | null }
  | { kind: 'http'; status: number }
  /** Not an answer of Slack's API: a page, a list, an incomplete document. */
  | { kind: 'unreadable' }
  /** The connection failed or was closed, or the time limit was reached. */
  | { kind: 'nothing' };

/** What a failed call means: see `ChatError`. */
export interface Verdict {
  kind: 'later' | 'final' | 'unknown';
  fault: ChatFault;
  retryAfterMs: number;
  /** Slack's error code; null: there is none. */
  code: string | null;
}

type Meaning =
  /** Refused until somebody acts. */
  | 'token'
  | 'scope'
  | 'workspace'
  | 'channel'
  | 'person'
  | 'gone'
  | 'fixed'
  | 'request'
  /** Refused for now. */
  | 'busy'
  /** "It is possible some aspect of the operation succeeded before the error was raised", Slack says of these. */
  | 'broken';

/** The documented errors of the methods that Slipway calls, and those common to all methods. */
export const MEANINGS = {
  // Every method.
  invalid_auth: 'token',
  not_authed: 'token',
  account_inactive: 'token',
  token_revoked: 'token',
  token_expired: 'token',
  not_allowed_token_type: 'token',
  two_factor_setup_required: 'token',
  missing_scope: 'scope',
  no_permission: 'workspace',
  org_login_required: 'workspace',
  ekm_access_denied: 'workspace',
  team_access_not_granted: 'workspace',
  team_added_to_org: 'workspace',
  access_denied: 'workspace',
  accesslimited: 'workspace',
  enterprise_is_restricted: 'workspace',
  plan_upgrade_required: 'workspace',
  team_not_found: 'workspace',
  messages_tab_disabled: 'workspace',
  ratelimited: 'busy',
  rate_limited: 'busy',
  message_limit_exceeded: 'busy',
  external_channel_migrating: 'busy',
  streaming_state_conflict: 'busy',
  internal_error: 'broken',
  fatal_error: 'broken',
  service_unavailable: 'broken',
  request_timeout: 'broken',
  update_failed: 'broken',
  invalid_arguments: 'request',
  invalid_arg_name: 'request',
  invalid_array_arg: 'request',
  invalid_charset: 'request',
  invalid_form_data: 'request',
  invalid_post_type: 'request',
  missing_post_type: 'request',
  invalid_json: 'request',
  json_not_object: 'request',
  upgrade_required: 'request',
  deprecated_endpoint: 'request',
  method_deprecated: 'request',
  unknown_method: 'request',
  as_user_not_supported: 'request',
  // Channels.
  channel_not_found: 'channel',
  not_in_channel: 'channel',
  is_archived: 'channel',
  is_inactive: 'channel',
  channel_is_limited_access: 'channel',
  channel_type_not_supported: 'channel',
  method_not_supported_for_channel_type: 'channel',
  app_cannot_join_channel: 'channel',
  restricted_action: 'channel',
  restricted_action_read_only_channel: 'channel',
  restricted_action_thread_only_channel: 'channel',
  // People.
  user_not_found: 'person',
  users_not_found: 'person',
  user_disabled: 'person',
  user_not_visible: 'person',
  user_not_in_channel: 'person',
  cannot_dm_bot: 'person',
  invalid_user_combination: 'person',
  // Messages, threads and dialogs.
  message_not_found: 'gone',
  thread_not_found: 'gone',
  not_found: 'gone',
  expired_trigger_id: 'gone',
  exchanged_trigger_id: 'gone',
  cant_update_message: 'fixed',
  cant_delete_message: 'fixed',
  cant_broadcast_message: 'fixed',
  cannot_reply_to_message: 'fixed',
  edit_window_closed: 'fixed',
  message_not_owned_by_app: 'fixed',
  no_dual_broadcast_content_update: 'fixed',
  restricted_action_thread_locked: 'fixed',
  restricted_action_non_threadable_channel: 'fixed',
  hash_conflict: 'fixed',
  push_limit_reached: 'fixed',
  // The content of a request.
  invalid_blocks: 'request',
  invalid_blocks_format: 'request',
  invalid_attachments: 'request',
  block_mismatch: 'request',
  msg_too_long: 'request',
  msg_blocks_too_long: 'request',
  no_text: 'request',
  markdown_text_conflict: 'request',
  too_many_attachments: 'request',
  too_many_contact_cards: 'request',
  attachment_payload_limit_exceeded: 'request',
  missing_file_data: 'request',
  invalid_metadata_format: 'request',
  invalid_metadata_schema: 'request',
  invalid_metadata_filter_keys: 'request',
  metadata_too_large: 'request',
  metadata_must_be_sent_from_app: 'request',
  duplicate_channel_not_found: 'request',
  duplicate_message_not_found: 'request',
  slack_connect_canvas_sharing_blocked: 'request',
  slack_connect_file_link_sharing_blocked: 'request',
  slack_connect_lists_sharing_blocked: 'request',
  list_record_comment_fetch_failed: 'request',
  invalid_cursor: 'request',
  invalid_ts_latest: 'request',
  invalid_ts_oldest: 'request',
  users_list_not_supplied: 'request',
  not_enough_users: 'request',
  too_many_users: 'request',
  no_such_subteam: 'request',
  invalid_trigger_id: 'request',
  duplicate_external_id: 'request',
  view_too_large: 'request',
  // The app has no Home tab.
  not_enabled: 'request',
} as const satisfies Record<string, Meaning>;

/** The form of Slack's error codes. Anything else is not treated as a code, and is not repeated. */
const CODE = /^[a-z][a-z0-9_]{0,79}$/;

/** Wait after a 429 that names no time, or after a refusal for now, in milliseconds. */
const BUSY_MS = 30_000;

/**
 * Bounds for the wait that Slack asks for, in milliseconds: never at once, and never so long that nobody would see its
 * end.
 */
const WAIT_MS = { least: 1_000, most: 3_600_000 };

/** Classifies Slack's answer to a failed call. */
export function verdictOn(answer: SlackAnswer): Verdict {
  switch (answer.kind) {
    case 'said':
      return CODE.test(answer.code) ? verdictOnCode(answer.code, answer.needed) : unknown(null);
    case 'rateLimited':
      return {
        kind: 'later',
        fault: { at: 'slack' },
        retryAfterMs: waitOf(answer.seconds),
        code: 'ratelimited',
      };
    case 'http':
    case 'unreadable':
    case 'nothing':
      return unknown(null);
    default:
      return answer satisfies never;
  }
}

function verdictOnCode(code: string, needed: string | null): Verdict {
  const final = (fault: ChatFault): Verdict => ({ kind: 'final', fault, retryAfterMs: 0, code });
  const meaning: Meaning | null = Object.hasOwn(MEANINGS, code)
    ? MEANINGS[code as keyof typeof MEANINGS]
    : null;
  switch (meaning) {
    case 'token':
    case 'workspace':
      return final({ at: 'process', how: meaning });
    case 'scope':
      return final({ at: 'process', how: 'scope', scope: needed });
    case 'channel':
    case 'person':
    case 'request':
      return final({ at: meaning });
    case 'gone':
    case 'fixed':
      return final({ at: 'message', how: meaning });
    case 'busy':
      return { kind: 'later', fault: { at: 'slack' }, retryAfterMs: BUSY_MS, code };
    case 'broken':
    case null:
      return unknown(code);
    default:
      return meaning satisfies never;
  }
}

function unknown(code: string | null): Verdict {
  return { kind: 'unknown', fault: { at: 'slack' }, retryAfterMs: 0, code };
}

function waitOf(seconds: number | null): number {
  if (seconds === null) return BUSY_MS;
  return Math.min(Math.max(seconds * 1000, WAIT_MS.least), WAIT_MS.most);
}
