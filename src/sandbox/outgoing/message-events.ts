import type { Fields } from '../workspace/json.ts';
import { messageJson } from '../workspace/wire.ts';
import type { MessageChange, Workspace } from '../workspace/workspace.ts';
import type { Events } from './events.ts';

/**
 * Sends the events that follow from messages. In direct messages that is every change, also of the bot's own messages;
 * in channels only mentions of the bot.
 */
export function sendMessageEvents(workspace: Workspace, events: Events): void {
  workspace.onMessage((change) => {
    const { message } = change;
    const channel = workspace.channels().find(({ id }) => id === message.channel);
    if (!channel) return;
    if (channel.directWith !== null) events.send('message.im', directEvent(workspace, change));
    else if (channel.joined && isMention(workspace, change)) {
      events.send('app_mention', { ...said(workspace, change), type: 'app_mention' });
    }
  });
}

function isMention({ bot }: Workspace, { kind, message }: MessageChange): boolean {
  return kind === 'posted' && message.user !== bot.userId && message.text.includes(`<@${bot.userId}>`);
}

function said(workspace: Workspace, { message }: MessageChange): Fields {
  return {
    ...messageJson(workspace, message, false),
    channel: message.channel,
    event_ts: message.ts,
    team: workspace.person(message.user)?.team,
  };
}

function directEvent(workspace: Workspace, change: MessageChange): Fields {
  const { kind, message, before } = change;
  if (kind === 'posted') return { ...said(workspace, change), channel_type: 'im' };
  const ts = workspace.ids.ts();
  return {
    type: 'message',
    subtype: `message_${kind}`,
    hidden: true,
    channel: message.channel,
    channel_type: 'im',
    ts,
    event_ts: ts,
    ...(kind === 'changed'
      ? { message: messageJson(workspace, message, false) }
      : { deleted_ts: message.ts }),
    ...(before ? { previous_message: messageJson(workspace, before, false) } : {}),
  };
}
