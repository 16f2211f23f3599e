/** The errors that Slack's reference documents: of every method, and of those that Slipway calls. */
export const COMMON_ERRORS = `
  access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted fatal_error
  internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset invalid_form_data
  invalid_post_type method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type not_authed
  org_login_required ratelimited request_timeout service_unavailable team_access_not_granted team_added_to_org token_expired
  token_revoked two_factor_setup_required`;

export const METHOD_ERRORS = {
  'chat.postMessage': `
    as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
    duplicate_channel_not_found duplicate_message_not_found ekm_access_denied invalid_blocks invalid_blocks_format
    invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded
    messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large missing_file_data msg_blocks_too_long msg_too_long
    no_text not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
    restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
    slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked
    team_not_found too_many_attachments too_many_contact_cards user_not_found user_disabled cannot_dm_bot thread_not_found`,
  'chat.update': `
    as_user_not_supported block_mismatch cant_broadcast_message cant_update_message channel_not_found edit_window_closed
    external_channel_migrating invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format
    invalid_metadata_schema is_inactive markdown_text_conflict message_not_found metadata_must_be_sent_from_app
    metadata_too_large msg_too_long no_dual_broadcast_content_update no_text slack_connect_file_link_sharing_blocked
    streaming_state_conflict team_not_found too_many_attachments update_failed`,
  'chat.delete': 'cant_delete_message channel_not_found message_not_found',
  'chat.postEphemeral': `
    cannot_reply_to_message channel_not_found invalid_attachments invalid_blocks invalid_blocks_format is_archived
    markdown_text_conflict message_limit_exceeded messages_tab_disabled msg_too_long no_text not_in_channel restricted_action
    too_many_attachments user_not_in_channel`,
  'chat.getPermalink': 'channel_not_found message_not_found',
  'conversations.history': `
    channel_is_limited_access channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest
    invalid_ts_oldest not_in_channel restricted_action`,
  'conversations.replies': `
    channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest
    list_record_comment_fetch_failed method_not_supported_for_channel_type missing_scope thread_not_found`,
  'conversations.open': `
    app_cannot_join_channel channel_not_found invalid_user_combination method_not_supported_for_channel_type missing_scope
    not_enough_users restricted_action too_many_users user_disabled user_not_found user_not_visible users_list_not_supplied`,
  'conversations.info': 'channel_not_found missing_scope',
  'views.open':
    'duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large',
  'views.push': `
    duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id not_found push_limit_reached
    view_too_large`,
  'views.update': 'duplicate_external_id hash_conflict not_found view_too_large',
  'views.publish': 'duplicate_external_id hash_conflict not_enabled view_too_large',
  'users.info': 'too_many_users user_not_found user_not_visible',
  'usergroups.users.list': 'invalid_cursor no_such_subteam plan_upgrade_required',
} as const;

export const wordsIn = (text: string): string[] => text.trim().split(/\s+/);

export const DOCUMENTED: ReadonlySet<string> = new Set(
  [COMMON_ERRORS, ...Object.values(METHOD_ERRORS)].flatMap(wordsIn),
);
