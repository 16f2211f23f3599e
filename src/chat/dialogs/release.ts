import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import * as z from 'zod';
import type { Acceptance } from '../../domain/documents/environment.ts';
import { type EnvironmentId, parseEnvironmentId, shortSha } from '../../domain/ids.ts';
import { encodeMetadata, MODALS, type ModalMetadata, type ModalName } from '../blocks/actions.ts';
import { paragraph, plainText } from '../blocks/blocks.ts';
import { line, plural } from '../text/clean.ts';
import { type Inline, inline } from '../text/inline.ts';
import { plain } from '../text/render.ts';
import { utc } from '../text/times.ts';

export { type DiffModal, diffModal, type LogModal, logModal } from './diff-and-log.ts';

const TITLES: Record<ModalName, string> = {
  reject: 'Reject',
  testFailed: 'Test Failed',
  acceptAnyway: 'Accept Anyway',
  cancel: 'Cancel',
  rollback: 'Roll Back',
  takeOver: 'Take Over',
  extendLock: 'Extend',
  editReason: 'Edit Reason',
  overrideFreeze: 'Override Freeze',
  diff: 'Show Diff',
  log: 'Show Log',
  prepare: 'Prepare',
};

/** Block and action ids of the inputs, read back by `modalInput`. */
const REASON = 'reason';
const TARGET = 'target';

/** What a dialog that asks for a reason is drawn from. */
export interface ReasonModal {
  action: Extract<ModalName, 'reject' | 'testFailed' | 'acceptAnyway' | 'cancel'>;
  /** Environment id. */
  environment: string;
  release: number;
  sha: string;
  /** Slack channel id, for the answer. */
  channel?: string;
  shown?: number;
}

/** The input for a reason. `before`: its initial text. */
export function reasonInput(optional: boolean, before?: string): InputBlock {
  return {
    type: 'input',
    block_id: REASON,
    optional,
    label: plainText('Reason', 75),
    element: {
      type: 'plain_text_input',
      action_id: REASON,
      multiline: true,
      max_length: 300,
      ...(before === undefined ? {} : { initial_value: before }),
    },
  };
}

/** A modal whose title and submit button are the same verb. Without `metadata` it can only be closed. */
export function modal(name: ModalName, blocks: KnownBlock[], metadata: ModalMetadata | null): ModalView {
  const title = plainText(TITLES[name], 24);
  // Two buttons named "Cancel" with different meanings would confuse.
  const close = plainText(name === 'cancel' ? 'Keep It' : metadata ? 'Not Now' : 'Close', 24);
  if (!metadata) return { type: 'modal', callback_id: MODALS[name], title, close, blocks };
  const private_metadata = encodeMetadata(metadata);
  return { type: 'modal', callback_id: MODALS[name], title, submit: title, close, private_metadata, blocks };
}

function reasonIntro({ action, environment, release, sha }: ReasonModal): Inline {
  const what = `${shortSha(sha)} in ${environment} (#${release})`;
  switch (action) {
    case 'reject':
      return inline`Reject the deploy of ${shortSha(sha)} to ${environment} (#${release}). One rejection ends it.`;
    case 'testFailed':
      return inline`${what} is faulty. It can then no longer be promoted. Rolling back is a separate step.`;
    case 'acceptAnyway':
      return inline`Accept ${what} although its verification did not pass.`;
    case 'cancel':
      return inline`Cancel ${shortSha(sha)} for ${environment} (#${release}).`;
    default:
      return action satisfies never;
  }
}

/** Reject, Test Failed and Accept Anyway require a reason; for Cancel it is optional. */
export function reasonModal(asked: ReasonModal): ModalView {
  const { action, environment, release, sha, channel, shown } = asked;
  const blocks = [paragraph(reasonIntro(asked)), reasonInput(action === 'cancel')];
  return modal(action, blocks, { environment, release, sha, channel, shown });
}

/** A commit that a rollback can go back to. */
export interface RollbackTarget {
  acceptance: Acceptance;
  /** First line of the commit message; null: git could not be read. */
  subject: string | null;
  /** How many commits going back to it undoes; null: unknown. */
  undoes: number | null;
}

/** What the rollback dialog is drawn from. */
export interface RollbackModal {
  environment: EnvironmentId;
  /** Full SHA of the commit that the rollback leaves; null: unknown. */
  leaves: string | null;
  /** Best first: the first is preselected. Empty: there is nothing to roll back to. */
  targets: RollbackTarget[];
  channel?: string;
  shown?: number;
}

function option({ acceptance, subject, undoes }: RollbackTarget) {
  const undone = undoes === null ? '' : `, undoes ${plural(undoes, 'commit')}`;
  const by = line(acceptance.by.name, 20);
  return {
    text: plainText(
      `${shortSha(acceptance.sha)}, accepted ${utc(acceptance.at).slice(0, 10)} by ${by}${undone}`,
      75,
    ),
    ...(subject ? { description: plainText(subject, 75) } : {}),
    value: acceptance.sha,
  };
}

/** Asks which accepted commit to go back to, and why. */
export function rollbackModal({ environment, leaves, targets, channel, shown }: RollbackModal): ModalView {
  const runs = leaves ? inline`${environment} is at ${shortSha(leaves)}.` : inline`${environment}`;
  const options = targets.slice(0, 100).map(option);
  const [first] = options;
  if (!first) {
    const none = inline`${runs} No other commit was accepted there, so there is nothing to roll back to.`;
    return modal('rollback', [paragraph(none)], null);
  }
  const name = parseEnvironmentId(environment).environment;
  const revokes = leaves ? ` Revokes ${shortSha(leaves)} in ${name}.` : '';
  const blocks: KnownBlock[] = [
    paragraph(runs),
    {
      type: 'input',
      block_id: TARGET,
      label: plainText('Go back to', 75),
      element: { type: 'static_select', action_id: TARGET, options, initial_option: first },
    },
    reasonInput(false),
    { type: 'context', elements: [{ type: 'mrkdwn', text: `Starts at once, without approvals.${revokes}` }] },
  ];
  return modal('rollback', blocks, { environment, sha: leaves ?? undefined, channel, shown });
}

/** Opened at once, since a `trigger_id` expires quickly; `views.update` then fills it. */
export function loadingModal(name: ModalName): ModalView {
  return modal(name, [paragraph(inline`Loading`)], null);
}

/** An outcome or error in place of a modal that cannot be filled. */
export function messageModal(name: ModalName, words: string): ModalView {
  return modal(name, [paragraph([{ kind: 'foreign', text: plain(inline`${words}`) }])], null);
}

const input = z.object({
  value: z.string().nullish().catch(null),
  selected_option: z.object({ value: z.string() }).nullish().catch(null),
});

/** What `view.state` says of an input: what was typed, and the value of what was chosen. Its action id is its block's. */
export function inputOf(state: unknown, block: string): { typed: string | null; chosen: string | null } {
  const inputs = z.object({ values: z.object({ [block]: z.object({ [block]: input }) }) });
  const { value, selected_option } = inputs.safeParse(state).data?.values[block]?.[block] ?? {};
  return { typed: value ?? null, chosen: selected_option?.value ?? null };
}

/** The typed and chosen values from `view.state`; `target` is a full SHA. null: missing or not a string. */
export function modalInput(state: unknown): { reason: string | null; target: string | null } {
  return { reason: inputOf(state, REASON).typed?.trim() || null, target: inputOf(state, TARGET).chosen };
}
