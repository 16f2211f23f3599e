import type { Check, CheckState } from '../../domain/checks/checks.ts';
import { CHECK_URL_MAX } from '../../domain/checks/seen.ts';
import type { Build } from '../../domain/documents/build.ts';
import type { BuildChecks, ChecksEnd } from '../../domain/documents/values/build/checks.ts';
import { duration } from '../../domain/time/duration.ts';
import { line, plural } from './clean.ts';
import { enumerated, foreign, type Inline, type InlineNode, inline, join, NOTHING } from './inline.ts';
import { webPage } from './references.ts';

/** How many checks one sentence names. */
const NAMED = 5;

const WORDS: Record<CheckState, { mark: string; word: string }> = {
  passed: { mark: '✅', word: 'passed' },
  neutral: { mark: '✅', word: 'neutral, which counts as passed' },
  skipped: { mark: '✅', word: 'skipped, which counts as passed' },
  allowedToFail: { mark: '✅', word: 'failed, as it is allowed to' },
  pending: { mark: '⏳', word: 'runs' },
  manual: { mark: '⏳', word: 'waits for a person' },
  failed: { mark: '❌', word: 'failed' },
  cancelled: { mark: '❌', word: 'cancelled' },
  errored: { mark: '⚠️', word: 'errored' },
};

type Named = Pick<Check, 'name' | 'url'>;

/** The name of a check, linked to its page if that is known. */
export function checkRef({ name, url }: Named): InlineNode {
  const page = webPage(url, CHECK_URL_MAX);
  return page === null ? foreign(name, 80) : { kind: 'link', text: line(name, 80), url: page, foreign: true };
}

/** "✅ test passed: 212 tests" */
export function checkLine(check: Check): Inline {
  const { mark, word } = WORDS[check.state];
  const said = check.description?.trim() ? inline`: ${foreign(check.description, 80)}` : NOTHING;
  return inline`${mark} ${checkRef(check)} ${word}${said}`;
}

/** "test and build" */
export function checkRefs(checks: readonly Named[]): Inline {
  const shown = checks.slice(0, NAMED).map((check) => [checkRef(check)]);
  const more = checks.length - shown.length;
  return enumerated(more > 0 ? [...shown, inline`${more} more`] : shown);
}

function names(all: readonly string[]): Inline {
  return checkRefs(all.map((name) => ({ name, url: null })));
}

/** "1 of 2 checks passed" */
export function passedCount({ names: all, latest, missing }: BuildChecks): string {
  const open = new Set([
    ...missing,
    ...latest.filter(({ state }) => WORDS[state].mark !== '✅').map(({ name }) => name),
  ]);
  return `${all.length - open.size} of ${plural(all.length, 'check')} passed`;
}

/** What a build waits for: "1 of 2 checks passed, lint is not reported yet". */
export function awaitedWords(checks: BuildChecks, now: number): Inline {
  const parts = [inline`${passedCount(checks)}`, missingWords(checks), unreadWords(checks, now)];
  return join(
    parts.filter((part) => part.length > 0),
    ', ',
  );
}

/** What is not reported, together with what is: "lint is not reported; the names that are: Lint (push), unit". */
export function missingWords({ missing, others }: Pick<BuildChecks, 'missing' | 'others'>): Inline {
  if (missing.length === 0) return NOTHING;
  const what = inline`${names(missing)} ${missing.length === 1 ? 'is' : 'are'} not reported`;
  return others.length === 0
    ? inline`${what} yet`
    : inline`${what}; names that are: ${join(
        others.slice(0, 10).map((name) => [foreign(name, 80)]),
        ', ',
      )}`;
}

/** Why the checks did not let a build pass, as a clause: "test failed". */
export function checksEndWords(end: ChecksEnd): Inline {
  if (end.kind !== 'overdue') {
    const groups = (['failed', 'cancelled', 'errored'] as const).flatMap((state) => {
      const those = end.checks.filter((check) => check.state === state);
      if (those.length === 0) return [];
      const verb = state === 'cancelled' ? (those.length === 1 ? 'was cancelled' : 'were cancelled') : state;
      return [inline`${checkRefs(those)} ${verb}`];
    });
    return enumerated(groups);
  }
  const missing =
    end.missing.length === 0 ? [] : [inline`${names(end.missing)} ${was(end.missing)} not reported in time`];
  const waiting =
    end.waiting.length === 0
      ? []
      : [inline`${checkRefs(end.waiting)} ${have(end.waiting)} not ended in time`];
  return enumerated([...missing, ...waiting]);
}

const was = ({ length }: { length: number }) => (length === 1 ? 'was' : 'were');
const have = ({ length }: { length: number }) => (length === 1 ? 'has' : 'have');

/** Why the build as it stands did not succeed; null: it is not made elsewhere, or did not end badly. */
export function badEnd({ status, checks }: Build): ChecksEnd | null {
  if (!checks || (status !== 'failed' && status !== 'errored')) return null;
  const { latest, missing, overdue } = checks;
  const of = (...states: CheckState[]) => latest.filter(({ state }) => states.includes(state));
  return overdue
    ? { kind: 'overdue', missing, waiting: of('pending', 'manual') }
    : { kind: status, checks: of('failed', 'cancelled', 'errored') };
}

/** Why the checks are not known as they are now: nothing if they are. */
export function unreadWords({ unread }: BuildChecks, now: number): Inline {
  if (unread === null) return NOTHING;
  const lasts = duration(now - unread.since);
  return inline`${foreign(unread.reason, 200)} (${lasts} so far); Slipway asks again by itself`;
}
