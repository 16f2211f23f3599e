import { refusalWords } from '../../../adapters/slack/client/health.ts';
import { duration } from '../../../domain/time/duration.ts';
import { ChatError } from '../../../ports/chat.ts';
import { type Finding, wrong } from '../../online/finding.ts';
import type { Question } from '../../online/question.ts';

/** A question to Slack, of which a refusal is a finding. `method`: the one that is called. */
export function slackQuestion(
  what: string,
  method: string,
  ask: () => Promise<readonly Finding[]>,
): Question {
  return {
    what,
    async ask() {
      try {
        return await ask();
      } catch (error) {
        return [slackFailure(what, method, error)];
      }
    },
  };
}

/** What Slack did not do. Anything but a `ChatError` is thrown. */
export function slackFailure(what: string, method: string, error: unknown): Finding {
  if (!(error instanceof ChatError)) throw error;
  const { fault, code, kind, retryAfterMs, message } = error;
  if (fault.at === 'process') {
    const { says, todo } = refusalWords(fault, method, code ?? '');
    return wrong(what, says, todo);
  }
  if (kind === 'later')
    return wrong(
      what,
      `not told: Slack wants ${method} to be called only in ${duration(retryAfterMs)} again`,
      'ask again then; meanwhile nothing is lost',
    );
  return wrong(
    what,
    `${message} (${method})`,
    'see whether this machine reaches Slack, and https://slack-status.com; ask again later',
  );
}
