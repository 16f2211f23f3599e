import type { KnownBlock, ModalView } from '@slack/types';
import * as z from 'zod';
import { encodeMetadata, type ModalMetadata } from '../blocks/action-values.ts';
import { MODALS, type ModalName } from '../blocks/actions.ts';
import { paragraph, plainText, quoted, richLine, richText, said as saying } from '../blocks/blocks.ts';
import { inline } from '../text/inline.ts';
import { plain } from '../text/render.ts';
import type { Message } from '../view-model.ts';
import { WORDS_MAX, wordsIn } from './inputs.ts';

/** The title and the submit button of each dialog: the verb of the button that opens it. */
export const TITLES: Record<ModalName, string> = {
  reject: 'Reject',
  testFailed: 'Test Failed',
  acceptAnyway: 'Accept Anyway',
  cancel: 'Cancel',
  rollback: 'Roll Back',
  redeploy: 'Redeploy',
  hotfix: 'Hotfix',
  adopt: 'Adopt',
  pause: 'Pause',
  lock: 'Lock',
  takeOver: 'Take Over',
  extendLock: 'Extend',
  editReason: 'Edit Reason',
  overrideFreeze: 'Override Freeze',
  diff: 'Show Diff',
  log: 'Show Log',
  where: 'Where Is It',
  prepare: 'Prepare',
};

/** A modal whose title and submit button are the same verb. Without `metadata` it can only be closed. */
export function modal(name: ModalName, blocks: KnownBlock[], metadata: ModalMetadata | null): ModalView {
  const title = plainText(TITLES[name], 24);
  // Two buttons named "Cancel" with different meanings would confuse.
  const close = plainText(name === 'cancel' ? 'Keep It' : metadata ? 'Not Now' : 'Close', 24);
  if (!metadata) return { type: 'modal', callback_id: MODALS[name], title, close, blocks };
  const private_metadata = encodeMetadata(metadata);
  return { type: 'modal', callback_id: MODALS[name], title, submit: title, close, private_metadata, blocks };
}

/** Opened at once, since a `trigger_id` expires quickly; `views.update` then fills it. */
export function loadingModal(name: ModalName): ModalView {
  return modal(name, [paragraph(inline`Loading`)], null);
}

/** An outcome or error in place of a modal that cannot be filled. */
export function messageModal(name: ModalName, words: string): ModalView {
  return modal(name, [paragraph([{ kind: 'foreign', text: plain(inline`${words}`) }])], null);
}

const titled = z.object({ title: z.object({ text: z.string() }) });

/** The title of a dialog as Slack sends it back. Never throws. */
function titleOf(view: unknown): string {
  return titled.safeParse(view).data?.title.text ?? 'Slipway';
}

/**
 * An answer in place of the dialog that was submitted or clicked, under its title. `words`: what the person had typed
 * there, so that it can be copied. It can only be closed.
 */
export function answeredModal(view: unknown, said: Message, words: Words = []): ModalView {
  return {
    type: 'modal',
    callback_id: ANSWERED,
    title: plainText(titleOf(view), 24),
    close: plainText('Close', 24),
    blocks: withWords(said, words).blocks,
  };
}

/** What a person had typed, by the label of its input. */
type Words = readonly { label: string; words: string }[];

/** A message, and below it what the person had typed. */
export function withWords({ text, blocks }: Message, words: Words): Message {
  const said = blocks.length > 0 ? blocks : [paragraph([{ kind: 'foreign', text }])];
  const typed = words.map((one) =>
    richText([
      richLine(inline`${`You wrote, as ${one.label.toLowerCase()}:`}`),
      quoted(one.words, WORDS_MAX),
    ]),
  );
  return { text, blocks: [...said, ...typed] };
}

/** The answer to a dialog that another version of Slipway drew. */
export const OTHER_VERSION: Message = saying(
  inline`Errored: another version of Slipway opened this dialog, and it can no longer be read.\nNothing was changed. Open it again where you found it, or see /release status.`,
);

/** The same in place of the submitted dialog, with what the person had typed. Never throws. */
export function otherVersionModal(view: unknown): ModalView {
  return answeredModal(view, OTHER_VERSION, wordsIn(view));
}

/** `callback_id` of a dialog that only says something: it has nothing to submit. */
const ANSWERED = 'answered';

/** In place of a submitted dialog while its work takes longer than Slack waits for an answer. */
export function workingModal(view: unknown): ModalView {
  const text = 'Working on it. This dialog shows what comes of it; it may also be closed.';
  return answeredModal(view, { text, blocks: [paragraph(inline`${text}`)] });
}

const option = z.looseObject({ value: z.string() });
const menu = z.object({
  options: z.array(option).nullish(),
  option_groups: z.array(z.looseObject({ options: z.array(option) })).nullish(),
});
type Menu = z.infer<typeof menu>;
const element = z.looseObject({ type: z.string(), action_id: z.string(), ...menu.shape });
const formBlock = z.looseObject({ type: z.literal('input'), block_id: z.string(), element });
const formView = z.object({
  callback_id: z.string(),
  private_metadata: z.string(),
  title: z.looseObject({}),
  submit: z.looseObject({}),
  close: z.looseObject({}).nullish(),
  blocks: z.array(z.looseObject({ type: z.string() })),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), z.looseObject({}))) }),
});

/**
 * The submitted dialog once more, below a message, with what was typed and chosen in its inputs: it can be corrected and
 * sent again. null: it cannot be read. Never throws.
 */
export function refilledModal(view: unknown, { text, blocks }: Message): ModalView | null {
  const { data } = formView.safeParse(view);
  if (!data) return null;
  const said = (blocks.length > 0 ? blocks : [paragraph([{ kind: 'foreign', text }])]).map(
    (block, index) => ({
      ...block,
      block_id: `${SAID}${index}`,
    }),
  );
  // What was said of an earlier attempt gives way.
  const kept = data.blocks.filter(({ block_id }) => !String(block_id).startsWith(SAID));
  const form = kept.map((block) => {
    const drawn = formBlock.safeParse(block).data;
    if (!drawn) return block;
    const held = data.state.values[drawn.block_id]?.[drawn.element.action_id] ?? {};
    return { ...drawn, element: { ...drawn.element, ...initialOf(held, drawn.element) } };
  });
  const { callback_id, private_metadata, title, submit, close } = data;
  const again = { type: 'modal', callback_id, private_metadata, title, submit, ...(close ? { close } : {}) };
  // Slack made it from a view of ours: it has the shape of one.
  return { ...again, blocks: [...said, ...form] } as unknown as ModalView;
}

/** Block ids of a message above the inputs begin so. */
const SAID = 'said.';

/** The initial content of an input that holds this; nothing: it stays empty. */
function initialOf(held: Record<string, unknown>, menu: Menu): Record<string, unknown> {
  const { value, selected_option, selected_date_time } = held;
  const chosen = option.safeParse(selected_option).data;
  // Slack takes an initial option only if it is one of the menu's in every part.
  const offered = [...(menu.options ?? []), ...(menu.option_groups ?? []).flatMap(({ options }) => options)];
  return {
    ...(typeof value === 'string' ? { initial_value: value } : {}),
    ...(chosen ? { initial_option: offered.find((one) => one.value === chosen.value) ?? chosen } : {}),
    ...(typeof selected_date_time === 'number' ? { initial_date_time: selected_date_time } : {}),
  };
}
