import * as z from 'zod';
import {
  type SandboxMessage,
  type SandboxRequests,
  type SandboxState,
  sandboxAnswer,
  sandboxState,
} from '../../sandbox/protocol.ts';
import { buttons, lines } from './reading.ts';

/** An expected step did not happen. The message says what was seen instead. */
export class StoryBroke extends Error {
  constructor(expected: string, seen: string) {
    super(`Expected: ${expected}\n${seen}`);
    this.name = 'StoryBroke';
  }
}

/** What one person sees of a channel. */
export interface Sight {
  /** Messages outside threads, oldest first. */
  cards: SandboxMessage[];
  /** Ephemeral messages for this person. */
  whispers: SandboxMessage[];
}

const TRANSCRIPT_MESSAGES = 6;

/** Limit for a dialog to be filled. */
const DIALOG_MS = 20_000;

/** A modal with a button that submits it. */
const submittable = z.object({ submit: z.object({ text: z.string() }) });

/** A person at the sandbox's page. Reads and clicks only what the page shows. */
export class Member {
  readonly #url: string;
  readonly #channel: string;
  readonly #id: string;

  private constructor(url: string, channel: string, id: string) {
    this.#url = url;
    this.#channel = channel;
    this.#id = id;
  }

  /** `url`: address of the page. `channel`: the channel to look at, as `#name`. `name`: the person's name. */
  static async join(url: string, channel: string, name: string): Promise<Member> {
    const { people, channels } = await stateOf(url, '');
    const person = people.find((one) => one.name === name);
    const room = channels.find((one) => `#${one.name}` === channel);
    if (!person || !room)
      throw new StoryBroke(`${name} and ${channel} in the workspace`, 'They are not there.');
    return new Member(url, room.id, person.id);
  }

  /** Clicks the button with this label. A confirmation dialog counts as confirmed. */
  async click(message: SandboxMessage, label: string): Promise<void> {
    const button = buttons(message).find((one) => one.label === label);
    if (!button) throw new StoryBroke(`a button “${label}”`, transcript([message]));
    const { channel, ts } = message;
    const { blockId, actionId } = button;
    await this.#send('/sandbox/click', { as: this.#id, channel, ts, blockId, actionId });
  }

  /** Submits the dialog that a click has opened for this person, as it is. */
  async submit(): Promise<void> {
    const viewId = await this.#opened(AbortSignal.timeout(DIALOG_MS));
    await this.#send('/sandbox/submit', { as: this.#id, viewId, values: {} });
  }

  /** The id of the open dialog, once it can be submitted. */
  async #opened(end: AbortSignal): Promise<string> {
    try {
      for await (const _ of changes(this.#url, end)) {
        const { views } = await stateOf(this.#url, this.#id);
        const open = views.findLast(({ view }) => submittable.safeParse(view).success);
        if (open) return open.id;
      }
    } catch (error) {
      if (!end.aborted) throw error;
    }
    throw new StoryBroke(`a dialog within ${DIALOG_MS / 1000} s`, 'Seen: none that can be submitted.');
  }

  /** Presses a button beside the list of channels, such as "Push a change". */
  async press(label: string): Promise<void> {
    const { actions } = await stateOf(this.#url, this.#id);
    const index = actions.findIndex((action) => action.label === label);
    if (index < 0) throw new StoryBroke(`a button “${label}” beside the channels`, 'There is none.');
    await this.#send('/sandbox/action', { as: this.#id, index });
  }

  /**
   * Checks after every change until `found` returns a value. `found` may throw when that is no longer possible.
   * Throws `StoryBroke` after `withinMs` milliseconds.
   */
  async until<T>(expected: string, withinMs: number, found: (sight: Sight) => T | null): Promise<T> {
    const end = AbortSignal.timeout(withinMs);
    let sight: Sight = { cards: [], whispers: [] };
    try {
      for await (const _ of changes(this.#url, end)) {
        sight = await this.#look();
        const result = found(sight);
        if (result !== null) return result;
      }
    } catch (error) {
      if (!end.aborted) throw error;
    }
    throw new StoryBroke(
      `${expected} within ${withinMs / 1000} s`,
      transcript([...sight.cards, ...sight.whispers]),
    );
  }

  async #look(): Promise<Sight> {
    const { messages } = await stateOf(this.#url, this.#id);
    const here = messages.filter(({ channel }) => channel === this.#channel);
    return {
      cards: here.filter(({ threadTs, ephemeral }) => threadTs === null && !ephemeral),
      whispers: here.filter(({ ephemeral }) => ephemeral),
    };
  }

  async #send<P extends keyof SandboxRequests>(path: P, request: SandboxRequests[P]): Promise<void> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    const answer = sandboxAnswer.parse(await response.json());
    if (!answer.ok) throw new StoryBroke(`${path} to be taken`, answer.error);
  }
}

/** The last messages as people read them, with the buttons at the end of each. */
export function transcript(messages: readonly SandboxMessage[]): string {
  if (messages.length === 0) return 'Seen: nothing.';
  const shown = messages.slice(-TRANSCRIPT_MESSAGES).map((message) => {
    const labels = buttons(message).map(({ label }) => `[${label}]`);
    const all = labels.length > 0 ? [...lines(message), labels.join(' ')] : lines(message);
    return all.map((line) => `    ${line}`).join('\n');
  });
  return `Seen last:\n${shown.join('\n    --\n')}`;
}

async function stateOf(url: string, as: string): Promise<SandboxState> {
  const answer = await fetch(`${url}/sandbox/state?as=${encodeURIComponent(as)}`);
  return sandboxState.parse(await answer.json());
}

/** Yields once at the beginning, then after each change that the sandbox reports. */
async function* changes(url: string, signal: AbortSignal): AsyncGenerator<void> {
  const events = await fetch(`${url}/sandbox/events`, { signal });
  if (!events.body) throw new TypeError('the sandbox sends no events');
  yield;
  for await (const _ of events.body) yield;
}
