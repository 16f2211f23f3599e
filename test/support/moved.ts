import { openStored } from '../../src/app/stored.ts';
import { exportLines } from '../../src/app/transfer/export.ts';
import { fill, verify } from '../../src/app/transfer/import.ts';
import { originOf, portableOf } from '../../src/app/transfer/portable.ts';
import { spool } from '../../src/app/transfer/spool.ts';
import type { World } from './world.ts';

/** The variables that name the store of a world. */
export function variablesOf({ services, dataDirectory }: World): Record<string, string> {
  return services ? { MONGODB_URL: services.mongodb, DATA_DIR: dataDirectory } : { DATA_DIR: dataDirectory };
}

/** What `slipway export` prints about the store of a world. */
export async function exportOf(world: World): Promise<string> {
  const stored = await openStored(variablesOf(world), 'read');
  try {
    let text = '';
    for await (const piece of exportLines(portableOf(stored), originOf(stored, '0.1.0', Date.now())))
      text += piece;
    return text;
  } finally {
    await stored.close();
  }
}

/** Does what `slipway import` does with that text. */
export async function importInto(world: World, text: string): Promise<void> {
  const bytes = async function* () {
    yield Buffer.from(text);
  };
  const file = await spool(bytes());
  try {
    await verify(file);
    const stored = await openStored(variablesOf(world), 'fill');
    try {
      await fill(portableOf(stored), file);
    } finally {
      await stored.close();
    }
  } finally {
    await file.close();
  }
}
