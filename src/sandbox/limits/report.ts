import { isFields, textOf } from '../workspace/json.ts';

/** Something that Slack would reject: its error code, and what is wrong where. */
export interface Problem {
  error: string;
  /** With the place. */
  message: string;
  /** The place as a JSON pointer. */
  pointer: string;
}

/** Collects problems. Each method checks one kind of value. */
export class Report {
  readonly problems: Problem[] = [];
  readonly #error: string;

  /** `error`: the code for problems without a code of their own. */
  constructor(error: string) {
    this.#error = error;
  }

  add(path: string, message: string, error: string = this.#error): void {
    this.problems.push({ error, message: `${message} [json-pointer:${path}]`, pointer: path });
  }

  atMost(path: string, text: string, limit: number): void {
    if (text.length > limit) this.add(path, `must be less than ${limit + 1} characters`);
  }

  count(path: string, list: readonly unknown[], limit: number): void {
    if (list.length > limit) this.add(path, `no more than ${limit} items allowed`);
  }

  /** Checks a list that must exist and must not be empty. */
  elements(path: string, list: unknown, limit: number): void {
    if (!Array.isArray(list) || list.length === 0) this.add(path, 'must have at least 1 item');
    else this.count(path, list, limit);
  }

  /** Checks a text object, plain or mrkdwn. */
  text(path: string, value: unknown, limit: number): void {
    if (!isFields(value) || (value.type !== 'plain_text' && value.type !== 'mrkdwn')) {
      this.add(path, 'must be a text object');
      return;
    }
    const text = textOf(value.text);
    if (text.length === 0) this.add(`${path}/text`, 'must be more than 0 characters');
    this.atMost(`${path}/text`, text, limit);
  }

  plainText(path: string, value: unknown, limit: number): void {
    if (isFields(value) && value.type === 'mrkdwn') this.add(`${path}/type`, 'must be plain_text');
    this.text(path, value, limit);
  }
}
