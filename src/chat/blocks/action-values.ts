import * as z from 'zod';
import type { ShownLock } from '../../domain/documents/values/lock.ts';
import { truncate } from '../text/clean.ts';

/** The value of a button that turns the page: the page, from 0, and what was searched for. */
export function encodePage(page: number, search: string): string {
  return JSON.stringify([page, search]);
}

/** Parses the value of a button that turns the page; null: not written by Slipway. Never throws. */
export function decodePage(value: string): { page: number; search: string } | null {
  return json.pipe(homePage).safeParse(value).data ?? null;
}

/** What a button was drawn for: its `value`. */
export interface ActionValue {
  /**
   * Environment id (`storefront/prod`), or a product's name for all of its environments; '' for a `choose` without one.
   */
  environment: string;
  release?: number | undefined;
  /** The commit that was shown. */
  sha?: string | undefined;
  /** Build id. */
  build?: string | undefined;
  /** Text of a slash command, without `/release`. */
  command?: string | undefined;
  /** The revision of the environment that was shown. */
  shown?: number | undefined;
  /** Id of the card of the lock that was shown. */
  lock?: string | undefined;
  /** Since when the owner of that lock held it. Milliseconds since the epoch. */
  since?: number | undefined;
  /** The end of the freeze that was shown. Milliseconds since the epoch. */
  freeze?: number | undefined;
  /** Id of the card of the pause that was shown. */
  pause?: string | undefined;
  /** Slack user id of the person it is about. */
  user?: string | undefined;
  /** Name of the environment in the button's label. */
  to?: string | undefined;
}

/** The lock that a button or dialog was drawn for; undefined: it says none. */
export function shownLock({ lock, since }: ActionValue): ShownLock | undefined {
  return lock === undefined ? undefined : { card: lock, ...(since === undefined ? {} : { since }) };
}

/** Slack's limit for the `value` of a button, in characters. */
const VALUE_MAX = 2000;

/** The value as JSON of at most 2,000 characters; a command that is too long is cut. */
export function encodeValue(value: ActionValue): string {
  const write = (command: string | undefined) =>
    JSON.stringify({
      e: value.environment,
      r: value.release,
      s: value.sha,
      b: value.build,
      c: command,
      v: value.shown,
      l: value.lock,
      h: value.since,
      f: value.freeze,
      p: value.pause,
      u: value.user,
      t: value.to,
    });
  let text = write(value.command);
  for (let max = VALUE_MAX; text.length > VALUE_MAX && max > 0; max -= 100) {
    text = write(value.command === undefined ? undefined : truncate(value.command, max));
  }
  return text;
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
const count = z.int().nonnegative().optional();
const text = z.string().optional();

const homePage = z
  .tuple([z.int().nonnegative(), z.string()])
  .transform(([page, search]) => ({ page, search }));

/** A button's `value` as it is written into posted cards: the letters must not change. */
const actionValue = z
  .object({
    e: z.string(),
    r: count,
    s: text,
    b: text,
    c: text,
    v: count,
    l: text,
    h: count,
    f: count,
    p: text,
    u: text,
    t: text,
  })
  .transform(
    ({ e, r, s, b, c, v, l, h, f, p, u, t }): ActionValue => ({
      environment: e,
      release: r,
      sha: s,
      build: b,
      command: c,
      shown: v,
      lock: l,
      since: h,
      freeze: f,
      pause: p,
      user: u,
      to: t,
    }),
  );

/** Parses the value of a button; null: not written by Slipway. Never throws. */
export function decodeValue(value: string): ActionValue | null {
  return json.pipe(actionValue).safeParse(value).data ?? null;
}

/** `private_metadata` of a modal: the value of the button that opened it, and where to answer. */
export interface ModalMetadata extends ActionValue {
  /** Slack id of the channel in which the dialog was asked for, for ephemeral answers; absent: there was none. */
  channel?: string | undefined;
  /** The irreversible commits that a rollback dialog shows for its target, as `readPast` reads it; absent: none. */
  past?: string | undefined;
  /** Full SHA of the target that those commits were shown for; absent: none was. */
  pastTo?: string | undefined;
  /** The dialog completes a typed command, whose outcome is confirmed; of a click, the card is the answer. */
  typed?: true | undefined;
  /**
   * The place to which the dialog was sent with an outcome that is not known: it goes nowhere else any more, and until its
   * outcome is found, nothing is said of it. Environment id, or a product's name for all of its environments.
   */
  tried?: string | undefined;
}

/** The `private_metadata` of a modal, read back by `decodeMetadata`. */
export function encodeMetadata({ channel, past, pastTo, typed, tried, ...value }: ModalMetadata): string {
  return JSON.stringify({ value: encodeValue(value), channel, past, pastTo, typed, tried });
}

const modalMetadata = z
  .object({
    value: json.pipe(actionValue),
    channel: text,
    past: text,
    pastTo: text,
    typed: z.literal(true).optional(),
    tried: text,
  })
  .transform(({ value, ...others }): ModalMetadata => ({ ...value, ...others }));

/** Parses the `private_metadata` of a modal; null: not written by Slipway. Never throws. */
export function decodeMetadata(metadata: string): ModalMetadata | null {
  return json.pipe(modalMetadata).safeParse(metadata).data ?? null;
}
