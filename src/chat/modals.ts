import type { ModalView } from '@slack/types';
import type { Acceptance } from '../domain/environment.ts';
import type { ModalMetadata, ModalName } from './actions.ts';
import type { CommitList, Surroundings } from './view.ts';

export interface ReasonModal {
  action: Extract<ModalName, 'reject' | 'testFailed' | 'acceptAnyway' | 'cancel'>;
  /** Environment id. */
  environment: string;
  release: number;
  sha: string;
  /** Slack's channel id, for the answer. */
  channel?: string;
  shown?: number;
}

/** Reject, Test Failed, Accept Anyway (reason required), Cancel (optional). */
export function reasonModal(asked: ReasonModal): ModalView {
  return { type: 'modal', title: { type: 'plain_text', text: asked.action }, blocks: [] };
}

export interface RollbackTarget {
  acceptance: Acceptance;
  /** First line of its message; null: git could not be asked. */
  subject: string | null;
  /** How many commits going back undoes; null: unknown. */
  undoes: number | null;
}

export interface RollbackModal {
  environment: string;
  /** Full SHA of the commit it would leave. */
  leaves: string | null;
  /** Best first: the first is preselected. */
  targets: RollbackTarget[];
  channel?: string;
  shown?: number;
}

export function rollbackModal(asked: RollbackModal): ModalView {
  return { type: 'modal', title: { type: 'plain_text', text: asked.environment }, blocks: [] };
}

export interface DiffModal {
  environment: string;
  sha: string;
  /** What runs there; null: nothing. */
  against: string | null;
  adds: CommitList | null;
  removes: CommitList | null;
  surroundings: Surroundings;
}

export function diffModal(asked: DiffModal): ModalView {
  return { type: 'modal', title: { type: 'plain_text', text: asked.environment }, blocks: [] };
}

export interface LogModal {
  /** First line of the body: `Deploy of abc123f to storefront/prod`. */
  title: string;
  lines: string[];
  /** How many lines came before these. */
  before: number;
}

export function logModal(asked: LogModal): ModalView {
  return { type: 'modal', title: { type: 'plain_text', text: asked.title }, blocks: [] };
}

/** Shown at once with the fresh `trigger_id`, filled by `views.update`. */
export function loadingModal(action: ModalName, metadata?: ModalMetadata): ModalView {
  return { type: 'modal', title: { type: 'plain_text', text: `${action}${metadata}` }, blocks: [] };
}

/** What was typed; `target` is the full SHA chosen in Roll Back. Anything else reads as nothing. */
export function modalInput(state: unknown): { reason: string | null; target: string | null } {
  return { reason: state ? null : null, target: null };
}
