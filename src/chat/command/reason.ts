import type { ModalName } from '../blocks/actions.ts';
import type { LockRequest, Lookup, Request } from './request.ts';

/** A request that a dialog may ask a reason for. */
export type Reasoned =
  | Exclude<Request, LockRequest | Lookup | { kind: 'why' }>
  | Extract<LockRequest, { kind: 'lock' | 'takeover' | 'pause' | 'resume' | 'hotfix' | 'adopt' }>;

/** Whether a request must have a reason (or only its refusal tells), and the dialog that asks for it. */
interface Reason {
  needed: 'always' | 'sometimes' | 'never';
  dialog: ModalName;
}

/** null: it takes no reason, or no dialog asks for it. */
const REASONS = {
  reject: { needed: 'always', dialog: 'reject' },
  fail: { needed: 'always', dialog: 'testFailed' },
  override: { needed: 'always', dialog: 'overrideFreeze' },
  rollback: { needed: 'always', dialog: 'rollback' },
  hotfix: { needed: 'always', dialog: 'hotfix' },
  adopt: { needed: 'always', dialog: 'adopt' },
  pause: { needed: 'always', dialog: 'pause' },
  lock: { needed: 'always', dialog: 'lock' },
  takeover: { needed: 'always', dialog: 'takeOver' },
  accept: { needed: 'sometimes', dialog: 'acceptAnyway' },
  redeploy: { needed: 'sometimes', dialog: 'redeploy' },
  cancel: { needed: 'never', dialog: 'cancel' },
  approve: null,
  deploy: null,
  retry: null,
  prepare: null,
  promote: null,
  resume: null,
} as const satisfies Record<Reasoned['kind'], Reason | null>;

function reasonOf(asked: Request): Reason | null {
  return isReasoned(asked) ? REASONS[asked.kind] : null;
}

function isReasoned(asked: Request): asked is Reasoned {
  return Object.hasOwn(REASONS, asked.kind);
}

/** The dialog that asks for the reason of the request; null: none does. */
export function reasonDialog(asked: Reasoned): ModalName | null {
  return REASONS[asked.kind]?.dialog ?? null;
}

/** The request, if it lacks a reason that is always needed, or with `sometimes` one that may be; else null. */
export function lackingReason(asked: Request, needed: 'always' | 'sometimes'): Reasoned | null {
  if (!isReasoned(asked) || reasonOf(asked)?.needed !== needed) return null;
  return 'reason' in asked && asked.reason?.trim() ? null : asked;
}

/** The same request with this reason; a request that takes none stays as it is. */
export function withReason<R extends Request>(asked: R, reason: string): R {
  return 'reason' in asked ? { ...asked, reason } : asked;
}
