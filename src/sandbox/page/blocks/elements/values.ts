import type { Value } from '../surface.ts';
import { asArray, asRecord, asText, wordsOf } from '../unknown.ts';

type Fields = Record<string, unknown>;

export interface Option {
  value: string;
  text: string;
  /** Empty: none. */
  description: string;
}

/** Options below a label. `label` empty: not grouped. */
export interface OptionGroup {
  label: string;
  options: Option[];
}

export function optionOf(value: unknown): Option {
  const option = asRecord(value);
  return {
    value: asText(option.value),
    text: wordsOf(option.text),
    description: wordsOf(option.description),
  };
}

export function groupsOf(element: Fields): OptionGroup[] {
  const groups = asArray(element.option_groups).map(asRecord);
  if (groups.length === 0) return [{ label: '', options: asArray(element.options).map(optionOf) }];
  return groups.map((group) => ({
    label: wordsOf(group.label),
    options: asArray(group.options).map(optionOf),
  }));
}

/** Keys of the initial value, by element type. */
const INITIAL: Record<string, string> = {
  plain_text_input: 'initial_value',
  email_text_input: 'initial_value',
  url_text_input: 'initial_value',
  number_input: 'initial_value',
  datepicker: 'initial_date',
  timepicker: 'initial_time',
  users_select: 'initial_user',
  channels_select: 'initial_channel',
  conversations_select: 'initial_conversation',
};

/** The value that the bot has set. */
export function initialOf(element: Fields): Value {
  const type = asText(element.type);
  if (type === 'checkboxes') return asArray(element.initial_options).map((each) => optionOf(each).value);
  if (type === 'datetimepicker') {
    return element.initial_date_time === undefined ? null : String(element.initial_date_time);
  }
  const key = INITIAL[type];
  if (key) return asText(element[key]) || null;
  return optionOf(element.initial_option).value || null;
}

export function isEmpty(value: Value): boolean {
  return value === null || (typeof value === 'string' ? value.trim() === '' : value.length === 0);
}

/** The elements that the page can draw in an input or as a control. */
export const CONTROLS = [
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'static_select',
  'external_select',
  'users_select',
  'channels_select',
  'conversations_select',
  'checkboxes',
  'radio_buttons',
  'datepicker',
  'timepicker',
  'datetimepicker',
];
