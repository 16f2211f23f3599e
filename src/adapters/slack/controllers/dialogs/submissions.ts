import type { ModalMetadata } from '../../../../chat/blocks/action-values.ts';
import { inputOf } from '../../../../chat/dialogs/inputs.ts';
import { NOT_MEMBER } from '../../../../chat/refusals/refusals.ts';
import { NotConfigured } from '../../../../flow/services/errors.ts';
import type { ChatServices } from '../../../../flow/services/services.ts';
import type { Caller } from '../caller.ts';
import { tryRequest } from '../errors.ts';
import { targetOf } from '../lock.ts';
import { forMembers } from '../members-only.ts';
import { isLockDialog, type Submission, type SubmittedDialog, type SubmittedView } from './sent.ts';
import { submitChange } from './submitted-change.ts';
import { submitLock } from './submitted-lock.ts';

export type { Submission, SubmittedDialog } from './sent.ts';

/**
 * Answers a dialog that somebody submitted, for full members alone. While Slack does not say whether they are one, it may be
 * sent again. `metadata` null: it is not readable. Never throws.
 */
export async function answerSubmitted(
  services: ChatServices,
  caller: Caller,
  name: SubmittedDialog,
  { metadata, view }: { metadata: ModalMetadata | null; view: SubmittedView },
): Promise<Submission> {
  const answered = await forMembers(
    services,
    caller,
    async (): Promise<Submission> =>
      metadata === null
        ? { kind: 'unreadable' }
        : answerSubmission(services, caller, name, { metadata, view }),
  );
  if ('kind' in answered) return answered;
  if (answered === NOT_MEMBER) return { kind: 'refused', said: answered };
  const tried = metadata?.tried;
  return { kind: 'failed', said: answered, ...(tried === undefined ? {} : { tried }) };
}

/** Does what a submitted dialog asks for, once, however often it is sent. Never throws. */
export async function answerSubmission(
  services: ChatServices,
  from: Caller,
  name: SubmittedDialog,
  { metadata, view }: { metadata: ModalMetadata; view: SubmittedView },
): Promise<Submission> {
  const place = inputOf(view.state, 'place').chosen ?? metadata.environment;
  const caller: Caller = { ...from, freeze: metadata.freeze };
  const again = caller.again || metadata.tried !== undefined;
  const answered = await tryRequest(
    services,
    async (act): Promise<Submission> => {
      const target = targetOf(services.settings, place);
      if (target === null) throw new NotConfigured(place);
      return isLockDialog(name)
        ? submitLock(services, caller, { name, metadata, view, target }, act)
        : submitChange(services, caller, { name, metadata, view, target }, act);
    },
    { again },
  );
  if (answered.ok) return answered.result;
  const { said, happened } = answered;
  return { kind: 'failed', said, ...(happened === 'unknown' ? { tried: metadata.tried ?? place } : {}) };
}
