import * as z from 'zod';

/** What happens to a correctly signed request of Slack's before a listener sees it. */
export type PayloadVerdict =
  /** A listener handles it. */
  | { kind: 'known' }
  /** It is valid, but nothing handles it: it is acknowledged. `answer`: the body of the response; null: empty. */
  | { kind: 'ignored'; what: string; answer: object | null }
  /** It is not something that Slack sends. */
  | { kind: 'refused'; reason: string };

export const id = z.string().min(1);
export const url = z.url({ protocol: /^https?$/ });
/** An object with an id, as Slack refers to people, teams and channels. */
export const named = z.looseObject({ id });

/** Known if it has this shape, else refused. */
export function known(schema: z.ZodType, payload: object): PayloadVerdict {
  const { error } = schema.safeParse(payload);
  return error ? refused(wordsOf(error)) : { kind: 'known' };
}

export function refused(reason: string): PayloadVerdict {
  return { kind: 'refused', reason };
}

export function ignored(what: string): PayloadVerdict {
  return { kind: 'ignored', what, answer: null };
}

/** Names the field that is wrong, and never its value. */
export function wordsOf({ issues }: z.ZodError): string {
  const [first] = issues;
  return first ? `${first.path.join('.') || 'the payload'}: ${first.message}` : 'it cannot be read';
}
