import type { ResponseUrls } from '../api/response-url.ts';
import type { Acknowledged, Delivery } from '../delivery/delivery.ts';
import { type Fields, textOf } from '../workspace/json.ts';
import type { OpenView } from '../workspace/modals.ts';
import type { Channel, Content, Person, StoredMessage } from '../workspace/types.ts';
import { isStateful, type Offered, stateOf, type Value, valueFields } from '../workspace/values.ts';
import { channelJson, messageJson, viewJson } from '../workspace/wire.ts';
import type { Workspace } from '../workspace/workspace.ts';

export interface OutgoingOptions {
  workspace: Workspace;
  responses: ResponseUrls;
  delivery: Delivery;
  /** Address of the workspace. */
  url(): string;
}

/** An element that a person used. `value` undefined: as the bot set it, or a button. */
export interface Used {
  blockId: string;
  element: Fields;
  value: Value | undefined;
}

/** A message as a person sees it. `content`: the version that was on their screen. */
export interface SeenMessage {
  channel: Channel;
  message: StoredMessage;
  content: Content;
}

/** Builds the requests that follow from what people do, and has them delivered. */
export class Outgoing {
  readonly #options: OutgoingOptions;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** For `/release words`, `command` is `/release` and `text` is `words`. */
  command(person: Person, channel: Channel, command: string, text: string): Promise<Acknowledged> {
    const { workspace, delivery } = this.#options;
    const payload = {
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
    };
    return delivery.deliver({ kind: 'slash_commands', payload });
  }

  /** A click on an element of a message. */
  click(person: Person, seen: SeenMessage, used: Used, offered: Offered): Promise<Acknowledged> {
    const { workspace } = this.#options;
    const { channel, message, content } = seen;
    const values =
      used.value === undefined || !isStateful(used.element)
        ? {}
        : { [used.blockId]: { [textOf(used.element.action_id)]: used.value } };
    return this.#interact(person, {
      type: 'block_actions',
      trigger_id: workspace.modals.trigger(person.id),
      response_url: this.#responseUrl(person, channel, message.ts),
      ...this.#onMessage(seen),
      state: { values: stateOf(content.blocks, values, offered) },
      actions: [this.#action(used, offered)],
    });
  }

  /** A click or a change in a modal or in the Home tab. There is no channel and no response URL. */
  act(person: Person, open: OpenView, used: Used, offered: Offered): Promise<Acknowledged> {
    const { workspace } = this.#options;
    return this.#interact(person, {
      type: 'block_actions',
      trigger_id: workspace.modals.trigger(person.id),
      container: { type: 'view', view_id: open.id },
      view: viewJson(workspace, open, stateOf(open.view.blocks, open.values, offered)),
      actions: [this.#action(used, offered)],
    });
  }

  /** Asks for the options of an external select. */
  suggest(
    person: Person,
    place: OpenView | SeenMessage,
    asked: { blockId: string; actionId: string; query: string },
    offered: Offered,
  ): Promise<Acknowledged> {
    const { workspace } = this.#options;
    const where =
      'view' in place
        ? {
            container: { type: 'view', view_id: place.id },
            view: viewJson(workspace, place, stateOf(place.view.blocks, place.values, offered)),
          }
        : this.#onMessage(place);
    return this.#interact(person, {
      type: 'block_suggestion',
      block_id: asked.blockId,
      action_id: asked.actionId,
      value: asked.query,
      ...where,
    });
  }

  /** A shortcut in the menu of a message. */
  shortcut(person: Person, seen: SeenMessage, callbackId: string): Promise<Acknowledged> {
    const { workspace } = this.#options;
    const { channel, message } = this.#onMessage(seen);
    return this.#interact(person, {
      type: 'message_action',
      callback_id: callbackId,
      trigger_id: workspace.modals.trigger(person.id),
      response_url: this.#responseUrl(person, seen.channel, seen.message.ts),
      message_ts: seen.message.ts,
      action_ts: workspace.ids.ts(),
      channel,
      message,
    });
  }

  submit(person: Person, open: OpenView, offered: Offered): Promise<Acknowledged> {
    const { workspace } = this.#options;
    return this.#interact(person, {
      type: 'view_submission',
      trigger_id: workspace.modals.trigger(person.id),
      view: viewJson(workspace, open, stateOf(open.view.blocks, open.values, offered)),
      response_urls: [],
    });
  }

  /** `cleared`: all modals were closed at once. */
  closed(person: Person, open: OpenView, cleared: boolean): Promise<Acknowledged> {
    const view = viewJson(this.#options.workspace, open);
    return this.#interact(person, { type: 'view_closed', view, is_cleared: cleared });
  }

  #onMessage({ channel, message, content }: SeenMessage) {
    return {
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.onlyFor !== null,
        ...(message.threadTs ? { thread_ts: message.threadTs } : {}),
      },
      channel: { id: channel.id, name: channelJson(channel).name ?? 'directmessage' },
      message: messageJson(this.#options.workspace, { ...message, ...content }, true),
    };
  }

  #action({ blockId, element, value }: Used, offered: Offered): Fields {
    const { type, action_id, text, value: ownValue, style, url, placeholder, confirm } = element;
    const common = { type, action_id, block_id: blockId, action_ts: this.#options.workspace.ids.ts() };
    if (type === 'button') return { ...common, ...present({ text, value: ownValue, style, url }) };
    const chosen = valueFields(element, value, (each) => offered(blockId, textOf(action_id), each));
    return { ...common, ...present({ placeholder, confirm }), ...chosen };
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

/** Without the fields that are absent. */
function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
