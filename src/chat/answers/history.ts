import { goesByPeople, type Release } from '../../domain/documents/values/release.ts';
import { releaseId } from '../../domain/ids.ts';
import {
  actions,
  type ButtonSpec,
  bullets,
  fitting,
  paragraph,
  richLine,
  richText,
} from '../blocks/blocks.ts';
import { statusWord } from '../refusals/refusal-text.ts';
import { fallback, line, names } from '../text/clean.ts';
import { because, type Inline, inline, join, NOTHING } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { subjectWords, type Told } from '../text/subjects.ts';
import { dayTime } from '../text/times.ts';
import type { CommitLine, EnvironmentView, Message, RenderContext } from '../view-model.ts';

/** Releases on one page (CARDS §4). */
export const PAGE = 10;

/** Maximum length of a reason in the history (CARDS §4). */
const REASON = 120;

/** Maximum length of the subject of a commit in the history. */
const SUBJECT = 60;

/** Everything a page of the history is drawn from. */
export interface HistoryView extends RenderContext {
  here: EnvironmentView;
  /** Newest first, at most one page. */
  releases: Release[];
  /** Their commits, by full SHA, as far as git knows them; absent: none. */
  commits?: Readonly<Record<string, CommitLine>>;
}

function kind(release: Release): string {
  return release.kind === 'hotfix' ? 'HOTFIX' : release.kind;
}

/** Who ended the release, where the status does not say it: "accepted by Mo". */
function endedBy(release: Release): Inline {
  const { end, status } = release;
  if (!end || end.by.kind === 'robot') return NOTHING;
  return inline`, ${status === 'faulty' ? 'found faulty' : statusWord(release).toLowerCase()} by ${person(end.by)} ${dayTime(end.at)}`;
}

/** What revoked, rolled back or superseded the release. */
function takenBy(release: Release, { here, ...around }: HistoryView): Inline {
  const { revoked, end, status } = release;
  if (revoked) {
    return revoked.release === null
      ? status === 'faulty'
        ? NOTHING
        : inline`; revoked by ${person(revoked.by)} ${dayTime(revoked.at)}`
      : inline`; rolled back by ${releaseRef(here.policy, revoked.release, around)}`;
  }
  if (status === 'superseded' && end?.cause) {
    return inline`; by ${releaseRef(here.policy, end.cause.release, around)}`;
  }
  return NOTHING;
}

/** What the commit says, if that refers to a pull request or a ticket. */
function subject({ sha }: Release, { commits = {}, ...context }: HistoryView, told: Told): Inline {
  const known = Object.hasOwn(commits, sha) ? commits[sha] : undefined;
  const words = known ? subjectWords(known, context, told, SUBJECT) : NOTHING;
  return words.some(({ kind }) => kind === 'link') ? inline` · ${words}` : NOTHING;
}

/** One entry: who asked for the release, who approved it, who ended it, and why. */
function entryText(release: Release, view: HistoryView, told: Told): Inline {
  const ref = releaseRef(view.here.policy, release.number, view);
  const asked = inline`${kind(release)} by ${person(release.requestedBy)} ${dayTime(release.requestedAt)}`;
  const approvers = release.approvals.map(({ by }) => by.name);
  const approved =
    goesByPeople(release) && approvers.length > 0 ? inline`, approved by ${names(approvers)}` : NOTHING;
  const { override } = release;
  const overridden = override ? inline`, freeze overridden by ${person(override.by)}` : NOTHING;
  const again = release.builtAgain ? ', built again for it' : NOTHING;
  // A rollback and a hotfix keep their reason in `note`; a bad end has a reason of its own.
  const why = release.end?.reason ?? (release.kind === 'promotion' ? null : release.note);
  return inline`${ref} ${commit(release.sha, view)} ${statusWord(release).toLowerCase()} · ${asked}${approved}${overridden}${again}${endedBy(release)}${takenBy(release, view)}${because(why, REASON)}${subject(release, view, told)}`;
}

function textsOf(view: HistoryView): Inline[] {
  const told: Told = new Set();
  return view.releases.map((release) => entryText(release, view, told));
}

/** `/release history ENV`: one page of releases, with buttons to the older and the newer page. */
export function historyMessage(view: HistoryView): Message {
  const { here, releases } = view;
  const newest = here.environment.releases;
  const name = line(here.environment.id, 120);
  const texts = textsOf(view);
  const entries = fitting(texts.map(richLine));
  const shown = releases.slice(0, entries.length);
  const [first, last] = [shown.at(0)?.number, shown.at(-1)?.number];
  if (first === undefined || last === undefined) {
    const none = inline`History of ${name}: nothing has been released there yet.`;
    return { text: fallback(plain(none)), blocks: [paragraph(none)] };
  }
  const title = inline`History of ${name} · ${first} to ${last} of ${newest}`;
  const page = (label: 'Older' | 'Newer', from: number): ButtonSpec => ({
    label,
    action: 'page',
    says: `${label} releases of ${name}`,
    value: { environment: here.environment.id, command: `history ${releaseId(here.environment.id, from)}` },
  });
  const buttons = [
    ...(last > 1 ? [page('Older', last - 1)] : []),
    ...(first < newest ? [page('Newer', Math.min(newest, first + PAGE))] : []),
  ];
  return {
    text: fallback(`${plain(title)}: ${plain(join(texts.slice(0, entries.length), '; '))}`),
    blocks: [paragraph(title), richText([bullets(entries)]), ...actions(buttons)],
  };
}
