import { BEARING, type Check, latestAttempts } from './checks.ts';

/** How many attempts, and how many other names, a document keeps. */
const NAMED_KEPT = 100;
const OTHERS_KEPT = 30;

/** In characters. */
export const CHECK_NAME_MAX = 200;
/** A longer address is left out: cut, it would lead elsewhere. */
export const CHECK_URL_MAX = 500;
const DESCRIPTION_MAX = 200;

/** How the names of statuses begin that Slipway itself reports, one for each environment. */
export const OWN_STATUS = 'slipway/';

/** The names of the checks that others report, each once, in order. */
export function namesOf(checks: readonly Check[]): string[] {
  const names = latestAttempts(checks).map(({ name }) => name);
  return [...new Set(names)].filter((name) => !name.startsWith(OWN_STATUS));
}

/** Whether a check can be called so: in one line, without spaces around it. Others cannot be configured, so they never count. */
export function isCheckName(name: string): boolean {
  return name !== '' && name === name.trim() && !/\p{Cc}/u.test(name) && name.length <= CHECK_NAME_MAX;
}

/** What was seen of a commit's checks, bounded. */
export interface SeenChecks {
  /** The latest attempts that bear one of the names. */
  named: Check[];
  /** Other names that are reported, in order. */
  others: string[];
}

/**
 * The part of what a forge reports that is judged and shown. However much it is, nothing that keeps a commit from passing is
 * left out.
 */
export function seenChecks(names: readonly string[], checks: readonly Check[]): SeenChecks {
  const latest = latestAttempts(checks);
  const named = latest.filter(({ name }) => names.includes(name));
  const passed = named.filter(({ state }) => BEARING[state] === 'passes');
  const kept = [...named.filter((check) => !passed.includes(check)), ...passed].slice(0, NAMED_KEPT);
  const others = namesOf(latest).filter((name) => !names.includes(name));
  return {
    named: latestAttempts(kept).map(boundedCheck),
    others: others.slice(0, OTHERS_KEPT).map((name) => name.slice(0, CHECK_NAME_MAX)),
  };
}

/** The check with texts that a document keeps. */
export function boundedCheck(check: Check): Check {
  return {
    ...check,
    url: check.url !== null && check.url.length > CHECK_URL_MAX ? null : check.url,
    description: check.description?.slice(0, DESCRIPTION_MAX) ?? null,
  };
}
