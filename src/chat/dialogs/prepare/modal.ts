import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { type EnvironmentId, environmentId } from '../../../domain/ids.ts';
import { MODALS } from '../../blocks/actions.ts';
import { plainText } from '../../blocks/blocks.ts';
import { type CommitOption, commitOption } from './options.ts';
import { type Preview, previewBlocks } from './preview.ts';
import {
  CHOOSE_COMMIT,
  CHOOSE_ENVIRONMENT,
  commitBlock,
  ENVIRONMENT,
  encodeScope,
  NOTE,
  type PrepareScope,
} from './state.ts';

/** A product and its approval environments, by name. */
interface Place {
  product: string;
  environments: readonly string[];
}

/** What the dialog that prepares a release is drawn from. */
export interface PrepareModal {
  /** What can be prepared for. Of very many, the first are listed. */
  places: readonly Place[];
  /** null: not chosen yet. */
  environment: EnvironmentId | null;
  /** null: not chosen yet. */
  commit: CommitOption | null;
  /** Fills the input with this note. null: it keeps what was typed there. */
  note: string | null;
  preview: Preview;
  scope: PrepareScope;
}

/** Slack's limits for a menu. */
const OPTIONS_MAX = 100;
const GROUPS_MAX = 100;

/** Options in one menu: an option has up to 300 bytes, and Slack refuses a view of 250 KB (`view_too_large`). */
const MENU_MAX = 500;

/** Asks for environment, commit and note, and shows what preparing would come to. */
export function prepareModal(modal: PrepareModal): ModalView {
  const { environment, scope, preview } = modal;
  const blocks: KnownBlock[] = [
    environmentInput(modal),
    ...(environment === null ? [] : [commitInput(environment, modal.commit), noteInput(modal.note)]),
    { type: 'divider' },
    ...previewBlocks(preview),
  ];
  return {
    type: 'modal',
    callback_id: MODALS.prepare,
    title: plainText('Prepare', 24),
    submit: plainText('Prepare', 24),
    close: plainText('Not Now', 24),
    private_metadata: encodeScope(scope),
    blocks,
  };
}

/** The outcome in place of the inputs. It can only be closed. */
export function prepareSaid(preview: Preview): ModalView {
  return {
    type: 'modal',
    callback_id: MODALS.prepare,
    title: plainText('Prepare', 24),
    close: plainText('Close', 24),
    blocks: previewBlocks(preview),
  };
}

function environmentInput({ places, environment }: PrepareModal): InputBlock {
  const listed = listedPlaces(places, environment);
  const groups = listed.map(({ product, environments }) => ({
    label: plainText(product, 75),
    options: environments.map((name): PlainTextOption => {
      const id = environmentId(product, name);
      return { text: plainText(places.length > 1 ? id : name, 75), value: id };
    }),
  }));
  const initial = groups.flatMap(({ options }) => options).find(({ value }) => value === environment);
  const [only] = groups;
  const left = countOf(places) - countOf(listed);
  return {
    type: 'input',
    block_id: ENVIRONMENT,
    dispatch_action: true,
    label: plainText('Environment', 75),
    ...(left > 0 ? { hint: plainText(`${left} more: /release prepare PRODUCT/ENVIRONMENT`, 150) } : {}),
    element: {
      type: 'static_select',
      action_id: CHOOSE_ENVIRONMENT,
      placeholder: plainText('Choose where to deploy', 150),
      ...(only && groups.length === 1 ? { options: only.options } : { option_groups: groups }),
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}

const countOf = (places: readonly Place[]): number =>
  places.reduce((sum, { environments }) => sum + environments.length, 0);

/** The environments that fit into one menu, and in any case the chosen one. */
function listedPlaces(places: readonly Place[], chosen: EnvironmentId | null): Place[] {
  let room = MENU_MAX;
  const listed = places.slice(0, GROUPS_MAX).flatMap((place) => {
    const environments = place.environments.slice(0, Math.min(OPTIONS_MAX, room));
    room -= environments.length;
    return environments.length > 0 ? [{ ...place, environments }] : [];
  });
  const only = (place: Place) => ({
    ...place,
    environments: place.environments.filter((name) => environmentId(place.product, name) === chosen),
  });
  if (countOf(listed.map(only)) > 0) return listed;
  const [found] = places.map(only).filter(({ environments }) => environments.length > 0);
  return found ? [found, ...listed.slice(0, GROUPS_MAX - 1)] : listed;
}

function commitInput(environment: EnvironmentId, commit: CommitOption | null): InputBlock {
  // Slack finds the initial option by all of it, so it is drawn without what only the open menu says.
  const initial = commit && commitOption({ ...commit, says: '' });
  return {
    type: 'input',
    block_id: commitBlock(environment),
    dispatch_action: true,
    label: plainText('Commit', 75),
    element: {
      type: 'external_select',
      action_id: CHOOSE_COMMIT,
      min_query_length: 0,
      placeholder: plainText('SHA, branch, tag, message or author', 150),
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}

function noteInput(note: string | null): InputBlock {
  return {
    type: 'input',
    block_id: NOTE,
    optional: true,
    label: plainText('Note', 75),
    element: {
      type: 'plain_text_input',
      action_id: NOTE,
      multiline: true,
      max_length: 300,
      placeholder: plainText('What is in it, and what to look at', 150),
      ...(note === null ? {} : { initial_value: note }),
    },
  };
}
