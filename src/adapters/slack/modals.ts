import type { ModalView } from '@slack/types';
import type { ActionValue } from '../../chat/actions.ts';
import { diffModal, logModal, messageModal, rollbackModal } from '../../chat/modals.ts';
import type { Surroundings } from '../../chat/view.ts';
import { leftBehind } from '../../domain/decide/rollback.ts';
import { buildId, environmentId, short } from '../../domain/names.ts';
import type { ChatParts } from '../../flow/parts.ts';
import { attemptLog, buildLog } from '../../flow/paths.ts';
import { findEnvironment } from '../../flow/settings.ts';
import { releaseOf, surroundings } from '../../flow/surroundings.ts';
import { commitLine, environmentView, knownAcceptances, range } from '../../flow/views.ts';

/** How many commits to go back to are offered. */
const TARGETS = 10;

/** Commits read for Show Diff (CARDS §4). */
const DIFF_COMMITS = 200;

/** Lines of Show Log (CARDS §4). */
const LOG_LINES = 40;

/** Where a rollback may go: what was accepted here, not revoked, other than what it leaves; newest first. */
export async function readRollbackModal(
  parts: ChatParts,
  value: ActionValue,
  channel: string | undefined,
): Promise<ModalView> {
  const { environment } = await environmentView(parts, value.environment);
  const left = leftBehind(environment);
  const known = await knownAcceptances(parts, environment);
  const acceptances = known
    .filter(({ sha, revoked }) => !revoked && sha !== left?.sha && !left?.alsoBad.includes(sha))
    .slice(0, TARGETS);
  const targets = await Promise.all(
    acceptances.map(async (acceptance) => ({
      acceptance,
      subject: (await commitLine(parts, environment.product, acceptance.sha))?.subject ?? null,
      undoes: left
        ? ((await range(parts, environment.product, acceptance.sha, left.sha, 0))?.count ?? null)
        : null,
    })),
  );
  return rollbackModal({
    environment: value.environment,
    leaves: left?.sha ?? null,
    targets,
    shown: environment.revision,
    ...(channel === undefined ? {} : { channel }),
  });
}

/** What a deploy would add and remove, or did. */
export async function readDiffModal(parts: ChatParts, value: ActionValue): Promise<ModalView> {
  const here = await environmentView(parts, value.environment);
  const { environment } = here;
  const release = value.release === undefined ? null : await releaseOf(parts, environment, value.release);
  const sha = release?.sha ?? value.sha;
  if (sha === undefined) return messageModal('diff', 'This card is too old to say which commit it was for.');
  const { product } = environment;
  const offered = release?.status === 'accepted' && here.policy.above;
  const above = offered ? await environmentView(parts, environmentId(product, offered.name)) : null;
  const runs = (above ?? here).environment.deployed?.sha ?? null;
  // A waiting release and an offer are compared with what runs there; what was deployed, with what it replaced.
  const against = release?.begun && !above ? release.replaces : runs;
  return diffModal({
    environment: (above ?? here).environment.id,
    sha,
    against,
    adds: against === null ? null : await range(parts, product, against, sha, DIFF_COMMITS),
    removes: against === null ? null : await range(parts, product, sha, against, DIFF_COMMITS),
    surroundings: await surroundingsOf(parts, value.environment),
  });
}

async function surroundingsOf(parts: ChatParts, id: string): Promise<Surroundings> {
  const configured = findEnvironment(parts.settings, id);
  const here = await environmentView(parts, id);
  if (!configured) return { now: parts.now(), names: {}, commitUrl: null, cards: {} };
  return surroundings(parts, configured.product, [here], []);
}

/** The end of the log of the newest attempt, or of the build. */
export async function readLogModal(parts: ChatParts, value: ActionValue): Promise<ModalView> {
  const { environment } = await environmentView(parts, value.environment);
  const release = value.release === undefined ? null : await releaseOf(parts, environment, value.release);
  const attempt = release?.attempts.at(-1);
  if (release && attempt) {
    const what = attempt.step === 'deploy' ? 'Deploy' : 'Check';
    const where = attempt.step === 'deploy' ? 'to' : 'in';
    const title = `${what} of ${short(release.sha)} ${where} ${environment.id}`;
    return logModal({
      title,
      ...(await parts.logs.tail(attemptLog(environment.id, attempt.number), LOG_LINES)),
    });
  }
  const sha = release?.sha ?? value.sha ?? shaOfBuild(value.build);
  const build = sha ? await parts.store.load('builds', buildId(environment.product, sha)) : null;
  if (!build?.attempt) return messageModal('log', 'Nothing has run yet, so there is no log.');
  const log = buildLog(environment.product, build.sha, build.attempt.number);
  const title = `Build of ${short(build.sha)} for ${environment.product}`;
  return logModal({ title, ...(await parts.logs.tail(log, LOG_LINES)) });
}

/** From a build id, `storefront@<sha>`. */
export function shaOfBuild(build: string | undefined): string | undefined {
  return build?.slice(build.indexOf('@') + 1);
}
