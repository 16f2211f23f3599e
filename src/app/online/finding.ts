import { ForgeError, type ForgeFault, type Refusal, type Unreachable } from '../../ports/forge.ts';

/** What was found of one thing that the configuration names. Contains no secret. */
export interface Finding {
  /** What was asked or looked at: `github.com`, `storefront: acme/storefront at github.com`. */
  what: string;
  ok: boolean;
  /** What it said, or what is wrong, as a clause. */
  said: string;
  /** What people can do about it; null: there is nothing to do. Of something that is ok: a warning. */
  todo: string | null;
}

export const fine = (what: string, said: string): Finding => ({ what, ok: true, said, todo: null });
/** Nothing is wrong yet, or nobody knows; people may want to do something. */
export const warning = (what: string, said: string, todo: string): Finding => ({
  what,
  ok: true,
  said,
  todo,
});
export const wrong = (what: string, said: string, todo: string): Finding => ({ what, ok: false, said, todo });

/** What a forge did not do, with the advice for a refusal. Anything but a `ForgeError` is thrown. */
export function forgeFailure(what: string, error: unknown, refused: (why: Refusal) => string): Finding {
  if (!(error instanceof ForgeError)) throw error;
  return wrong(what, error.message, todoOf(error.fault, refused));
}

function todoOf(fault: ForgeFault, refused: (why: Refusal) => string): string {
  switch (fault.kind) {
    case 'unreachable':
      return UNREACHABLE_TODO[fault.how];
    case 'broken':
      return 'wait until it is mended; meanwhile nothing is lost';
    case 'unreadable':
      return 'check its kind and api';
    case 'limited':
      return 'ask again after that; meanwhile nothing is lost';
    case 'refused':
      return refused(fault.why);
    default:
      return fault satisfies never;
  }
}

const REACH = 'see whether this machine reaches it, and check its name and api';

const UNREACHABLE_TODO: Record<Unreachable, string> = {
  silence: REACH,
  refused: REACH,
  closed: REACH,
  name: 'check its name and api, or the name server of this machine',
  certificate:
    'if it is the right host, name the file of the authority of its certificate in NODE_EXTRA_CA_CERTS, where Slipway is started',
};

/** `one`, `one and two`, `one, two and three`. */
export function andList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
