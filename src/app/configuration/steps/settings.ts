import { secretsIn } from '../../../adapters/standard-webhooks.ts';
import { secretsOf } from '../../../flow/services/forge-projects.ts';
import type { ForgeKind, ForgeSettings } from '../../../flow/settings/forges.ts';
import type { ProductSettings } from '../../../flow/settings/settings.ts';
import type { GitRun, RemoteTarget, StepSettings } from '../../../flow/settings/steps.ts';
import type { AccessSettings } from '../../../git/commands/access.ts';
import { webOrigin } from '../../../git/names/repository-url.ts';
import type { Written } from '../schema.ts';
import { addressSecrets } from '../values/address-secrets.ts';
import { forgeLinks } from '../values/forge-links.ts';
import { findForge } from '../values/product-forge.ts';
import { toCommand } from './command.ts';
import { findRunPlace, type WrittenPlace } from './place.ts';

const MINUTE = 60_000;
/** How long what another system carries out may take, unless the file says so. */
const REMOTE_MS = 30 * MINUTE;

type WrittenEnvironment = Written['products'][string]['environments'][number];
type WrittenGit = NonNullable<WrittenEnvironment['deploy']['git']>;
export type WrittenStep = WrittenEnvironment['deploy'] | NonNullable<WrittenEnvironment['verify']>;

/** What the steps of a product are converted with. */
export interface StepContext {
  forges: readonly ForgeSettings[];
  forge: ProductSettings['forge'];
  branch: ProductSettings['branch'];
  /** The product's own repository, and how it is reached. */
  reached: { repository: string; access?: AccessSettings };
}

/** `commandMs`: how long a command may take, unless the file says so. */
export function toStep(step: WrittenStep, context: StepContext, commandMs: number): StepSettings {
  const remote = toTarget(step, context);
  if (remote !== null) return { remote, timeoutMs: step.timeout ?? REMOTE_MS };
  if (step.run === undefined)
    throw new RangeError('the rules let no step through that is carried out by nothing');
  return toCommand({ ...step, run: step.run, timeout: step.timeout ?? commandMs });
}

/** null: a command of ours carries it out. */
function toTarget(step: WrittenStep, context: StepContext): RemoteTarget | null {
  const { github, gitlab, jenkins, http } = step;
  if (github !== undefined) {
    const { workflow, inputs } = github;
    return { system: 'github', ...placeOf('github', github, context), workflow, inputs };
  }
  if (gitlab !== undefined) {
    const { inputs, variables } = gitlab;
    return { system: 'gitlab', ...placeOf('gitlab', gitlab, context), inputs, variables };
  }
  if (jenkins !== undefined) return { system: 'jenkins', ...jenkins };
  if (http !== undefined) return { system: 'http', ...http };
  return 'git' in step && step.git !== undefined ? toGitRun(step.git, context) : null;
}

/** Its forge is the one named like the host. What the product says of its own host goes for the repository too. */
function toGitRun({ repository, branch, file, set }: WrittenGit, { forges, reached }: StepContext): GitRun {
  const found = findForge(repository, undefined, new Map(forges.map(({ name, kind }) => [name, kind])));
  const forge = found.kind === 'found' ? found.forge : undefined;
  const { api = null } = forges.find(({ name }) => name === forge?.name) ?? {};
  const isSameHost =
    webOrigin(repository) !== null && webOrigin(repository) === webOrigin(reached.repository);
  return {
    system: 'git',
    repository,
    ...(forge && { forge }),
    ...(isSameHost && reached.access && { access: reached.access }),
    commitUrl: forgeLinks(repository, forge, api).commitUrl,
    branch,
    file,
    set: Array.isArray(set)
      ? set.map(([path, value]) => ({ path, value }))
      : Object.entries(set).map(([path, value]) => ({ path: path.split('.'), value })),
  };
}

function placeOf(
  kind: ForgeKind,
  written: WrittenPlace & { ref?: string | undefined },
  { forges, forge, branch }: StepContext,
): { forge: string; project: string; ref: string } {
  const place = findRunPlace(kind, written, forge, new Map(forges.map((one) => [one.name, one.kind])));
  const ref = written.ref ?? (typeof branch === 'string' ? branch : undefined);
  if (place.kind !== 'found' || ref === undefined)
    throw new RangeError('the rules let nothing through that runs nowhere');
  return { forge: place.forge, project: place.project, ref };
}

/** What is secret about the system that carries out a step. */
export function stepSecrets(step: StepSettings, forges: readonly ForgeSettings[]): string[] {
  if (!('remote' in step)) return [];
  const { remote } = step;
  switch (remote.system) {
    case 'github':
    case 'gitlab':
      return forges.filter(({ name }) => name === remote.forge).flatMap(({ access }) => secretsOf(access));
    case 'jenkins':
      return remote.token === '' ? [] : [remote.token];
    case 'http':
      return remote.secret === '' ? [] : secretsIn(remote.secret);
    case 'git': {
      const forge = forges.find(({ name }) => name === remote.forge?.name);
      return [...addressSecrets(remote.repository), ...(forge === undefined ? [] : secretsOf(forge.access))];
    }
    default:
      return remote satisfies never;
  }
}
