import type { KnownBlock, RichTextBlockElement } from '@slack/types';
import type { PushRequest } from '../../../domain/documents/values/build/run.ts';
import { shortSha } from '../../../domain/ids.ts';
import { actions, type ButtonSpec, head, logLines, richLine, richText } from '../../blocks/blocks.ts';
import { capital, fallback, line, plural } from '../../text/clean.ts';
import { type Inline, inline, join, NOTHING } from '../../text/inline.ts';
import { commit, person } from '../../text/references.ts';
import { plain } from '../../text/render.ts';
import { subjectWords, type Told } from '../../text/subjects.ts';
import { dayTime } from '../../text/times.ts';
import type { CommitLine, Message, PushView } from '../../view-model.ts';
import { leftRunning } from '../leftovers.ts';
import { checkLines } from './checks.ts';
import { headOf, type PushHead } from './headline.ts';

/** The commits of the push that its card names. */
export function pushedCommits({ commits, commit: own }: PushView): CommitLine[] {
  if (commits && commits.commits.length > 0) return commits.commits.slice(0, 5);
  return own ? [own] : [];
}

/** "pushed to main by Lin · 2 commits: Show voucher field; Test voucher field" */
function pushed(view: PushView): RichTextBlockElement {
  const { push, commits, commit: own } = view;
  const by = push.pushedBy ? inline` by ${person({ name: push.pushedBy })}` : NOTHING;
  const list = pushedCommits(view);
  const count = commits?.count ?? (own ? 1 : 0);
  const told: Told = new Set();
  const subjects = list.map((one) => subjectWords(one, view, told));
  const more = count > subjects.length ? ` and ${count - subjects.length} more` : '';
  const brought =
    subjects.length > 0 ? inline` · ${plural(count, 'commit')}: ${join(subjects, '; ')}${more}` : NOTHING;
  return richLine(inline`${pushedTo(push)}${by} ${dayTime(push.at)}${burstWords(push)}${brought}`);
}

/** "pushed to main", "tagged v1.2", or "tag v1.2 moved here from 9f8e7d6" */
export function pushedTo({ branch, tag }: PushRequest): Inline {
  if (!tag) return inline`pushed to ${line(branch, 80)}`;
  const name = line(tag.name, 80);
  return tag.from === undefined
    ? inline`tagged ${name}`
    : inline`tag ${name} moved here from ${shortSha(tag.from)}`;
}

/** How many pushes have no card of their own, because this one followed within seconds. */
export function burstWords({ burst }: PushRequest): Inline {
  return burst && burst.earlier > 0 ? inline` · one card for ${String(burst.earlier + 1)} pushes` : NOTHING;
}

function buttons(view: PushView, wanted: PushHead['buttons']): ButtonSpec[] {
  const { build, lowest } = view;
  const value = { environment: lowest.environment.id, sha: build.sha, build: build.id };
  const says = (what: string) =>
    `${what} of the build of ${plain([commit(build.sha, view)])}, ${build.product}`;
  return wanted.map((which): ButtonSpec => {
    switch (which) {
      case 'retry': {
        const style = build.status === 'errored' ? ({ style: 'primary' } as const) : {};
        return { label: 'Retry', action: 'retryBuild', value, says: says('Retry'), ...style };
      }
      case 'log':
        return { label: 'Show Log', action: 'showLog', value, says: says('Show Log') };
      default:
        return which satisfies never;
    }
  });
}

/** The card of a push as long as it has no release. */
export function pushCard(view: PushView): Message {
  const { build } = view;
  const { title, mark, word, rest, buttons: wanted } = headOf(view);
  const elements = [pushed(view)];
  const running = build.status === 'building' ? build.attempt?.lastLine : null;
  elements.push(...checkLines(build, view.now));
  const tail =
    build.status === 'failed' && !build.checks
      ? view.logTail.lines.findLast((text) => text.trim() !== '')
      : running;
  if (tail) elements.push(...logLines([tail], 1));
  elements.push(...leftRunning('build', build.attempt?.leftovers));
  const status = capital(plain(rest).replace(/^[\s,:·]+/, ''));
  const blocks: KnownBlock[] = [
    ...head(title, inline`${mark} ${word}${rest}`),
    richText(elements),
    ...actions(buttons(view, wanted), `${build.id}@${build.revision}`),
  ];
  return { text: fallback(`${build.product} ${word}: ${plain(title)}. ${status}`), blocks };
}
