import { isWaiting } from '../../../domain/documents/values/release.ts';
import { rollbackRefusal } from '../../../domain/eligibility/environment.ts';
import type { Asker } from '../../../domain/eligibility/facts.ts';
import { type ReleaseVerb, releaseRefusal } from '../../../domain/eligibility/release.ts';
import { releaseId, shortSha } from '../../../domain/ids.ts';
import { actions, type ButtonSpec, openCard, paragraph } from '../../blocks/blocks.ts';
import { promoteButton } from '../../blocks/promote-button.ts';
import { factsOf } from '../../eligibility/awaiting.ts';
import { hasRight } from '../../eligibility/rights.ts';
import { statusWord } from '../../refusals/refusal-text.ts';
import { fallback, line } from '../../text/clean.ts';
import { code, type Inline, inline, join } from '../../text/inline.ts';
import { commit } from '../../text/references.ts';
import { plain } from '../../text/render.ts';
import type { Message, ReleaseView, RenderContext } from '../../view-model.ts';
import { allCommands } from './help.ts';

/** What people may do with the release of a thread, in the order in which it is offered. */
const DO: Record<ReleaseVerb, string> = {
  approve: 'approve it',
  deploy: 'start it',
  accept: 'say that it is good',
  retry: 'run it again',
  override: 'let it through the freeze',
  reject: 'end it before it starts, with a reason',
  fail: 'say that it is faulty, with a reason',
  cancel: 'end it',
};

function lineOf(typed: string, what: string): Inline {
  return inline`• ${code(`@slipway ${typed}`)} – ${what}`;
}

/** What its reader may do with the release now. */
function deeds(view: ReleaseView, asker: Asker): Inline[] {
  const { here, release, above, aboveBehind: behind, now } = view;
  const { person, groups } = asker;
  const verbs = Object.entries(DO) as [ReleaseVerb, string][];
  const mine = verbs.filter(([verb]) => releaseRefusal(verb, factsOf(view), release, asker) === null);
  const may = mine.map(([verb, what]) => lineOf(verb, what));
  const offers =
    above && here.environment.accepted?.sha === release.sha && promoteButton({ ...above, behind }, here, now);
  if (offers && hasRight('prepare', above.policy, person, groups)) {
    may.push(lineOf('promote', `offer it to ${line(above.policy.name, 40)}`));
  }
  const runs = here.environment.deployed?.release === release.number;
  if (runs && rollbackRefusal(factsOf(view), asker) === null) {
    may.push(lineOf('rollback', 'go back to what was accepted before, with a reason'));
  }
  return may;
}

/** The answer to a mention without words in the thread of a release: what its reader may say there now. */
export function releaseHelpMessage(view: ReleaseView, asker: Asker): Message {
  const { here, release } = view;
  const { id, product } = here.environment;
  const first = inline`${releaseId(id, release.number)} · ${commit(release.sha, view)} · ${statusWord(release)}`;
  const may = deeds(view, asker);
  const looks = [
    ...(isWaiting(release) ? [lineOf('why', 'what it waits for')] : []),
    lineOf('log', 'the last lines of its output'),
    lineOf('diff', 'what it adds and removes'),
    lineOf('where', 'how far its commit has come'),
  ];
  const now = may.length > 0 ? 'In this thread you may say:' : 'Nothing of it waits for you. In this thread:';
  const buttons: ButtonSpec[] = [...openCard(id, release.number, view), allCommands(product)];
  return {
    text: fallback(`${plain(first)}. ${now} ${plain(join([...may, ...looks], ' '))}`),
    blocks: [paragraph(inline`${first}\n${now}\n${join([...may, ...looks], '\n')}`), ...actions(buttons)],
  };
}

/** The same for a commit that has no release yet. */
export function commitHelpMessage(product: string, sha: string, context: RenderContext): Message {
  const first = inline`${shortSha(sha)} in ${line(product, 60)} has no release yet. In this thread:`;
  const says = [
    lineOf('where', 'how far it has come'),
    lineOf('log', 'the last lines of its build'),
    lineOf('rebuild', 'build it again, if its build failed, errored or is lost'),
  ];
  const words = inline`${commit(sha, context)} in ${line(product, 60)} has no release yet. In this thread:`;
  return {
    text: fallback(`${plain(first)} ${plain(join(says, ' '))}`),
    blocks: [paragraph(inline`${words}\n${join(says, '\n')}`), ...actions([allCommands(product)])],
  };
}
