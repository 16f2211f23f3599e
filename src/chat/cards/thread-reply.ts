import type { KnownBlock, RichTextBlockElement } from '@slack/types';
import { findRelease } from '../../domain/documents/environment.ts';
import { locksOf } from '../../domain/documents/lock.ts';
import type { Reply, ReplyEvent } from '../../domain/documents/replies.ts';
import { releaseId } from '../../domain/names.ts';
import { type Actor, samePerson } from '../../domain/people/people.ts';
import { lastLines, logLines, paragraph, richLine, richText } from '../blocks/blocks.ts';
import { placeName } from '../locks/text.ts';
import { capital, duration, fallback, line, plural } from '../text/clean.ts';
import { because, code, foreign, type Inline, inline, join, NOTHING, quote } from '../text/inline.ts';
import { commit, mention, mentions, person, releaseRef } from '../text/references.ts';
import { plain } from '../text/render.ts';
import { time } from '../text/times.ts';
import type { EnvironmentView, LogTail, Message, NoticeView, PushView, ReleaseView } from '../view-model.ts';

type View = ReleaseView | PushView | NoticeView;

interface Told {
  words: Inline;
  broadcast?: boolean;
  /** Whether the last lines of the log are shown below. */
  log?: boolean;
}

type About = { view: View; here: EnvironmentView; sha: string; number: number | null };

function to(words: Inline): Inline {
  return words.length > 0 ? inline`${words} ` : NOTHING;
}

/** "prod#42", or the commit if there is no release. */
function it({ view, here, sha, number }: About): Inline {
  return number === null ? inline`${commit(sha, view)}` : inline`${releaseRef(here.policy, number, view)}`;
}

function ended(event: Extract<ReplyEvent, { kind: 'ended' }>, about: About): Told {
  const { view, here, sha } = about;
  const who = to(mention(event.requester));
  const { id } = here.environment;
  const rollback = 'release' in view && view.release.kind === 'rollback';
  const deploy = rollback ? inline`the rollback ${it(about)}` : inline`the deploy of ${it(about)}`;
  const what = event.step === 'check' ? inline`the check of ${commit(sha, view)} in ${id}` : deploy;
  const { outcome } = event;
  switch (outcome.kind) {
    case 'failed':
      return { words: inline`${who}${what} failed.`, broadcast: true, log: true };
    case 'cancelled':
      return { words: inline`${what} was cancelled; the command and all it started were ended.` };
    case 'interrupted': {
      if (event.step === 'check')
        return { words: inline`${who}${what} was interrupted: retry it?`, broadcast: true };
      const back = 'rollbackTo' in view && view.rollbackTo ? 'retry or roll back?' : 'retry?';
      return { words: inline`${who}${it(about)} was interrupted: ${back}`, broadcast: true };
    }
    case 'errored': {
      const reason = foreign(outcome.reason.replace(/\.$/, ''), 300);
      const subject = event.step === 'check' ? what : it(about);
      return { words: inline`${who}${subject} errored: ${reason}.`, broadcast: true };
    }
    default:
      return outcome satisfies never;
  }
}

function pleaseTest(event: Extract<ReplyEvent, { kind: 'pleaseTest' }>, about: About): Inline {
  const { view, here, sha } = about;
  const what = inline`${commit(sha, view)} in ${here.environment.id}`;
  if (event.testers !== null) return inline`${to(mentions(event.testers, view))}please test ${what}.`;
  if (event.requester.kind === 'robot') {
    return inline`Please have ${what} tested: ${here.policy.name} asks people now, and any member can accept it.`;
  }
  return inline`${to(mention(event.requester))}please have ${what} tested: anyone but you can accept it.`;
}

/** Mentions the person who asked for the release that was rolled back, unless they rolled it back themselves. */
function rolledBack(reason: string, about: About): Inline {
  const { view, here, sha } = about;
  const left = 'release' in view ? (view.release.leaves?.release ?? null) : null;
  const before = left === null ? undefined : findRelease(here.environment, left);
  const tells = before && 'release' in view && !samePerson(before.requestedBy, view.release.requestedBy);
  const who = tells ? to(mention(before.requestedBy)) : NOTHING;
  return inline`${who}${here.environment.id} is back on ${commit(sha, view)}${because(reason)}`;
}

