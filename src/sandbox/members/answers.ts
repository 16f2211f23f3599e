import type { SandboxAnswer } from '../protocol.ts';

export const OK: SandboxAnswer = { ok: true };

export function no(error: string): SandboxAnswer {
  return { ok: false, error };
}

/** Slack's message for any invalid response to a submission. */
export const TROUBLE = 'We had some trouble connecting. Try again?';
