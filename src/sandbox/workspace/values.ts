import { type Fields, fieldsOf, listOf, textOf } from './json.ts';

/** Text, the value of an option, a date or a time. A list: several. null: nothing. */
export type Value = string | string[] | null;

/** What was typed or chosen, by block id and action id. Absent: as the bot set it. */
export type Values = Record<string, Record<string, Value>>;

/** The options that a person chose from, when the bot offered them one by one. null: unknown. */
export type Offered = (blockId: string, actionId: string, value: string) => Fields | null;

/** Where Slack puts the value of each element, and where the bot may set it at first. */
const SIMPLE: Record<string, { field: string; initial: string }> = {
  plain_text_input: { field: 'value', initial: 'initial_value' },
  email_text_input: { field: 'value', initial: 'initial_value' },
  url_text_input: { field: 'value', initial: 'initial_value' },
  number_input: { field: 'value', initial: 'initial_value' },
  datepicker: { field: 'selected_date', initial: 'initial_date' },
  timepicker: { field: 'selected_time', initial: 'initial_time' },
  users_select: { field: 'selected_user', initial: 'initial_user' },
  channels_select: { field: 'selected_channel', initial: 'initial_channel' },
  conversations_select: { field: 'selected_conversation', initial: 'initial_conversation' },
  multi_users_select: { field: 'selected_users', initial: 'initial_users' },
  multi_channels_select: { field: 'selected_channels', initial: 'initial_channels' },
  multi_conversations_select: { field: 'selected_conversations', initial: 'initial_conversations' },
};
const ONE_OPTION = ['static_select', 'external_select', 'radio_buttons', 'overflow'];
const OPTIONS = ['multi_static_select', 'multi_external_select', 'checkboxes'];

/** Whether the element keeps a value, so that `state.values` has it. */
export function isStateful(element: Fields): boolean {
  const type = textOf(element.type);
  return type !== 'overflow' && (type === 'datetimepicker' || type in SIMPLE || isChoice(type));
}

function isChoice(type: string): boolean {
  return ONE_OPTION.includes(type) || OPTIONS.includes(type);
}

/** The elements of a block that people can use. */
export function elementsOf(block: Fields): Fields[] {
  switch (block.type) {
    case 'actions':
      return listOf(block.elements);
    case 'section':
      return block.accessory ? [fieldsOf(block.accessory)] : [];
    case 'input':
      return [fieldsOf(block.element)];
    default:
      return [];
  }
}

/** The value of an element in Slack's format, such as `{ selected_option: … }`. `value` undefined: as the bot set it. */
export function valueFields(
  element: Fields,
  value: Value | undefined,
  offered: (value: string) => Fields | null,
): Fields {
  const type = textOf(element.type);
  if (isChoice(type)) return choiceFields(element, value, offered);
  if (type === 'datetimepicker') {
    const at = value === undefined ? element.initial_date_time : value;
    return { selected_date_time: at === null || at === undefined ? null : Number(at) };
  }
  const simple = SIMPLE[type];
  if (!simple) return {};
  const none = type.startsWith('multi_') ? [] : null;
  const zone = element.timezone ? { timezone: element.timezone } : {};
  return { [simple.field]: (value === undefined ? element[simple.initial] : value) ?? none, ...zone };
}

function choiceFields(
  element: Fields,
  value: Value | undefined,
  offered: (value: string) => Fields | null,
): Fields {
  const several = OPTIONS.includes(textOf(element.type));
  if (value === undefined) {
    return several
      ? { selected_options: listOf(element.initial_options) }
      : { selected_option: element.initial_option ?? null };
  }
  const chosen = [value ?? []].flat().flatMap((each) => optionOf(element, each) ?? offered(each) ?? []);
  return several ? { selected_options: chosen } : { selected_option: chosen[0] ?? null };
}

/** The option with this value, or which the bot has chosen at first. */
function optionOf(element: Fields, value: string): Fields | undefined {
  return [
    ...listOf(element.options),
    ...listOf(element.option_groups).flatMap((group) => listOf(group.options)),
    ...listOf(element.initial_options),
    fieldsOf(element.initial_option),
  ].find((option) => option.value === value);
}

/** `state.values` in Slack's format. */
export function stateOf(blocks: unknown, values: Values, offered: Offered): Fields {
  const state: Record<string, Fields> = {};
  for (const block of listOf(blocks)) {
    const blockId = textOf(block.block_id);
    for (const element of elementsOf(block).filter(isStateful)) {
      const actionId = textOf(element.action_id);
      const chosen = valueFields(element, values[blockId]?.[actionId], (value) =>
        offered(blockId, actionId, value),
      );
      state[blockId] = { ...state[blockId], [actionId]: { type: element.type, ...chosen } };
    }
  }
  return state;
}

/** The values of elements that are still there. */
export function keptValues(blocks: unknown, values: Values): Values {
  const kept: Values = {};
  for (const block of listOf(blocks)) {
    const blockId = textOf(block.block_id);
    for (const element of elementsOf(block)) {
      const actionId = textOf(element.action_id);
      const value = values[blockId]?.[actionId];
      if (value !== undefined) kept[blockId] = { ...kept[blockId], [actionId]: value };
    }
  }
  return kept;
}

/** `more` wins. */
export function mergedValues(values: Values, more: Values): Values {
  const merged = { ...values };
  for (const [blockId, chosen] of Object.entries(more)) merged[blockId] = { ...merged[blockId], ...chosen };
  return merged;
}