function buildFailed(about: About): Told {
  const { view, sha } = about;
  const pushedBy = 'push' in view ? view.push?.pushedBy : null;
  const push = pushedBy ? inline`, pushed by ${line(pushedBy, 30)},` : NOTHING;
  const asker = 'release' in view ? to(mention(view.release.requestedBy)) : NOTHING;
  return {
    words: inline`${asker}the build of ${commit(sha, view)}${push} failed.`,
    broadcast: true,
    log: true,
  };
}

/** "@Lin ff00aa1 is not in main: the next promotion to prod would remove it." */
function notInBranch(requester: Actor, { view, here, sha }: About): Inline {
  const branch = 'missingFrom' in view ? view.missingFrom : null;
  const where = branch === null ? 'the branch' : line(branch, 80);
  return inline`${to(mention(requester))}${commit(sha, view)} is not in ${where}: the next promotion to ${here.policy.name} would remove it.`;
}

/** Why a gate was shut when the release was sent back, as far as it can still be seen. */
function whyShut(gate: 'order' | 'freeze' | 'lock', { view, here, sha }: About): Inline {
  const { policy, environment } = here;
  switch (gate) {
    case 'order':
      return inline`${commit(sha, view)} is not accepted in ${policy.below ?? 'the environment below'} any more`;
    case 'freeze':
      return inline`${policy.name} was frozen`;
    case 'lock': {
      const [lock] = locksOf(environment);
      return lock
        ? inline`${policy.name} was locked by ${person(lock.owner)}`
        : inline`${policy.name} was locked`;
    }
    default:
      return gate satisfies never;
  }
}

function tell(event: ReplyEvent, about: About): Told {
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
          : inline`${to(mention(event.requester))}every gate of ${release} is open, deploy when ready.`,
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
          ? inline`the approval rule of ${environment} changed since you approved, so your approval is void.`
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
    case 'retried':
      return { words: inline`${person(event.by)} started it again.` };
    case 'startedAgain':
      return { words: inline`Interrupted at ${time(event.interruptedAt)}, started again (idempotent).` };
    case 'rolledBack':
      return { words: rolledBack(event.reason, about), broadcast: true };
    case 'revoked': {
      const see =
        event.byRelease === null ? NOTHING : inline`, see ${releaseRef(here.policy, event.byRelease, view)}`;
      return { words: inline`${person(event.by)} revoked ${commit(sha, view)} in ${environment}${see}.` };
    }
    case 'buildFailed':
      return buildFailed(about);
    case 'sentBack':
      return {
        words: inline`${to(mention(event.requester))}${release} was about to begin, but ${whyShut(event.gate, about)}. Nothing was done; it waits for Deploy again.`,
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
  if (first?.kind !== 'text' || !/^(the|please|every) /.test(first.text)) return words;
  return [{ kind: 'text', text: capital(first.text) }, ...rest];
}

/** Log lines shown. */
/** Log lines shown. */
const TAIL_LINES = 20;

/** The last lines of a log, below a line that says how many come before them and how to see those. */
function tailOf({ lines, before }: LogTail, about: About): RichTextBlockElement[] {
  const shown = logLines(lines, TAIL_LINES);
  const earlier = before + lines.length - lastLines(lines, TAIL_LINES).length;
  if (shown.length === 0 || earlier === 0) return shown;
  const { here, number } = about;
  const how =
    number === null ? inline`Show Log` : code(`/release log ${releaseId(here.policy.name, number)}`);
  return [richLine(inline`${plural(earlier, 'line')} before: ${how}`), ...shown];
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
  const told = tell(reply.event, about);
  const { broadcast = false, log = false } = told;
  const words = sentence(told.words);
  const lines = log && 'logTail' in view ? tailOf(view.logTail, about) : [];
  const blocks: KnownBlock[] = [paragraph(words), ...(lines.length > 0 ? [richText(lines)] : [])];
  return { text: fallback(plain(words)), blocks, broadcast };
}
