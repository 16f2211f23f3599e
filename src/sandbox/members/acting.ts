import { checkOptionsAnswer } from '../limits/limits.ts';
import type { SeenMessage } from '../outgoing/outgoing.ts';
import type { SandboxAnswer, SandboxSuggest, SandboxSuggestions } from '../protocol.ts';
import { type Fields, labelOf, listOf, textOf } from '../workspace/json.ts';
import type { OpenView } from '../workspace/modals.ts';
import { isStateful, mergedValues, type Values } from '../workspace/values.ts';
import { viewJson } from '../workspace/wire.ts';
import { no, OK } from './answers.ts';
import { findElement, findInMessage, type Which } from './elements.ts';
import { optionsIn } from './offered.ts';
import { messageFor, type Stage, viewFor } from './stage.ts';

/** Number of characters that are needed before an external select asks, unless the bot says otherwise. */
const MIN_QUERY = 3;

/** What people click, choose and open. */
export class Acting {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Uses an element of a message, and confirms its dialog, if it has one. */
  async click(personId: string, ts: string, which: Which, channelName?: string): Promise<SandboxAnswer> {
    const { workspace, outgoing, offered } = this.#stage;
    const person = workspace.person(personId);
    const seen = person && messageFor(this.#stage, person, ts, channelName);
    if (!person || !seen) return no('This message no longer exists.');
    const used = findInMessage(seen.message, which);
    if (!used) return no('This button no longer exists.');
    const { found, content } = used;
    const options = offered.of(person.id, ts);
    const answer = await outgoing.click(person, { ...seen, content }, found, options);
    // The error is shown beside the button, as in Slack.
    return answer.ok ? OK : no(`The button failed with the error "${answer.error}"`);
  }

  /** Opens the bot's Home tab or the direct messages beside it. */
  openHome(personId: string, tab: 'home' | 'messages'): SandboxAnswer {
    const { workspace, events } = this.#stage;
    const channel = workspace.person(personId) && workspace.channel(personId);
    if (!channel) return no('There is no such person here.');
    const home = workspace.homes.of(personId);
    events.send('app_home_opened', {
      type: 'app_home_opened',
      user: personId,
      channel: channel.id,
      tab,
      ...(tab === 'home' && home ? { view: viewJson(workspace, home) } : {}),
      event_ts: workspace.ids.ts(),
    });
    return OK;
  }

  /**
   * Uses an element of a modal or of the Home tab. An input without `dispatch_action` keeps its value and tells nobody.
   * `viewId` null: the topmost modal. `form`: what the person entered elsewhere in the view.
   */
  async change(
    personId: string,
    viewId: string | null,
    which: Which,
    form: Values = {},
  ): Promise<SandboxAnswer> {
    const view = viewFor(this.#stage, personId, viewId);
    if (!view) return no('This view is no longer open.');
    const { person, open } = view;
    open.values = mergedValues(open.values, form);
    const found = findElement(open.view.blocks, which);
    if (!found) return no('This element no longer exists.');
    if (found.value !== undefined && isStateful(found.element)) {
      const actionId = textOf(found.element.action_id);
      open.values = mergedValues(open.values, { [found.blockId]: { [actionId]: found.value } });
    }
    if (found.block.type === 'input' && found.block.dispatch_action !== true) return OK;
    const { outgoing, offered } = this.#stage;
    const answer = await outgoing.act(person, open, found, offered.of(person.id, open.id));
    return answer.ok ? OK : no(`This failed with the error "${answer.error}"`);
  }

  /** Types into an external select. */
  async suggest(request: SandboxSuggest): Promise<SandboxSuggestions> {
    const { as, place, blockId, actionId, query } = request;
    const { workspace, outgoing, offered } = this.#stage;
    const person = workspace.person(as);
    const where = this.#placeOf(request);
    if (!person || !where) return { ok: false, error: 'This no longer exists.' };
    const id = 'viewId' in place ? place.viewId : place.ts;
    const element = findElement('view' in where ? where.view.blocks : where.content.blocks, {
      blockId,
      actionId,
    })?.element;
    if (!element || !textOf(element.type).endsWith('external_select')) {
      return { ok: false, error: 'This menu no longer exists.' };
    }
    if (query.length < Number(element.min_query_length ?? MIN_QUERY)) return { ok: true, groups: [] };
    const asked = { blockId, actionId, query };
    const answer = await outgoing.suggest(person, where, asked, offered.of(person.id, id));
    if (!answer.ok) return { ok: false, error: `The menu failed with the error "${answer.error}"` };
    const [problem] = checkOptionsAnswer(answer.body);
    if (problem) return { ok: false, error: `The options are not valid: ${problem.message}` };
    offered.keep(person.id, id, blockId, actionId, optionsIn(answer.body));
    return { ok: true, groups: groupsOf(answer.body) };
  }

  /** Chooses a shortcut in the menu of a message. */
  async shortcut(
    personId: string,
    ts: string,
    callbackId: string,
    channelName?: string,
  ): Promise<SandboxAnswer> {
    const person = this.#stage.workspace.person(personId);
    const seen = person && messageFor(this.#stage, person, ts, channelName);
    if (!person || !seen) return no('This message no longer exists.');
    const { outgoing } = this.#stage;
    const answer = await outgoing.shortcut(person, { ...seen, content: seen.message }, callbackId);
    return answer.ok ? OK : no(`The shortcut failed with the error "${answer.error}"`);
  }

  #placeOf({ as, place, blockId, actionId }: SandboxSuggest): OpenView | SeenMessage | null {
    if ('viewId' in place) return viewFor(this.#stage, as, place.viewId)?.open ?? null;
    const person = this.#stage.workspace.person(as);
    const seen = person && messageFor(this.#stage, person, place.ts, place.channel);
    const used = seen && findInMessage(seen.message, { blockId, actionId });
    return seen && used ? { ...seen, content: used.content } : null;
  }
}

function groupsOf(body: Fields): { label: string | null; options: ReturnType<typeof optionOf>[] }[] {
  const groups = listOf(body.option_groups);
  if (groups.length === 0) return [{ label: null, options: listOf(body.options).map(optionOf) }];
  return groups.map(({ label, options }) => ({
    label: labelOf(label),
    options: listOf(options).map(optionOf),
  }));
}

function optionOf({ value, text, description }: Fields) {
  return { value: textOf(value), text: labelOf(text), description: labelOf(description) || null };
}
