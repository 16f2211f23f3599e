import type { PlainTextOption } from '@slack/types';
import { shortSha } from '../../../domain/ids.ts';
import { plainText } from '../../blocks/blocks.ts';
import { clean } from '../../text/clean.ts';
import { NO_COMMIT } from './state.ts';

/** A commit as the menu of commits offers it. */
export interface CommitOption {
  sha: string;
  /** What the commit says, with its pull request; null: git could not be read. */
  subject: string | null;
  /** Who wrote it, where it is accepted, what names it; '': nothing. */
  says: string;
}

/** What the menu of commits offers for what was typed. */
export interface CommitOptions {
  groups: { label: string; commits: CommitOption[] }[];
  /** 'all': there are no others. 'more': others match too. 'slow': the search took too long. */
  rest: 'all' | 'more' | 'slow';
}

/** Slack's answer to a request for options. */
export type OptionsAnswer =
  | { options: PlainTextOption[] }
  | { option_groups: { label: ReturnType<typeof plainText>; options: PlainTextOption[] }[] };

/** Slack shows no more options. */
const OPTIONS_MAX = 100;

const REST = {
  more: 'More commits match: type more of it',
  slow: 'Still searching: type more of it, or a SHA, branch or tag',
} as const;

/** "abc123f Fix rounding in the cart" */
export function commitOption({ sha, subject, says }: CommitOption): PlainTextOption {
  const description = clean(says).trim();
  return {
    text: plainText(subject === null ? shortSha(sha) : `${shortSha(sha)} ${subject}`, 75),
    value: sha,
    ...(description === '' ? {} : { description: plainText(description, 75) }),
  };
}

/** At most 100 options in all, each commit once, where it comes first. The last one says if there are more. */
export function optionsAnswer({ groups, rest }: CommitOptions): OptionsAnswer {
  const seen = new Set<string>();
  const drawn: { label: ReturnType<typeof plainText>; options: PlainTextOption[] }[] = [];
  let isCut = false;
  for (const { label, commits } of groups) {
    const options: PlainTextOption[] = [];
    for (const commit of commits) {
      if (seen.has(commit.sha)) continue;
      if (seen.size >= OPTIONS_MAX - 1) isCut = true;
      else {
        seen.add(commit.sha);
        options.push(commitOption(commit));
      }
    }
    if (options.length > 0) drawn.push({ label: plainText(label, 75), options });
  }
  const why = isCut && rest === 'all' ? 'more' : rest;
  if (why !== 'all') {
    const option = { text: plainText(REST[why], 75), value: NO_COMMIT };
    drawn.push({ label: plainText('Not all are shown', 75), options: [option] });
  }
  return drawn.length === 0 ? { options: [] } : { option_groups: drawn };
}

/** The answer when the commits were not found in time. */
export const SLOW: OptionsAnswer = optionsAnswer({ groups: [], rest: 'slow' });
