import type { ResponseUrls } from './api/response-url.ts';
import type { Acknowledged, Delivery } from './delivery/delivery.ts';
import { type Fields, fieldsOf, listOf, textOf } from './workspace/json.ts';
import type { OpenView } from './workspace/modals.ts';
import type { Channel, Content, Person, StoredMessage } from './workspace/types.ts';
import { channelJson, messageJson, viewJson } from './workspace/wire.ts';
import type { Workspace } from './workspace/workspace.ts';

export interface OutgoingOptions {
  workspace: Workspace;
  responses: ResponseUrls;
  delivery: Delivery;
  /** Address of the workspace. */
  url(): string;
}

/** The values typed or chosen in a modal, by block id and action id. null: nothing was entered. */
export type Values = Record<string, Record<string, string | null>>;

/** Makes Slack's requests of what people do, and has them delivered to the bot. */
export class Outgoing {
  readonly #options: OutgoingOptions;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** For `/release words`, `command` is `/release` and `text` is `words`. */
  command(person: Person, channel: Channel, command: string, text: string): Promise<Acknowledged> {
    const { workspace, delivery } = this.#options;
    return delivery.deliver({
      kind: 'slash_commands',
      payload: {
        token: 'sandbox',
        team_id: person.team,
        team_domain: 'sandbox',
        ...(workspace.enterprise === null ? {} : { enterprise_id: workspace.enterprise }),
        channel_id: channel.id,
        channel_name: channel.directWith === null ? channel.name : 'directmessage',
        user_id: person.id,
        user_name: person.name.toLowerCase(),
        command,
        text,
        api_app_id: workspace.bot.appId,
        is_enterprise_install: 'false',
        response_url: this.#responseUrl(person, channel, null),
        trigger_id: workspace.modals.trigger(person.id),
      },
    });
  }

  /** A click on a button. `content`: the message as it was when it was clicked. */
  click(
    person: Person,
    channel: Channel,
    message: StoredMessage,
    content: Content,
    pressed: { blockId: string; element: Fields },
  ): Promise<Acknowledged> {
    const { workspace } = this.#options;
    const { element, blockId } = pressed;
    const { type, action_id, text, value, style, url } = element;
    return this.#interact(person, {
      type: 'block_actions',
      trigger_id: workspace.modals.trigger(person.id),
      response_url: this.#responseUrl(person, channel, message.ts),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.onlyFor !== null,
        ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
      },
      channel: { id: channel.id, name: channelJson(channel).name ?? 'directmessage' },
      message: messageJson(workspace, { ...message, ...content }, true),
      state: { values: {} },
      actions: [
        {
          type,
          action_id,
          block_id: blockId,
          text,
          ...(value === undefined ? {} : { value }),
          ...(style === undefined ? {} : { style }),
          ...(url === undefined ? {} : { url }),
          action_ts: workspace.ids.ts(),
        },
      ],
    });
  }

  submit(person: Person, open: OpenView, values: Values): Promise<Acknowledged> {
    const { workspace } = this.#options;
    return this.#interact(person, {
      type: 'view_submission',
      trigger_id: workspace.modals.trigger(person.id),
      view: viewJson(workspace, open, stateOf(open, values)),
      response_urls: [],
    });
  }

  closed(person: Person, open: OpenView): Promise<Acknowledged> {
    const view = viewJson(this.#options.workspace, open);
    return this.#interact(person, { type: 'view_closed', view, is_cleared: false });
  }

  #interact(person: Person, payload: Fields): Promise<Acknowledged> {
    const { bot, enterprise } = this.#options.workspace;
    const whole = {
      ...payload,
      team: { id: person.team, domain: 'sandbox' },
      user: {
        id: person.id,
        username: person.name.toLowerCase(),
        name: person.name.toLowerCase(),
        team_id: person.team,
      },
      api_app_id: bot.appId,
      token: 'sandbox',
      enterprise: enterprise === null ? null : { id: enterprise, name: 'Grid' },
      is_enterprise_install: false,
    };
    return this.#options.delivery.deliver({ kind: 'interactive', payload: whole });
  }

  #responseUrl(person: Person, channel: Channel, messageTs: string | null): string {
    const target = { person: person.id, channel: channel.id, messageTs };
    return `${this.#options.url()}${this.#options.responses.issue(target)}`;
  }
}

/** `view.state.values` in Slack's format. */
function stateOf(open: OpenView, values: Values): Fields {
  const state: Fields = {};
  for (const block of listOf(open.view.blocks)) {
    if (block.type !== 'input') continue;
    const blockId = textOf(block.block_id);
    const element = fieldsOf(block.element);
    const actionId = textOf(element.action_id);
    const value = values[blockId]?.[actionId] ?? null;
    const type = textOf(element.type);
    const option = listOf(element.options).find((candidate) => candidate.value === value) ?? null;
    const isChoice = type === 'static_select' || type === 'radio_buttons';
    state[blockId] = { [actionId]: isChoice ? { type, selected_option: option } : { type, value } };
  }
  return state;
}
