import { seenChecks } from '../../domain/checks/seen.ts';
import type { Build } from '../../domain/documents/build.ts';
import type { BuildCommand } from '../../domain/documents/commands/build.ts';
import type { Unsent } from '../../domain/documents/commands/commands.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { type ForgeCommit, ForgeError } from '../../ports/forge.ts';
import { apply } from '../commands/apply.ts';
import type { Services } from '../services/services.ts';
import { mustKnow, type ProductSettings } from '../settings/settings.ts';

/**
 * Asks the forge for the checks of a commit, if that is due and no other process does it, and reports what it saw. A forge that
 * does not answer is asked again later.
 */
export async function lookAtChecks(services: Services, id: string): Promise<void> {
  if (services.stopping.aborted) return;
  const build = await services.store.load('builds', id);
  if (build === null) return;
  const settings = mustKnow(services.settings, build.product);
  const begun = await apply(services, 'builds', id, command(services, { type: 'lookAtChecks' }), build);
  const look = begun.answer.kind === 'accepted' ? begun.answer.attempt : undefined;
  const { checks } = settings.build;
  if (look === undefined || checks === undefined) return;
  const saw = await seen(services, settings, begun.aggregate);
  await apply(
    services,
    'builds',
    id,
    command(
      services,
      saw.kind === 'read'
        ? { type: 'sawChecks', look, ...seenChecks(checks.names, saw.checks) }
        : { type: 'checksUnread', look, reason: saw.reason, until: saw.until },
    ),
  );
}

async function seen(services: Services, settings: ProductSettings, build: Build) {
  try {
    const project = await services.forge(settings.forge);
    const checks = project === null ? [] : await project.checks(commitOf(build));
    return { kind: 'read', checks } as const;
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    services.log.warn({ err: error, product: settings.name, sha: build.sha }, 'could not read the checks');
    const { fault, message: reason } = error;
    return { kind: 'unread', reason, until: fault.kind === 'limited' ? fault.until : null } as const;
  }
}

/** The commit as the forge is asked about it: by the branch or tag that was pushed last. */
export function commitOf({ sha, pushes }: Build): ForgeCommit {
  const push = pushes.at(-1);
  return { sha, ref: push ? { name: push.branch, tag: push.tag !== undefined } : null };
}

/** The forge reported an event about a commit: its checks are looked at, if they still count. */
export async function ringChecks(services: Services, id: string): Promise<'rung' | 'nothing'> {
  const build = await services.store.load('builds', id);
  if (!build?.checks || build.checks.lookAt === null) return 'nothing';
  await apply(services, 'builds', id, command(services, { type: 'ringChecks' }), build);
  return 'rung';
}

function command(services: Pick<Services, 'newId'>, unsent: Unsent<BuildCommand>): BuildCommand {
  return { id: services.newId(), actor: ROBOT, ...unsent };
}
