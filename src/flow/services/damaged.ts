import { productOfDocument } from '../../domain/ids.ts';
import { DamagedDocument } from '../../ports/store.ts';
import type { Settings } from '../settings/settings.ts';
import type { Troubles } from './troubles.ts';

/** What is needed to report a damaged document. */
export interface Noting {
  settings: Settings;
  troubles: Troubles;
}

/** Runs `act`; a damaged document is reported as a trouble instead of thrown, so that it stops only what depends on it. */
export async function skipDamaged(
  { settings, troubles }: Noting,
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof DamagedDocument)) throw error;
    const { collection, id } = error;
    const product = settings.products.find(({ name }) => name === productOfDocument(id));
    troubles.set(`damaged ${collection} ${id}`, {
      where: product?.name ?? null,
      says: error.message,
      todo: 'if a newer Slipway uses this database, stop this one; if not, correct the document and restart Slipway; everything else continues',
    });
  }
}
