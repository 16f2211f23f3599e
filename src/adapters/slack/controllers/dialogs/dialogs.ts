import type { ModalView } from '@slack/types';
import type { ActionValue, ModalMetadata } from '../../../../chat/blocks/action-values.ts';
import { pastTyped } from '../../../../chat/command/tokens.ts';
import { diffModal, logModal } from '../../../../chat/dialogs/diff-and-log.ts';
import { messageModal } from '../../../../chat/dialogs/frame.ts';
import { rollbackModal } from '../../../../chat/dialogs/rollback.ts';
import { pastOf } from '../../../../domain/documents/values/past.ts';
import { leftBehind, rollbackTargets } from '../../../../domain/eligibility/environment.ts';
import { type EnvironmentId, environmentId, parseBuildId } from '../../../../domain/ids.ts';
import { acceptancesIn } from '../../../../flow/commands/acceptances.ts';
import { ANSWER_MS, crossedBetween } from '../../../../flow/commands/context/irreversible.ts';
import type { Services, ViewServices } from '../../../../flow/services/services.ts';
import { within } from '../../../../flow/services/within.ts';
import { mustKnow } from '../../../../flow/settings/settings.ts';
import { commitLine, commitLines, range } from '../../../../flow/views/git.ts';
import { buildLogs, diffView, releaseLogs } from '../../../../flow/views/lookup.ts';
import { releaseOf, renderContext } from '../../../../flow/views/render-context.ts';
import { environmentView } from '../../../../flow/views/views.ts';

/** How many commits to go back to are offered. */
const TARGETS = 10;

/** How many irreversible commits are listed. */
const PAST = 5;

/**
 * The rollback dialog. Offers what was accepted here and not revoked, except what the rollback leaves; newest first.
 * `chosen`: full SHA of the target whose changes are shown; null: the first.
 */
export async function readRollbackModal(
  services: ViewServices,
  id: EnvironmentId,
  metadata: ModalMetadata,
  chosen: string | null,
): Promise<ModalView> {
  const here = await environmentView(services, id);
  const { environment } = here;
  const { product } = environment;
  const left = leftBehind(environment);
  const known = await acceptancesIn(services, environment);
  const all = rollbackTargets(environment, known);
  // A commit that was named is offered however old it is.
  const named = all.slice(TARGETS).filter(({ sha }) => sha === chosen);
  const offered = [...all.slice(0, TARGETS), ...named];
  const target = (offered.find(({ sha }) => sha === chosen) ?? offered[0])?.sha;
  const settings = mustKnow(services.settings, product);
  const between = async (from: string | undefined, to: string | undefined, limit: number) =>
    from === undefined || to === undefined ? null : soon(range(services, product, from, to, limit));
  const [targets, crossed, undoes, brings] = await Promise.all([
    Promise.all(
      offered.map(async (acceptance) => {
        const [commit, undone] = await Promise.all([
          soon(commitLine(services, product, acceptance.sha)),
          between(acceptance.sha, left?.sha, 0),
        ]);
        return { acceptance, subject: commit?.subject ?? null, undoes: undone?.count ?? null };
      }),
    ),
    left && target ? crossedBetween(services, settings, left.sha, target) : [],
    between(target, left?.sha, TARGETS),
    between(left?.sha, target, TARGETS),
  ]);
  const past = pastOf(crossed);
  return rollbackModal({
    environment: id,
    leaves: left?.sha ?? null,
    targets,
    chosen: target ?? null,
    undone: { undoes, brings },
    past: crossed && {
      commits: (await soon(commitLines(services, product, crossed.slice(0, PAST)))) ?? [],
      count: crossed.length,
    },
    context: await renderContext(services, settings, [here], []),
    metadata: {
      ...metadata,
      ...(left ? { sha: left.sha } : {}),
      past: past && pastTyped(past),
      pastTo: past && target,
    },
  });
}

/** What git answers; null: it does not, or not soon. A rollback must not wait for a repository that does not answer. */
function soon<T>(answer: Promise<T | null>): Promise<T | null> {
  return within(ANSWER_MS, answer);
}

/** The dialog with what a deploy would add and remove, or did add and remove. */
export async function readDiffModal(
  services: ViewServices,
  id: EnvironmentId,
  value: ActionValue,
): Promise<ModalView> {
  const here = await environmentView(services, id);
  const { environment } = here;
  const release = value.release === undefined ? null : await releaseOf(services, environment, value.release);
  const sha = release?.sha ?? value.sha;
  if (sha === undefined) return messageModal('diff', 'This card is too old to say which commit it was for.');
  const { product } = environment;
  const offered = release?.status === 'accepted' && here.policy.above;
  const above = offered ? await environmentView(services, environmentId(product, offered.name)) : null;
  const runs = (above ?? here).environment.deployed?.sha ?? null;
  // A waiting release, or a promotion, is compared with what runs there; a deployed one with what it replaced.
  const against = release?.begun && !above ? release.replaces : runs;
  return diffModal(await diffView(services, (above ?? here).environment.id, sha, against));
}

/** The dialog with the ends of the logs of the deploy and its verification, or of the build and its test. */
export async function readLogModal(
  services: Pick<Services, 'logs' | 'settings' | 'store' | 'now'>,
  id: EnvironmentId,
  value: ActionValue,
): Promise<ModalView> {
  const { environment } = await environmentView(services, id);
  const release = value.release === undefined ? null : await releaseOf(services, environment, value.release);
  const sha = shaOf(value);
  // Cards of releases also have Retry Build; Show Log beside it shows the build's log.
  const ends =
    release && value.build === undefined
      ? await releaseLogs(services, environment.id, release)
      : sha === undefined
        ? []
        : await buildLogs(services, environment.product, sha);
  return ends.length > 0
    ? logModal(...ends)
    : messageModal('log', 'Nothing has run yet, so there is no log.');
}

/** The commit that a button was drawn for; undefined: it names none. */
export function shaOf({ sha, build }: ActionValue): string | undefined {
  return sha ?? (build === undefined ? undefined : parseBuildId(build)?.sha);
}
