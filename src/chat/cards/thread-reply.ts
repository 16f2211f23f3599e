import type { KnownBlock, RichTextBlockElement } from '@slack/types';
import type { Reply, ReplyEvent } from '../../domain/documents/values/replies.ts';
import { releaseId } from '../../domain/ids.ts';
import { samePerson } from '../../domain/people/people.ts';
import { duration } from '../../domain/time/duration.ts';
import { lastLines, logLines, paragraph, richLine, richText, TAIL_LINES } from '../blocks/blocks.ts';
import { placeName } from '../locks/text.ts';
import { capital, fallback, plural } from '../text/clean.ts';
import { told } from '../text/elsewhere.ts';
import { because, code, type Inline, inline, join, NOTHING, quote } from '../text/inline.ts';
import { commit, mention, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { time } from '../text/times.ts';
import type { LogTail, Message } from '../view-model.ts';
import {
  type About,
  buildFailed,
  ended,
  it,
  notInBranch,
  notRolledBack,
  pleaseTest,
  type ReplyText,
  rolledBack,
  to,
  type View,
  whyShut,
} from './thread-reply-texts.ts';

function replyText(event: ReplyEvent, about: About): ReplyText {
  const { view, here, sha } = about;
  const { name, id: environment } = { ...here.policy, id: here.environment.id };
  const release = it(about);
  const placed = 'place' in view ? view.place : environment;
  switch (event.kind) {
    case 'approved':
      return { words: inline`${person(event.by)} approved, ${event.count} of ${event.required}.` };
    case 'ready':
      return {
        words: event.soaks
          ? inline`${to(mention(event.requester))}${release} is approved, deploy when ready: it starts when its soak has ended.`
          : inline`${to(mention(event.requester))}${release} is approved and built: deploy when ready.`,
      };
    case 'rejected': {
      const who = to(mention(event.requester));
      return { words: inline`${who}${person(event.by)} rejected ${release}${because(event.reason)}` };
    }
    case 'expired':
      return { words: inline`${to(mention(event.requester))}${release} expired.` };
    case 'cancelled':
      return event.reason
        ? { words: inline`${person(event.by)} cancelled${because(event.reason)}` }
        : { words: inline`${person(event.by)} cancelled.` };
    case 'voided': {
      const who = join(event.approvers.map(mention), ' ');
      const why =
        event.why === 'policy'
          ? inline`the approval rules of ${environment} have changed since you approved, so your approval is void.`
          : inline`${name} runs another commit than when you approved, so the diff changed and your approval is void.`;
      return { words: inline`${to(who)}${why} Please look again.` };
    }
    case 'deployed':
      return { words: inline`Deployed in ${duration(event.durationMs)}.` };
    case 'pleaseTest':
      return { words: pleaseTest(event, about) };
    case 'accepted': {
      if ('release' in view && view.release.kind === 'adopted') {
        const words = inline`${person(event.by)} says that ${environment} runs ${commit(sha, view)}${because(event.reason)}; it counts as accepted there`;
        return { words, broadcast: event.broadcast };
      }
      const by = event.by.kind === 'person' ? inline` (${person(event.by)})` : NOTHING;
      const why = event.reason ? because(event.reason) : inline`.`;
      const words = inline`${commit(sha, view)} is accepted in ${environment}${by}${why}`;
      return { words, broadcast: event.broadcast };
    }
    case 'faulty': {
      const runs = event.stillRuns ? inline` ${name} still runs it.` : NOTHING;
      const who = samePerson(event.by, event.requester) ? NOTHING : to(mention(event.requester));
      return { words: inline`${who}${release} is faulty: ${quote(event.reason)}.${runs}`, broadcast: true };
    }
    case 'ended':
      return ended(event, about);
    case 'cancelRefused': {
      const what = event.step === 'verify' ? inline`the verification of ${release}` : release;
      return { words: inline`${what} could not be ended: ${told(event.reason)}.` };
    }
    case 'saidItself': {
      const runs = commit(event.sha, view);
      return {
        words: event.deployed
          ? inline`${environment} was asked what runs, and says ${runs}: the interrupted deploy has succeeded.`
          : inline`${environment} was asked what runs, and still says ${runs}: the interrupted deploy has changed nothing.`,
      };
    }
    case 'retried':
      return { words: inline`${person(event.by)} retried it.` };
    case 'startedAgain':
      return { words: inline`Interrupted at ${time(event.interruptedAt)}, started again (idempotent).` };
    case 'rolledBack':
      return { words: rolledBack(event.reason, about), broadcast: true };
    case 'rollingBack': {
      const rollback = releaseRef(here.policy, event.release, view);
      const held = event.heldBy
        ? inline` It waits, as ${name} is locked by ${person(event.heldBy)}.`
        : NOTHING;
      return {
        words: inline`Slipway rolls back by itself: ${rollback} goes back to ${commit(event.sha, view)}.${held}`,
      };
    }
    case 'notRolledBack':
      return { words: notRolledBack(event.why, about), broadcast: true };
    case 'revoked': {
      const see =
        event.byRelease === null ? NOTHING : inline`, see ${releaseRef(here.policy, event.byRelease, view)}`;
      return { words: inline`${person(event.by)} revoked ${commit(sha, view)} in ${environment}${see}.` };
    }
    case 'buildFailed':
      return buildFailed(event, about);
    case 'builtAgain':
      return {
        words: inline`${commit(sha, view)} is built again, as what its build had made is no longer kept: ${release} cannot begin before that has succeeded.`,
      };
    case 'checksPassed':
      return { words: inline`the checks of ${commit(sha, view)} pass now: it counts as built.` };
    case 'sentBack':
      return {
        words: inline`${to(mention(event.requester))}${release} was about to start, but ${whyShut(event.gate, about)}. Nothing was done. It waits until Deploy is pressed again.`,
      };
    case 'overridden':
      return {
        words: inline`${person(event.by)} overrides the freeze ${quote(event.freeze, 80)} for ${release}${because(event.reason)}`,
        broadcast: true,
      };
    case 'lockTakenOver':
      return {
        words: inline`${to(mention(event.from))}${person(event.by)} took over your lock on ${placeName(placed)}.`,
      };
    case 'lockHandedOver':
      return {
        words: inline`${to(mention(event.to))}${person(event.by)} handed the lock on ${placeName(placed)} over to you.`,
      };
    case 'lockStillThere':
      return {
        words: inline`${to(mention(event.to))}${placeName(placed)} is still locked by you. Is it still needed?`,
      };
    case 'notInBranch':
      return { words: notInBranch(event.requester, about) };
    default:
      return event satisfies never;
  }
}

/** A sentence of Slipway's own begins with a capital, unless a mention comes before it. */
function sentence(words: Inline): Inline {
  const [first, ...rest] = words;
  if (first?.kind !== 'text' || !/^(the|please) /.test(first.text)) return words;
  return [{ kind: 'text', text: capital(first.text) }, ...rest];
}

/** The last lines of a log, below a line that says how many come before them and how to see those. */
function tailOf({ lines, before }: LogTail, about: About): RichTextBlockElement[] {
  const shown = logLines(lines, TAIL_LINES);
  const earlier = before + lines.length - lastLines(lines, TAIL_LINES).length;
  if (shown.length === 0 || earlier === 0) return shown;
  const { here, number } = about;
  const how =
    number === null ? inline`Show Log` : code(`/release log ${releaseId(here.environment.id, number)}`);
  return [richLine(inline`${plural(earlier, 'earlier line')}: ${how}`), ...shown];
}

/** One reply in a card's thread; `broadcast`: also post it to the channel. Only people who must act are mentioned. */
export function replyMessage(reply: Reply, view: View): Message & { broadcast: boolean } {
  const release = 'release' in view ? view.release : null;
  const about: About = {
    view,
    here: 'here' in view ? view.here : view.lowest,
    sha: reply.release?.sha ?? release?.sha ?? ('build' in view ? view.build?.sha : null) ?? '',
    number: reply.release?.number ?? release?.number ?? null,
  };
  const text = replyText(reply.event, about);
  const { broadcast = false, log = false } = text;
  const words = sentence(text.words);
  const lines = log && 'logTail' in view ? tailOf(view.logTail, about) : [];
  const blocks: KnownBlock[] = [paragraph(words), ...(lines.length > 0 ? [richText(lines)] : [])];
  return { text: fallback(plain(words)), blocks, broadcast };
}
