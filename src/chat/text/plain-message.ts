import type { Message } from '../view-model.ts';

/** Replaces a message that Slack did not accept: its text alone, without buttons. */
export function plainMessage({ text }: Message): Message {
  const instead =
    'Slack did not take this message with its buttons: `/release status` shows what is, `/release help` what can be typed instead.';
  return { text: `${text}\n${instead}`, blocks: [] };
}
