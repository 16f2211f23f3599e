import type { Problem } from '../../chat/answers/problems/problem.ts';
import type { AdviceContext } from '../../chat/refusals/refusal-text.ts';
import type { EnvironmentView, ReleaseView } from '../../chat/view-model.ts';
import type { HumanCommand } from '../../domain/documents/commands/environment.ts';
import type { Environment } from '../../domain/documents/environment.ts';
import type { Refusal } from '../../domain/documents/refusal.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import type { Warning } from '../../domain/documents/warning.ts';
import { type EnvironmentId, environmentId } from '../../domain/ids.ts';
import type { Person } from '../../domain/people/people.ts';
import { type Applied, apply, foresee } from '../commands/apply.ts';
import { barredBefore } from '../commands/context/people-context.ts';
import { NotConfigured } from '../services/errors.ts';
import type { ChatServices, ViewServices } from '../services/services.ts';
import { findEnvironment } from '../settings/settings.ts';
import { environmentView, releaseView } from '../views/views.ts';
import { adviceContext } from './advice-context.ts';

/** The result of a person's request, with what the answer needs. */
export type ChangeOutcome =
  | {
      kind: 'accepted';
      command: HumanCommand['type'];
      environment: EnvironmentId;
      release: number;
      warnings: Warning[];
    }
  | {
      kind: 'refused';
      refusal: Refusal;
      here: EnvironmentView;
      below: EnvironmentView | null;
      release: Release | null;
      adviceContext: AdviceContext;
    }
  | { kind: 'problem'; problem: Problem };

type Refused = Extract<ChangeOutcome, { kind: 'refused' }>;

/** Who makes a request, and the id under which it is processed once, however often it is delivered. */
export interface Requester {
  id: string;
  actor: Person;
  /** Revision of the environment on the clicked card; absent: the command was typed. */
  shown?: number | undefined;
  /** The clicked card or dialog showed a release that waits. */
  onlyWaiting?: true | undefined;
  /** The commit that the clicked answer showed as the one that a rollback leaves. */
  leaves?: string | undefined;
  /** Card of the pause that the clicked message showed. */
  pause?: string | undefined;
  /** The end of the freeze that the clicked card or dialog showed. */
  freeze?: number | undefined;
}

/** Applies a person's command to the environment `id`. Throws what `apply` throws. */
export async function applyHuman(
  services: ChatServices,
  id: EnvironmentId,
  command: HumanCommand,
): Promise<ChangeOutcome> {
  return outcomeOf(services, id, command.type, await apply(services, 'environments', id, command));
}

/** What `applyHuman` would come to now, and the environment as it would be. Nothing is stored. Throws what reading throws. */
export async function foreseeHuman(
  services: ChatServices,
  id: EnvironmentId,
  command: HumanCommand,
): Promise<{ outcome: ChangeOutcome; here: EnvironmentView }> {
  const foreseen = await foresee(services, 'environments', id, command);
  return {
    outcome: await outcomeOf(services, id, command.type, foreseen),
    here: viewOf(services, id, foreseen.aggregate),
  };
}

/** The answer to a person's command of this type, with what telling them needs. Throws what reading throws. */
export async function outcomeOf(
  services: ChatServices,
  id: EnvironmentId,
  command: HumanCommand['type'],
  { answer, aggregate }: Applied<'environments'>,
): Promise<ChangeOutcome> {
  if (answer.kind === 'accepted') {
    const { release = 0, warnings = [] } = answer;
    return { kind: 'accepted', command, environment: id, release, warnings };
  }
  return refused(services, viewOf(services, id, aggregate), answer.refusal);
}

function viewOf(
  services: Pick<ChatServices, 'settings'>,
  id: EnvironmentId,
  environment: Environment,
): EnvironmentView {
  const configured = findEnvironment(services.settings, id);
  if (!configured) throw new NotConfigured(id);
  return { policy: configured.environment.policy, environment };
}

/** The refusal for somebody without the role, before a commit is looked for, fetched or kept; null: they may go on. */
export async function barredFrom(
  services: ChatServices,
  id: EnvironmentId,
  type: 'prepare' | 'hotfix' | 'rollback' | 'adopt',
  { actor }: Requester,
): Promise<Refused | null> {
  const here = await environmentView(services, id);
  const refusal = await barredBefore(services, here.policy, type, actor);
  return refusal === null ? null : refused(services, here, refusal);
}

async function refused(services: ViewServices, here: EnvironmentView, refusal: Refusal): Promise<Refused> {
  const { policy, environment } = here;
  const named = 'release' in refusal ? refusal.release : null;
  const view: ReleaseView | null = named === null ? null : await releaseView(services, environment.id, named);
  const release = view?.release ?? null;
  return {
    kind: 'refused',
    refusal,
    here,
    below:
      policy.below === null
        ? null
        : await environmentView(services, environmentId(policy.product, policy.below)),
    release,
    adviceContext: await adviceContext(services, here, { refusal, release }),
  };
}
