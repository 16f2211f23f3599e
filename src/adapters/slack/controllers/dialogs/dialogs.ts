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
import { crossedBetween } from '../../../../flow/commands/context/irreversible.ts';
import type { Services, ViewServices } from '../../../../flow/services/services.ts';
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
  const targets = await Promise.all(
    [...all.slice(0, TARGETS), ...named].map(async (acceptance) => ({
      acceptance,
      subject: (await commitLine(services, product, acceptance.sha))?.subject ?? null,
      undoes: left ? ((await range(services, product, acceptance.sha, left.sha, 0))?.count ?? null) : null,
    })),
  );
  const to = targets.find(({ acceptance }) => acceptance.sha === chosen) ?? targets[0];
  const target = to?.acceptance.sha;
  const settings = mustKnow(services.settings, product);
  const crossed = left && target ? await crossedBetween(services, settings, left.sha, target) : [];
  const past = pastOf(crossed);
  return rollbackModal({
    environment: id,
    leaves: left?.sha ?? null,
    targets,
    chosen: target ?? null,
    undone: {
      undoes: left && target ? await range(services, product, target, left.sha, TARGETS) : null,
      brings: left && target ? await range(services, product, left.sha, target, TARGETS) : null,
    },
    past: crossed && {
      commits: await commitLines(services, product, crossed.slice(0, PAST)),
      count: crossed.length,
    },
    context: await renderContext(services, settings, [here], []),
    metadata: {
      ...metadata,
      ...(left ? { sha: left.sha } : {}),
      past: past && pastTyped(past),
    },
  });
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
  services: Pick<Services, 'logs' | 'settings' | 'store'>,
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
