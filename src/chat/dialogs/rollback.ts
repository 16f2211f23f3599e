import type { KnownBlock, ModalView } from '@slack/types';
import type { Acceptance } from '../../domain/documents/environment.ts';
import { type EnvironmentId, parseEnvironmentId, shortSha } from '../../domain/ids.ts';
import type { ModalMetadata } from '../blocks/action-values.ts';
import {
  bullets,
  commitList,
  commitWords,
  head,
  paragraph,
  plainText,
  richLine,
  richText,
} from '../blocks/blocks.ts';
import { line, plural } from '../text/clean.ts';
import { inline, NOTHING } from '../text/inline.ts';
import { utc } from '../text/times.ts';
import type { CommitLine, CommitList, RenderContext } from '../view-model.ts';
import { modal } from './frame.ts';
import { choiceInput, reasonInput } from './inputs.ts';

/** A commit that a rollback can go back to. */
export interface RollbackTarget {
  acceptance: Acceptance;
  /** First line of the commit message; null: git could not be read. */
  subject: string | null;
  /** How many commits going back to it undoes; null: unknown. */
  undoes: number | null;
}

/** What going back to the chosen target changes; null: git could not tell. */
export interface Undone {
  undoes: CommitList | null;
  /** Commits of the target that what runs there does not have. */
  brings: CommitList | null;
}

/** What the rollback dialog is drawn from. */
export interface RollbackModal {
  environment: EnvironmentId;
  /** Full SHA of the commit that the rollback leaves; null: unknown. */
  leaves: string | null;
  /** Best first. Empty: there is nothing to roll back to. */
  targets: RollbackTarget[];
  /** Full SHA of the chosen target; null, or none of the targets: the first. */
  chosen: string | null;
  undone: Undone;
  /** The irreversible commits that going back to the chosen target goes past: a few of them, and how many there are; null: git could not tell. */
  past: { commits: readonly CommitLine[]; count: number } | null;
  context: RenderContext;
  metadata: ModalMetadata;
}

/** How many commits of each list are shown. */
const COMMITS = 10;

function option({ acceptance, subject, undoes }: RollbackTarget) {
  const undone = undoes === null ? '' : `, undoes ${plural(undoes, 'commit')}`;
  const by = line(acceptance.by.name, 20);
  return {
    text: plainText(
      `${shortSha(acceptance.sha)}, accepted ${utc(acceptance.at).slice(0, 10)} by ${by}${undone}`,
      75,
    ),
    ...(subject ? { description: plainText(subject, 75) } : {}),
    value: acceptance.sha,
  };
}

function listed(title: string, list: CommitList | null, context: RenderContext): KnownBlock[] {
  if (list === null || list.count === 0) return [];
  const more = list.count - Math.min(list.commits.length, COMMITS);
  return [
    richText([
      richLine(inline`${title} ${plural(list.count, 'commit')}`),
      ...commitList(list, COMMITS, context),
      ...(more > 0 ? [richLine(inline`+${more} more`)] : []),
    ]),
  ];
}

/** The commits that going back to `sha` undoes and brings back. It names its target, as it may be drawn late. */
function changes(sha: string, { undone: { undoes, brings }, context }: RollbackModal): KnownBlock[] {
  const target = shortSha(sha);
  if (undoes === null) {
    return [
      paragraph(inline`Git could not list what going back to ${target} undoes. It can be done all the same.`),
    ];
  }
  return [
    ...listed(`Going back to ${target} undoes`, undoes, context),
    ...listed(`Going back to ${target} brings back`, brings, context),
  ];
}

/** What a rollback does not take back; whoever submits the dialog has been shown it (RULES 48). */
function irreversible(sha: string, { past, context }: RollbackModal): KnownBlock[] {
  const target = shortSha(sha);
  if (past === null) {
    return [
      paragraph(inline`⚠️ Git could not say whether going back to ${target} goes past irreversible commits.`),
    ];
  }
  if (past.count === 0) return [];
  const more = past.count - past.commits.length;
  const goes = `goes past ${plural(past.count, 'irreversible commit')}, which it does not take back`;
  return [
    richText([
      richLine(inline`⚠️ Going back to ${target} ${goes}:`),
      ...(past.commits.length > 0
        ? [bullets(past.commits.map((one) => richLine(commitWords(one, context))))]
        : []),
      ...(more > 0 ? [richLine(inline`+${more} more`)] : []),
    ]),
  ];
}

/** Asks which accepted commit to go back to, and why. A choice draws it again, with what that one undoes. */
export function rollbackModal(asked: RollbackModal): ModalView {
  const { environment, leaves, targets, chosen, metadata } = asked;
  const at = leaves ? inline`${environment} is at ${shortSha(leaves)}` : inline`${environment}`;
  const options = targets.slice(0, 100).map(option);
  const target = options.find(({ value }) => value === chosen) ?? options[0];
  if (!target) {
    const none = inline`No other commit was accepted there, so there is nothing to roll back to.`;
    return modal('rollback', head(at, none), null);
  }
  const name = parseEnvironmentId(environment).environment;
  const revokes = leaves ? inline` It revokes ${shortSha(leaves)} in ${name}.` : NOTHING;
  return modal(
    'rollback',
    [
      ...head(at, inline`The rollback starts at once, without approvals.${revokes}`),
      choiceInput('target', 'Go back to', options, { chosen: target.value, dispatches: true }),
      ...irreversible(target.value, asked),
      ...changes(target.value, asked),
      reasonInput(false),
    ],
    metadata,
  );
}
