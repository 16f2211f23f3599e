import { checkView } from '../limits/limits.ts';
import type { SandboxAnswer } from '../protocol.ts';
import { type Fields, fieldsOf, listOf, textOf } from '../workspace/json.ts';
import type { OpenView } from '../workspace/modals.ts';
import type { Person } from '../workspace/types.ts';
import { mergedValues, type Values } from '../workspace/values.ts';
import { no, OK, TROUBLE } from './answers.ts';
import { type Stage, viewFor } from './stage.ts';

/** What people do with modals as a whole. */
export class Dialogs {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** `viewId` null: the topmost modal. What `values` leave out stays as it was entered, or as the bot set it. */
  async submit(personId: string, viewId: string | null, values: Values): Promise<SandboxAnswer> {
    const found = viewFor(this.#stage, personId, viewId);
    if (found?.open.view.type !== 'modal') return no('This dialog is no longer open.');
    const { person, open } = found;
    const { outgoing, offered } = this.#stage;
    open.values = mergedValues(open.values, values);
    const answer = await outgoing.submit(person, open, offered.of(person.id, open.id));
    if (!answer.ok) return no(TROUBLE);
    return this.#submitted(person, open, answer.body);
  }

  /** Closes a modal, or all of them if it asks for that. The bot hears of those that ask for it. */
  async close(personId: string, viewId: string): Promise<SandboxAnswer> {
    const found = viewFor(this.#stage, personId, viewId);
    if (!found) return OK;
    const { modals } = this.#stage.workspace;
    const cleared = found.open.view.clear_on_close === true;
    const closing = cleared ? modals.stack(personId) : [found.open];
    if (cleared) modals.clear(personId);
    else modals.close(found.open);
    for (const open of closing.filter(({ view }) => view.notify_on_close === true)) {
      await this.#stage.outgoing.closed(found.person, open, cleared);
    }
    return OK;
  }

  #submitted(person: Person, open: OpenView, body: Fields): SandboxAnswer {
    const { modals } = this.#stage.workspace;
    switch (body.response_action) {
      case 'errors':
        return refused(open, fieldsOf(body.errors));
      case 'update':
      case 'push': {
        const view = fieldsOf(body.view);
        if (checkView(view, 'modal').length > 0) return no(TROUBLE);
        if (body.response_action === 'update') modals.update(open, view, null);
        else if (!modals.pushFor(person.id, view).ok) return no(TROUBLE);
        return OK;
      }
      case 'clear':
        modals.clear(person.id);
        return OK;
      case undefined:
        modals.close(open);
        return OK;
      default:
        return no(TROUBLE);
    }
  }
}

/** Slack shows errors at input blocks only. */
function refused(open: OpenView, given: Fields): SandboxAnswer {
  const inputs = listOf(open.view.blocks).filter(({ type }) => type === 'input');
  const errors = Object.entries(given).map(([block, error]) => [block, textOf(error)] as const);
  const known = errors.every(([block, error]) => error && inputs.some((each) => each.block_id === block));
  if (errors.length === 0 || !known) return no(TROUBLE);
  return { ok: false, error: 'Some of these values are not valid.', errors: Object.fromEntries(errors) };
}
