import type { Lookup, Request } from '../../chat/command/request.ts';
import type { HumanCommand } from '../../domain/documents/commands.ts';
import type { ReleaseVerb } from '../../domain/eligibility/release.ts';
import { environmentId } from '../../domain/ids.ts';
import type { ChatServices } from '../services/services.ts';
import { environmentView } from '../views/views.ts';
import { applyHuman, barredFrom, type ChangeOutcome, type Requester } from './apply-human.ts';
import { findCommit } from './find-commit.ts';
import { whichRelease } from './find-release.ts';
import { askToPrepare } from './prepare.ts';

/** A request that changes something. */
export type Change = Exclude<Request, Lookup | { kind: 'why' | 'locks' | 'lock' | 'unlock' | 'takeover' }>;

/**
 * Does what a person requested: finds the commit or release that is meant, and applies one command. Throws `GitError`
 * when the repository must be read and cannot be, and what `apply` throws. With `OutcomeUnknown` it is unknown whether the
 * command was processed; with any other error nothing was changed.
 */
export async function requestChange(
  services: ChatServices,
  asker: Requester,
  asked: Change,
): Promise<ChangeOutcome> {
  switch (asked.kind) {
    case 'prepare':
      return askToPrepare(services, asker, asked);
    case 'promote':
      return askToPromote(services, asker, asked);
    case 'rollback':
      return askToRollBack(services, asker, asked);
    case 'redeploy':
      return askToRedeploy(services, asker, asked);
    case 'hotfix':
    case 'adopt':
      return askOfCommit(services, asker, asked);
    case 'pause':
    case 'resume':
      return askToPause(services, asker, asked);
    default:
      return askOfRelease(services, asker, asked);
  }
}

async function askToPromote(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'promote' }>,
): Promise<ChangeOutcome> {
  const { product, environment, note } = asked;
  const { policy } = await environmentView(services, environmentId(product, environment));
  if (!policy.above) {
    const from = policy.mode === 'approval' ? policy.below : null;
    return { kind: 'problem', problem: { kind: 'nothingAbove', product, environment, from } };
  }
  return askToPrepare(services, asker, {
    kind: 'prepare',
    product,
    environment: policy.above.name,
    commit: null,
    note,
  });
}

async function askToRollBack(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'rollback' }>,
): Promise<ChangeOutcome> {
  const id = environmentId(asked.product, asked.environment);
  if (!asked.reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  let to: { sha: string; ref: string | null } | null = null;
  if (asked.commit !== null) {
    const barred = await barredFrom(services, id, 'rollback', asker);
    if (barred) return barred;
    const found = await findCommit(services, asked.product, asked.commit, asked);
    if (found.kind === 'problem') return found;
    to = { sha: found.sha, ref: found.ref };
  }
  return applyHuman(services, id, { ...by(asker), type: 'rollback', to, reason: asked.reason });
}

async function askToRedeploy(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'redeploy' }>,
): Promise<ChangeOutcome> {
  const { product, environment, commit, reason } = asked;
  const found = commit === null ? null : await findCommit(services, product, commit, asked);
  if (found?.kind === 'problem') return found;
  const sha = found?.sha ?? null;
  return applyHuman(services, environmentId(product, environment), {
    ...by(asker),
    type: 'redeploy',
    sha,
    reason,
  });
}

async function askOfCommit(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'hotfix' | 'adopt' }>,
): Promise<ChangeOutcome> {
  const { kind: type, product, environment, commit, reason } = asked;
  if (!reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  const id = environmentId(product, environment);
  const barred = await barredFrom(services, id, type, asker);
  if (barred) return barred;
  const found = await findCommit(services, product, commit, asked);
  if (found.kind === 'problem') return found;
  const { sha, ref } = found;
  await services.mirror(product).pin(sha);
  return applyHuman(services, id, { ...by(asker), type, sha, ref, reason });
}

async function askToPause(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'pause' | 'resume' }>,
): Promise<ChangeOutcome> {
  const { kind: type, product, environment, reason } = asked;
  const id = environmentId(product, environment);
  if (type === 'resume') {
    const { pause } = asker;
    return applyHuman(services, id, {
      ...by(asker),
      type,
      reason,
      ...(pause === undefined ? {} : { pause }),
    });
  }
  if (!reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  return applyHuman(services, id, { ...by(asker), type, reason });
}

async function askOfRelease(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: ReleaseVerb }>,
): Promise<ChangeOutcome> {
  const { kind: verb, reason } = asked;
  const which = await whichRelease(services, asker.actor, asked);
  if (which.kind === 'problem') return which;
  const needsReason = verb === 'reject' || verb === 'fail' || verb === 'override';
  if (needsReason && !reason?.trim()) {
    return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  }
  const id = environmentId(asked.product, asked.environment);
  return applyHuman(services, id, humanCommand(asker, verb, which.release, reason));
}

function humanCommand(
  asker: Requester,
  verb: ReleaseVerb,
  release: number,
  reason: string | null,
): HumanCommand {
  const base = by(asker);
  switch (verb) {
    case 'approve':
      return { ...base, type: verb, release, ...(asker.shown === undefined ? {} : { shown: asker.shown }) };
    case 'deploy':
    case 'retry':
      return { ...base, type: verb, release };
    case 'reject':
    case 'fail':
    case 'override':
      return { ...base, type: verb, release, reason: reason ?? '' };
    case 'accept':
      return { ...base, type: verb, release, reason };
    case 'cancel':
      return { ...base, type: verb, release, reason, ...(asker.onlyWaiting ? { onlyWaiting: true } : {}) };
    default:
      return verb satisfies never;
  }
}

/** What every command says of the request that it came from. */
function by({ id, actor }: Requester): Pick<Requester, 'id' | 'actor'> {
  return { id, actor };
}
