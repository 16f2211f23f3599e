import { listedCommits } from '../../chat/cards/release/body.ts';
import type { ForeseenRelease } from '../../chat/dialogs/prepare/preview.ts';
import type { EnvironmentView, ReleaseView } from '../../chat/view-model.ts';
import type { Warning } from '../../domain/documents/warning.ts';
import type { Person } from '../../domain/people/people.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { referencesOf } from '../references/references.ts';
import type { Services, ViewServices } from '../services/services.ts';
import { releaseOf } from './render-context.ts';
import { productOf, viewOfRelease } from './views.ts';

/** Everything that is shown of a release that is not made yet. `here`: the environment as it would be. */
export async function foreseenView(
  services: ViewServices,
  here: EnvironmentView,
  about: { release: number; asker: Person; warnings: readonly Warning[] },
): Promise<ForeseenRelease | null> {
  const release = await releaseOf(services, here.environment, about.release);
  if (release === null) return null;
  const drawn = await viewOfRelease(services, here, release);
  const product = productOf(services, here.environment.product);
  const view = { ...drawn, references: await referencesOf(services, product, listedCommits(drawn)) };
  const { asker, warnings } = about;
  return { view, asker, warnings, removedHotfixes: await removedHotfixes(services, view) };
}

/** Numbers of the hotfixes in what runs there that the release does not contain, newest first. */
async function removedHotfixes(
  services: Pick<Services, 'mirror' | 'log'>,
  { here, release, hotfixes }: ReleaseView,
): Promise<number[]> {
  const { deployed, product } = here.environment;
  const shas = Object.keys(hotfixes);
  if (!deployed || shas.length === 0) return [];
  try {
    const mirror = services.mirror(product);
    const running = await mirror.contained(deployed.sha, shas);
    const kept = await mirror.contained(release.sha, running);
    return running
      .filter((sha) => !kept.includes(sha))
      .flatMap((sha) => hotfixes[sha] ?? [])
      .toSorted((a, b) => b - a);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.info({ err: error }, 'git could not say which hotfixes would be removed');
    return [];
  }
}
