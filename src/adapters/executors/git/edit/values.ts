import { setInJson } from './json.ts';
import type { Setting } from './setting.ts';
import { setInYaml } from './yaml.ts';

/** What a file that values are set in ends with. */
const EDITABLE = ['.yaml', '.yml', '.json'] as const;

/** What some editors begin a file with. */
const BYTE_ORDER_MARK = '\ufeff';

/** Whether values can be set in a file of this name. */
export function isEditable(file: string): boolean {
  return EDITABLE.some((ending) => file.toLowerCase().endsWith(ending));
}

/**
 * Sets values in the text of a file, and leaves everything else as it stands: comments, order, quotes, spaces. Values are text, and
 * are quoted where they would be read as something else. Maps that do not exist are made, items of lists are not.
 * Throws `ValueError`.
 */
export function setValues(text: string, settings: readonly Setting[], file: string): string {
  const set = file.toLowerCase().endsWith('.json') ? setInJson : setInYaml;
  const [mark, content] = text.startsWith(BYTE_ORDER_MARK)
    ? [BYTE_ORDER_MARK, text.slice(BYTE_ORDER_MARK.length)]
    : ['', text];
  return `${mark}${settings.reduce(set, content)}`;
}
