import { existsSync } from 'node:fs';
import { mirrorPath } from '../services/paths.ts';
import type { Services } from '../services/services.ts';

type OldMirrors = Pick<Services, 'settings' | 'dataDirectory' | 'mirror' | 'log'>;

/**
 * Products that share a mirror had one each when they fetched in different ways, and in early versions. Hands what those
 * hold to the shared one. What cannot be handed over stays, and is tried again at the next start. Called before anything
 * uses a mirror.
 */
export async function joinMirrors(services: OldMirrors): Promise<void> {
  for (const { name: product } of services.settings.products) {
    const old = mirrorPath(services.dataDirectory, product);
    const mirror = services.mirror(product);
    if (mirror.directory === old || !existsSync(old)) continue;
    try {
      await mirror.takeOver(old);
      services.log.info({ product }, 'the mirror is shared with other products of the repository now');
    } catch (error) {
      services.log.warn({ err: error, product }, 'an unused mirror could not be removed yet');
    }
  }
}
