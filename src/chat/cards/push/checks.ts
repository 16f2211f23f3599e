import type { RichTextBlockElement } from '@slack/types';
import type { Build } from '../../../domain/documents/build.ts';
import type { BuildChecks } from '../../../domain/documents/values/build/checks.ts';
import { bullets, fitting, richLine } from '../../blocks/blocks.ts';
import {
  badEnd,
  checkLine,
  checksEndWords,
  missingWords,
  passedCount,
  unreadWords,
} from '../../text/checks.ts';
import { type Inline, inline, NOTHING } from '../../text/inline.ts';
import { soFar } from '../outcomes.ts';

/** How many checks a card shows, and how much of them, in characters of JSON. */
const SHOWN = 20;
const ROOM = 6_000;

/** ": 1 of 2 checks passed · 4 min so far" */
export function awaitingWords({ checks }: Build, now: number): Inline {
  if (!checks) return NOTHING;
  const since = checks.since === null ? '' : ` · ${soFar({ startedAt: checks.since }, now)}`;
  return inline`: ${passedCount(checks)}${since}`;
}

/** ": test failed" */
export function badEndWords(build: Build): Inline {
  const end = badEnd(build);
  return end === null ? NOTHING : inline`: ${checksEndWords(end)}`;
}

/** Each check of a commit that is built elsewhere, as far as it is known, while it is not built. */
export function checkLines({ status, checks }: Build, now: number): RichTextBlockElement[] {
  if (!checks || !['awaiting', 'failed', 'errored'].includes(status)) return [];
  const shown = fitting(checks.latest.slice(0, SHOWN).map(checkLine).map(richLine), ROOM);
  const further = furtherWords(checks, shown.length, now).map(richLine);
  return shown.length + further.length === 0 ? [] : [bullets([...shown, ...further])];
}

function furtherWords(checks: BuildChecks, shown: number, now: number): Inline[] {
  const hidden = checks.latest.length - shown;
  const more = hidden > 0 ? inline`+${hidden} more` : NOTHING;
  return [more, missing(checks), unreadWords(checks, now)].filter((words) => words.length > 0);
}

function missing(checks: BuildChecks): Inline {
  const words = missingWords(checks);
  return words.length === 0 ? NOTHING : inline`⏳ ${words}`;
}
