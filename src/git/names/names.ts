import { isFullSha } from '../../domain/ids.ts';

/** A commit as people type it, parsed before git sees it (DESIGN §8). */
export type TypedCommit =
  /** 4 to 40 hex digits in lower case. `name` is the text as typed, which may also be a branch or tag. */
  { kind: 'hex'; prefix: string; name: string } | { kind: 'name'; name: string } | { kind: 'invalid' };

const LONGEST_NAME = 200;

/** Whether a typed text may be a SHA, or only a name; `invalid`: git would refuse it as a name. */
export function parseTypedCommit(typed: string): TypedCommit {
  if (!isRefName(typed)) return { kind: 'invalid' };
  if (/^[0-9a-f]{4,40}$/i.test(typed)) return { kind: 'hex', prefix: typed.toLowerCase(), name: typed };
  return { kind: 'name', name: typed };
}

/** Whether a name satisfies `git check-ref-format` and does not begin with `-`. */
export function isRefName(name: string): boolean {
  if (name === '' || name.length > LONGEST_NAME || name === '@') return false;
  if (name.startsWith('-') || name.endsWith('.')) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  if (name.includes('..') || name.includes('@{')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** Throws `TypeError`. Every SHA passes this check before it is given to git. */
export function assertSha(sha: string): void {
  if (!isFullSha(sha)) throw new TypeError(`not a full commit SHA: ${JSON.stringify(sha.slice(0, 60))}`);
}
