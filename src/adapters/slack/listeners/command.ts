import type { App } from '@slack/bolt';
import { answerCommand, STARTING } from '../answer.ts';
import { acknowledge, type Desk, say } from './desk.ts';

/** `/release …`: acknowledged at once, answered to the one who asked. */
export function registerCommand(app: App, desk: Desk): void {
  app.command('/release', async ({ command, ack, respond }) => {
    await acknowledge(ack);
    const parts = desk.parts();
    const caller = {
      id: `slack:${command.trigger_id}`,
      user: command.user_id,
      channel: command.channel_id,
    };
    await say(desk, respond, parts ? await answerCommand(parts, caller, command.text ?? '') : STARTING);
  });
}
