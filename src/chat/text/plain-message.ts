import type { Message } from '../view-model.ts';

/** Replaces a message that Slack did not accept: its text alone, without buttons. */
export function plainMessage({ text }: Message): Message {
  const instead =
    'Slack refused this message with its buttons. `/release status` shows the state, `/release help` what to type instead.';
  return { text: `${text}\n${instead}`, blocks: [] };
}
