import type { Request } from '../../chat/command/request.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import type { EnvironmentCommand } from '../../domain/documents/commands/environment.ts';
import { environmentId } from '../../domain/ids.ts';
import type { ChatServices } from '../services/services.ts';
import { barredFrom, type ChangeOutcome, foreseeHuman, type Requester } from './apply-human.ts';
import { findCommit, newestBelow } from './find-commit.ts';

/** A request to prepare a commit. `commit` null: the newest accepted below. */
export type PrepareRequest = Extract<Request, { kind: 'prepare' }>;

/** What preparing the commit would come to now. */
export type ForeseenPrepare =
  /** `here`: the environment with the release of this number, as it would be. */
  | { kind: 'accepted'; outcome: Extract<ChangeOutcome, { kind: 'accepted' }>; here: EnvironmentView }
  | { kind: 'refused'; outcome: Exclude<ChangeOutcome, { kind: 'accepted' }> };

/** What preparing the commit would come to now, decided by the same code. Nothing is stored. Throws what reading throws. */
export async function foreseePrepare(
  services: ChatServices,
  asker: Requester,
  asked: PrepareRequest,
): Promise<ForeseenPrepare> {
  const found = await prepareCommand(services, asker, asked);
  if (found.kind !== 'found') return { kind: 'refused', outcome: found };
  const id = environmentId(asked.product, asked.environment);
  const { outcome, here } = await foreseeHuman(services, id, found.command);
  return outcome.kind === 'accepted' ? { kind: 'accepted', outcome, here } : { kind: 'refused', outcome };
}

type PrepareCommand = Extract<EnvironmentCommand, { type: 'prepare' }>;

/** The command for what was asked, or why there is none. A commit is looked for only for who may prepare one (RULES 32). */
export async function prepareCommand(
  services: ChatServices,
  asker: Requester,
  asked: PrepareRequest,
): Promise<{ kind: 'found'; command: PrepareCommand } | Exclude<ChangeOutcome, { kind: 'accepted' }>> {
  const id = environmentId(asked.product, asked.environment);
  const barred = await barredFrom(services, id, 'prepare', asker);
  if (barred) return barred;
  const found =
    asked.commit === null
      ? await newestBelow(services, asked.product, id)
      : await findCommit(services, asked.product, asked.commit, asked);
  if (found.kind === 'problem') return found;
  const { sha, ref } = found;
  const { id: command, actor } = asker;
  return { kind: 'found', command: { id: command, actor, type: 'prepare', sha, ref, note: asked.note } };
}
