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

/** What the dialog that prepares a release is drawn from. */
export interface PrepareModal {
  /** What can be prepared for: the names of the products, each with those of its approval environments. */
  places: readonly { product: string; environments: readonly string[] }[];
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
  const groups = places.slice(0, GROUPS_MAX).map(({ product, environments }) => ({
    label: plainText(product, 75),
    options: environments.slice(0, OPTIONS_MAX).map((name): PlainTextOption => {
      const id = environmentId(product, name);
      return { text: plainText(places.length > 1 ? id : name, 75), value: id };
    }),
  }));
  const initial = groups.flatMap(({ options }) => options).find(({ value }) => value === environment);
  const [only] = groups;
  return {
    type: 'input',
    block_id: ENVIRONMENT,
    dispatch_action: true,
    label: plainText('Environment', 75),
    element: {
      type: 'static_select',
      action_id: CHOOSE_ENVIRONMENT,
      placeholder: plainText('Choose where to deploy', 150),
      ...(only && groups.length === 1 ? { options: only.options } : { option_groups: groups }),
      ...(initial ? { initial_option: initial } : {}),
    },
  };
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
