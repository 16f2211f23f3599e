import type { InputBlock, PlainTextOption } from '@slack/types';
import * as z from 'zod';
import { plainText } from '../blocks/blocks.ts';
import { clean, plural } from '../text/clean.ts';

/** People's own words are cut here, so that a document stays small whatever is typed (CARDS §4). In characters. */
export const WORDS_MAX = 300;

/** The block ids of inputs; the action id of each is the same. */
export const INPUTS = {
  reason: 'reason',
  /** The commit that a rollback goes to. */
  target: 'target',
  commit: 'commit',
  /** An environment, or all of a product. */
  place: 'place',
  /** How long a lock lasts. */
  until: 'until',
  /** The date and time at which a lock ends. */
  at: 'at',
} as const;
export type InputName = keyof typeof INPUTS;

/** What is wrong with what was typed, by input. */
export type FieldErrors = Partial<Record<InputName, string>>;

/** The input for a reason. `before`: its initial text. */
export function reasonInput(optional: boolean, before?: string): InputBlock {
  return {
    type: 'input',
    block_id: INPUTS.reason,
    optional,
    label: plainText('Reason', 75),
    element: {
      type: 'plain_text_input',
      action_id: INPUTS.reason,
      multiline: true,
      max_length: WORDS_MAX,
      ...(before === undefined ? {} : { initial_value: before }),
    },
  };
}

/** The input for the name of a commit. `before`: its initial text. */
export function commitInput(before?: string): InputBlock {
  return {
    type: 'input',
    block_id: INPUTS.commit,
    label: plainText('Commit', 75),
    hint: plainText('SHA, tag, branch, or a link to one of them', 150),
    element: {
      type: 'plain_text_input',
      action_id: INPUTS.commit,
      max_length: WORDS_MAX,
      ...(before === undefined ? {} : { initial_value: before }),
    },
  };
}

/** A choice among `options`, at least one; `chosen`: the value of the one that is preselected. */
export function choiceInput(
  name: InputName,
  label: string,
  options: PlainTextOption[],
  more: { chosen?: string | undefined; optional?: boolean; dispatches?: true } = {},
): InputBlock {
  const initial = options.find(({ value }) => value === more.chosen);
  return {
    type: 'input',
    block_id: INPUTS[name],
    optional: more.optional ?? false,
    ...(more.dispatches ? { dispatch_action: true } : {}),
    label: plainText(label, 75),
    element: {
      type: 'static_select',
      action_id: INPUTS[name],
      options,
      ...(initial ? { initial_option: initial } : {}),
    },
  };
}

const input = z.object({
  value: z.string().nullish().catch(null),
  selected_option: z.object({ value: z.string() }).nullish().catch(null),
  selected_date_time: z.int().nullish().catch(null),
});

/** What an input holds. null: nothing of this kind. */
interface Held {
  typed: string | null;
  chosen: string | null;
  /** Milliseconds since the epoch. */
  at: number | null;
}

/** Something that can be read: neither space nor a character that shows nothing. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What `view.state` says of the input in this block, whose action id is the same. Never throws. */
export function inputOf(state: unknown, block: string): Held {
  const inputs = z.object({ values: z.object({ [block]: z.object({ [block]: input }) }) });
  const held = inputs.safeParse(state).data?.values[block]?.[block];
  const at = held?.selected_date_time;
  return {
    typed: held?.value && VISIBLE.test(held.value) ? held.value.trim() : null,
    chosen: held?.selected_option?.value ?? null,
    at: at === null || at === undefined ? null : at * 1000,
  };
}

/** What is wrong with a typed reason; null: nothing. */
export function reasonProblem(reason: string | null, optional = false): string | null {
  if (reason === null) return optional ? null : 'Write a reason. Others will read it.';
  const length = [...reason].length;
  return length > WORDS_MAX ? `At most ${WORDS_MAX} characters, please: this has ${length}.` : null;
}

const shownView = z.object({
  blocks: z.array(z.unknown()).catch([]),
  state: z.unknown(),
});
const inputBlock = z.object({
  type: z.literal('input'),
  block_id: z.string(),
  label: z.object({ text: z.string() }),
});
const typedValue = z.record(z.string(), z.looseObject({ value: z.string() }));

/** What a person typed into a dialog, with the label of each input, whichever version of Slipway drew it. Never throws. */
export function wordsIn(view: unknown): { label: string; words: string }[] {
  const { data } = shownView.safeParse(view);
  return (data?.blocks ?? []).flatMap((block) => {
    const drawn = inputBlock.safeParse(block).data;
    if (!drawn) return [];
    const values = z.object({ values: z.object({ [drawn.block_id]: typedValue }) });
    const held = values.safeParse(data?.state).data?.values[drawn.block_id] ?? {};
    return Object.values(held)
      .map(({ value }) => clean(value).trim())
      .filter((words) => words !== '')
      .map((words) => ({ label: clean(drawn.label.text), words }));
  });
}

/** Whether the dialog has this input: an error can only be shown at one that it has. Never throws. */
export function hasInput(view: unknown, name: InputName): boolean {
  const blocks = shownView.safeParse(view).data?.blocks ?? [];
  return blocks.some((block) => inputBlock.safeParse(block).data?.block_id === INPUTS[name]);
}

/** "30 minutes", "4 hours", "2 days" */
export function lengthText(ms: number): string {
  const [minutes, hours] = [Math.round(ms / 60_000), ms / 3_600_000];
  if (hours < 1) return plural(minutes, 'minute');
  return hours % 24 === 0 ? plural(hours / 24, 'day') : plural(hours, 'hour');
}
