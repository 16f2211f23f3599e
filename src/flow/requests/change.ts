import type { Lookup, Request } from '../../chat/command/request.ts';
import type { HumanCommand } from '../../domain/documents/commands/environment.ts';
import type { ReleaseVerb } from '../../domain/eligibility/release.ts';
import { type EnvironmentId, environmentId, isFullSha } from '../../domain/ids.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { ANSWER_MS } from '../commands/context/irreversible.ts';
import { rememberTouched } from '../home/record-person.ts';
import type { ChatServices } from '../services/services.ts';
import { within } from '../services/within.ts';
import { environmentView } from '../views/views.ts';
import { applyHuman, barredFrom, type ChangeOutcome, foreseeHuman, type Requester } from './apply-human.ts';
import { type Found, findCommit } from './find-commit.ts';
import { whichRelease } from './find-release.ts';
import { type PrepareRequest, prepareCommand } from './prepare.ts';

/** A request that changes something. */
export type Change = Exclude<Request, Lookup | { kind: 'why' | 'locks' | 'lock' | 'unlock' | 'takeover' }>;

/** The command that a request means, with the commit to keep for it; or why there is none. */
type Meant =
  | { kind: 'command'; environment: EnvironmentId; command: HumanCommand; pin?: string }
  | Exclude<ChangeOutcome, { kind: 'accepted' }>;

/** What a request would come to now. Accepted: with the command that it means. */
export type ForeseenChange =
  | { kind: 'accepted'; environment: EnvironmentId; command: HumanCommand }
  | Exclude<ChangeOutcome, { kind: 'accepted' }>;

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
  const meant = await whatIsMeant(services, asker, asked);
  if (meant.kind !== 'command') return meant;
  const { environment, command, pin } = meant;
  if (pin !== undefined) await services.mirror(asked.product).pin(pin);
  const outcome = await applyHuman(services, environment, command);
  if (outcome.kind === 'accepted') await rememberTouched(services, asker.actor, asked.product);
  return outcome;
}

/**
 * What `requestChange` would come to now, by the same search and the same decision. Nothing is changed. Throws what
 * `requestChange` throws.
 */
export async function foreseeChange(
  services: ChatServices,
  asker: Requester,
  asked: Change,
): Promise<ForeseenChange> {
  const meant = await whatIsMeant(services, asker, asked);
  if (meant.kind !== 'command') return meant;
  const { environment, command } = meant;
  const { outcome } = await foreseeHuman(services, environment, command);
  return outcome.kind === 'accepted' ? { kind: 'accepted', environment, command } : outcome;
}

async function whatIsMeant(services: ChatServices, asker: Requester, asked: Change): Promise<Meant> {
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
      return askToPause(asker, asked);
    default:
      return askOfRelease(services, asker, asked);
  }
}

async function askToPromote(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'promote' }>,
): Promise<Meant> {
  const { product, environment, note, of } = asked;
  const here = await environmentView(services, environmentId(product, environment));
  const { policy } = here;
  if (!policy.above) {
    const from = policy.mode === 'approval' ? policy.below : null;
    return { kind: 'problem', problem: { kind: 'nothingAbove', product, environment, from } };
  }
  const above = policy.above.name;
  const { accepted } = here.environment;
  if (of && accepted && accepted.sha !== of.sha && accepted.release > of.release) {
    const problem = { kind: 'newerAccepted', here, above, sha: of.sha, newer: accepted.sha } as const;
    return { kind: 'problem', problem };
  }
  return askToPrepare(services, asker, {
    kind: 'prepare',
    product,
    environment: above,
    commit: of?.sha ?? null,
    note,
  });
}

async function askToPrepare(services: ChatServices, asker: Requester, asked: PrepareRequest): Promise<Meant> {
  const found = await prepareCommand(services, asker, asked);
  if (found.kind !== 'found') return found;
  const environment = environmentId(asked.product, asked.environment);
  return { kind: 'command', environment, command: found.command, pin: found.command.sha };
}

async function askToRollBack(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'rollback' }>,
): Promise<Meant> {
  const environment = environmentId(asked.product, asked.environment);
  if (!asked.reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  let to: { sha: string; ref: string | null } | null = null;
  if (asked.commit !== null) {
    const barred = await barredFrom(services, environment, 'rollback', asker);
    if (barred) return barred;
    const found = await findTarget(services, asked, asked.commit);
    if (found.kind === 'problem') return found;
    to = { sha: found.sha, ref: found.ref };
  }
  const { reason, leaves = asker.leaves, past } = asked;
  const shown = { ...(leaves === undefined ? {} : { leaves }), ...(past === undefined ? {} : { past }) };
  const command: HumanCommand = { ...by(asker), type: 'rollback', to, reason, ...shown };
  return { kind: 'command', environment, command };
}

/** A rollback goes only to what was accepted there, so a full SHA is enough of a name while git does not answer. */
async function findTarget(
  services: ChatServices,
  asked: Extract<Request, { kind: 'rollback' }>,
  commit: string,
): Promise<Found> {
  const found = findCommit(services, asked.product, commit, asked);
  if (!isFullSha(commit)) return found;
  const asTyped = { kind: 'found', sha: commit, ref: null } as const;
  try {
    return (await within(ANSWER_MS, found)) ?? asTyped;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return asTyped;
  }
}

async function askToRedeploy(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'redeploy' }>,
): Promise<Meant> {
  const { product, environment, commit, reason, runs = null } = asked;
  const found = commit === null ? null : await findCommit(services, product, commit, asked);
  if (found?.kind === 'problem') return found;
  const command: HumanCommand = { ...by(asker), type: 'redeploy', sha: found?.sha ?? runs, reason };
  return { kind: 'command', environment: environmentId(product, environment), command };
}

async function askOfCommit(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: 'hotfix' | 'adopt' }>,
): Promise<Meant> {
  const { kind: type, product, commit, reason } = asked;
  if (!reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  const environment = environmentId(product, asked.environment);
  const barred = await barredFrom(services, environment, type, asker);
  if (barred) return barred;
  const found = await findCommit(services, product, commit, asked);
  if (found.kind === 'problem') return found;
  const { sha, ref } = found;
  return { kind: 'command', environment, command: { ...by(asker), type, sha, ref, reason }, pin: sha };
}

async function askToPause(
  asker: Requester,
  asked: Extract<Request, { kind: 'pause' | 'resume' }>,
): Promise<Meant> {
  const { kind: type, product, reason } = asked;
  const environment = environmentId(product, asked.environment);
  if (type === 'resume') {
    const { pause } = asker;
    const shown = pause === undefined ? {} : { pause };
    return { kind: 'command', environment, command: { ...by(asker), type, reason, ...shown } };
  }
  if (!reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  return { kind: 'command', environment, command: { ...by(asker), type, reason } };
}

async function askOfRelease(
  services: ChatServices,
  asker: Requester,
  asked: Extract<Request, { kind: ReleaseVerb }>,
): Promise<Meant> {
  const { kind: verb, reason } = asked;
  const which = await whichRelease(services, asker.actor, asked);
  if (which.kind === 'problem') return which;
  const needsReason = verb === 'reject' || verb === 'fail' || verb === 'override';
  if (needsReason && !reason?.trim()) {
    return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  }
  const environment = environmentId(asked.product, asked.environment);
  return { kind: 'command', environment, command: humanCommand(asker, verb, which.release, reason) };
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
      return { ...base, type: verb, release, reason: reason ?? '' };
    case 'override': {
      const { freeze } = asker;
      const shown = freeze === undefined ? {} : { freeze };
      return { ...base, type: verb, release, reason: reason ?? '', ...shown };
    }
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
