import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Past } from '../../domain/documents/values/past.ts';
import { commandSha, shortSha } from '../../domain/ids.ts';
import { type ButtonSpec, commitWords, confirm } from '../blocks/blocks.ts';
import { commandText } from '../command/request-text.ts';
import { capital, plural } from '../text/clean.ts';
import { code, type Inline, inline, join } from '../text/inline.ts';
import { commit } from '../text/references.ts';
import { advice, GO_BACK, lookAt, redeploys } from './advice.ts';
import type { About, RefusalText } from './refusal-text.ts';

type RollbackRefusal = Extract<
  Refusal,
  {
    rule:
      | 'nothingDeployed'
      | 'noTarget'
      | 'notAcceptedHere'
      | 'targetIsLeft'
      | 'leavesAnother'
      | 'irreversible'
      | 'runsAnother';
  }
>;

/**
 * The command that deploys the commit once more: a redeploy if it runs there, else a new release. null: it would be
 * refused.
 */
function deployAgain(about: About, sha: string): Inline | null {
  const { deployed } = about.here.environment;
  return deployed?.sha === sha
    ? redeploys(about)
    : advice(about, { type: 'prepare', sha, ref: null, note: null });
}

/** How another commit gets into a continuous environment. */
function anotherCommit({ here: { policy } }: About): Inline {
  return policy.below === null
    ? inline`A fixed commit can be pushed.`
    : inline`Another commit can be accepted in ${policy.below}.`;
}

/** Refusals about rolling back and redeploying. */
export function rollbackRefusalText(refusal: RollbackRefusal, about: About): RefusalText {
  const { here, context } = about;
  const { name, mode } = here.policy;
  const back = advice(about, GO_BACK);
  switch (refusal.rule) {
    case 'nothingDeployed':
      return {
        not: inline`nothing was ever deployed to ${name}.`,
        next: inline`Nothing was changed. ${lookAt(about)}`,
      };
    case 'noTarget': {
      const again = deployAgain(about, refusal.leaves);
      const other =
        mode === 'continuous' ? anotherCommit(about) : inline`Another commit can be prepared and deployed.`;
      return {
        not: inline`no other commit than ${commit(refusal.leaves, context)} was accepted in ${name} and not revoked.`,
        next: again
          ? inline`Nothing was changed. ${other} To deploy this one again: ${again}`
          : inline`Nothing was changed. ${other}`,
      };
    }
    case 'notAcceptedHere': {
      const sha = commit(refusal.sha, context);
      const not = refusal.revoked
        ? inline`the acceptance of ${sha} in ${name} was revoked.`
        : inline`${sha} was never accepted in ${name}.`;
      const newest = back ? inline` If you name no commit, it takes the newest: ${back}` : lookAt(about);
      return {
        not,
        next: inline`Nothing was changed. A rollback can go to a commit that was accepted there.${back ? newest : inline` ${newest}`}`,
      };
    }
    case 'targetIsLeft': {
      const again = deployAgain(about, refusal.sha);
      const ways = inline`${again ? inline` To deploy it again: ${again}.` : ''}${back ? inline` To go back: ${back}` : ''}`;
      return {
        not: inline`${commit(refusal.sha, context)} is the commit that the rollback would leave.`,
        next:
          ways.length > 0
            ? inline`Nothing was changed.${ways}`
            : inline`Nothing was changed. ${lookAt(about)}`,
      };
    }
    case 'leavesAnother': {
      const { sha, shown, leaves } = refusal;
      const there = sha && advice(about, { type: 'rollback', to: { sha, ref: null }, reason: 'reason' });
      return {
        not: inline`${name} is at ${commit(leaves, context)} now, not at ${commit(shown, context)}, so the rollback would leave another commit than you were shown.`,
        next: there
          ? inline`Nothing was changed. To leave ${commit(leaves, context)} and revoke it: ${there}`
          : inline`Nothing was changed. ${lookAt(about)}`,
      };
    }
    case 'irreversible':
      return irreversibleText(refusal, about);
    case 'runsAnother': {
      const again = redeploys(about);
      const prepare = deployAgain(about, refusal.sha);
      const ways = inline`${again ? inline` To deploy that one again: ${again}.` : ''}${prepare ? inline` To offer this one: ${prepare}` : ''}`;
      return {
        not: inline`${name} runs ${commit(refusal.deployed, context)}, not ${commit(refusal.sha, context)}.`,
        next:
          ways.length > 0
            ? inline`Nothing was changed.${ways}`
            : inline`Nothing was changed. ${lookAt(about)}`,
      };
    }
    default:
      return refusal satisfies never;
  }
}

/** Asks whether to go past commits that a rollback does not take back (RULES 48). */
function irreversibleText(refusal: Extract<Refusal, { rule: 'irreversible' }>, about: About): RefusalText {
  const { here, context, commits: known = [] } = about;
  const { id, product } = here.environment;
  const { sha, leaves, commits, count, reason } = refusal;
  const way = inline`going back from ${commit(leaves, context)} to ${commit(sha, context)}`;
  const past = pastShown(refusal);
  const asked = { kind: 'rollback', product, environment: here.policy.name, past } as const;
  // Git must be asked which commit a shorter name means.
  const to = count === null ? sha : commandSha(sha);
  const typed = code(`/release ${commandText({ ...asked, commit: to, reason: 'reason' })}`);
  const next = inline`Nothing was changed. To roll back all the same, click below or type ${typed}`;
  const goes = count === null ? 'what it goes past is not known' : pastWords(count);
  const button: ButtonSpec = {
    label: 'Roll Back All the Same',
    action: 'rollbackPast',
    value: { environment: id, sha: leaves, command: commandText({ ...asked, commit: sha, reason }) },
    says: `Roll ${id} back to ${shortSha(sha)} all the same`,
    style: 'danger',
    confirm: confirm(
      `Roll ${id} back to ${shortSha(sha)}?`,
      inline`${capital(goes)}. The rollback starts at once, without approvals.`,
      'Roll Back',
    ),
  };
  if (count === null) {
    return {
      not: inline`git could not say whether ${way} goes past commits that ${product} calls irreversible.`,
      next,
      buttons: [button],
    };
  }
  const lines = commits.map((one) => {
    const line = known.find((each) => each.sha === one);
    return line ? commitWords(line, context) : inline`${commit(one, context)}`;
  });
  const more = count - lines.length;
  return {
    not: inline`${way} ${goes}, which it does not take back: ${join(lines, '; ')}${more > 0 ? ` and ${more} more` : ''}.`,
    next,
    buttons: [button],
  };
}

function pastWords(count: number): string {
  return `goes past ${plural(count, 'irreversible commit')}`;
}

/** What whoever was shown this refusal confirms. */
function pastShown({ commits: [newest], count }: Extract<Refusal, { rule: 'irreversible' }>): Past {
  return newest === undefined || count === null ? 'unchecked' : { newest: commandSha(newest), count };
}
