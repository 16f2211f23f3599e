/**
 * The buttons by name, each with the `action_id` that Slack sends back. Stored in posted cards: the ids must not change.
 */
export const ACTIONS = {
  approve: 'approve',
  reject: 'reject',
  deploy: 'deploy',
  /** Of a release that waits: it opens the dialog. */
  cancel: 'cancel',
  /** Of a running deploy: Slack has asked to confirm. */
  cancelRunning: 'cancel_running',
  accept: 'accept',
  acceptAnyway: 'accept_anyway',
  testFailed: 'test_failed',
  retry: 'retry',
  retryVerification: 'retry_check',
  retryBuild: 'retry_build',
  rollback: 'rollback',
  /** Goes past irreversible commits; runs the slash command text in `value.command`. */
  rollbackPast: 'rollback_past',
  promote: 'promote',
  prepareAgain: 'prepare_again',
  /** Opens the dialog that prepares a release. */
  prepare: 'prepare',
  showDiff: 'show_diff',
  showLog: 'show_log',
  why: 'why',
  /** Runs the slash command text in `value.command`. */
  choose: 'choose',
  /** Like `choose`, but the answer replaces the message with the button. */
  page: 'page',
  askToUnlock: 'ask_to_unlock',
  unlock: 'unlock',
  takeOver: 'take_over',
  extendLock: 'extend_lock',
  editReason: 'edit_reason',
  handOver: 'hand_over',
  keepLock: 'keep_lock',
  overrideFreeze: 'override_freeze',
  resume: 'resume',
  /** A link button. Slack sends its click too, which must be acknowledged. */
  openCard: 'open_card',
} as const satisfies Record<string, string>;

export type ActionName = keyof typeof ACTIONS;

/** What changes the Home tab itself, by name, each with its `action_id`. */
export const HOME_ACTIONS = {
  /** Turns the board to the page that is its value. */
  page: 'home_page',
  /** A text that products are searched by. */
  search: 'home_search',
  /** The check marks for direct messages. */
  switches: 'home_switches',
} as const satisfies Record<string, string>;

export type HomeActionName = keyof typeof HOME_ACTIONS;

/** The action of the Home tab with this `action_id`; null: it is none. An id may end with a number, as those of `ACTIONS`. */
export function homeActionOf(actionId: string): HomeActionName | null {
  const bare = actionId.replace(/\.\d+$/, '');
  for (const [name, id] of Object.entries(HOME_ACTIONS)) if (id === bare) return name as HomeActionName;
  return null;
}

/** The modals by name, each with the `callback_id` that Slack sends back. */
export const MODALS = {
  reject: 'reject',
  testFailed: 'test_failed',
  acceptAnyway: 'accept_anyway',
  cancel: 'cancel',
  rollback: 'rollback',
  redeploy: 'redeploy',
  hotfix: 'hotfix',
  adopt: 'adopt',
  pause: 'pause',
  lock: 'lock',
  takeOver: 'take_over',
  extendLock: 'extend_lock',
  editReason: 'edit_reason',
  overrideFreeze: 'override_freeze',
  diff: 'diff',
  log: 'log',
  where: 'where',
  prepare: 'prepare',
} as const satisfies Record<string, string>;

export type ModalName = keyof typeof MODALS;

/** The shortcuts in the menu of a message, each with the `callback_id` that Slack sends back. */
export const SHORTCUTS = { whereIs: 'where_is' } as const satisfies Record<string, string>;

/**
 * The action with this `action_id`; null: not one of Slipway's. Ids must be unique within a block, so one may end with a
 * number: `choose`, `choose.1`.
 */
export function actionOf(actionId: string): ActionName | null {
  const bare = actionId.replace(/\.\d+$/, '');
  for (const [name, id] of Object.entries(ACTIONS)) if (id === bare) return name as ActionName;
  return null;
}
