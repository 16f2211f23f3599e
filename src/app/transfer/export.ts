import { createHash } from 'node:crypto';
import { readKnownRecord } from '../../adapters/store/documents/collections.ts';
import { CorruptDocument } from '../../adapters/store/documents/parse.ts';
import { DOCUMENTS_VERSION } from '../../adapters/store/documents/version.ts';
import type { Counts, Portable } from '../../ports/portable.ts';
import { FORMAT, type Header, lineOf, lineOfRecord, noCounts } from './format.ts';
import { Listed, mustBeUnused, Unreadable } from './refused.ts';

/** What the first line says about where the file comes from. `at`: ISO 8601. */
export type Origin = Pick<Header, 'version' | 'tier' | 'schema' | 'at'>;

/**
 * The lines of a file with everything that the store has, in pieces, yielded while it is read. Returns the counts. Throws
 * `InUse` if a process works with the store, or did so meanwhile, and `Unreadable` if import would refuse some document:
 * the file has no last line then, so that nothing takes it for a whole one.
 */
export async function* exportLines(
  portable: Portable,
  origin: Origin,
  monotonic: () => number = () => performance.now(),
): AsyncGenerator<string, Counts> {
  const began = monotonic();
  await mustBeUnused(portable, 0);
  const hash = createHash('sha256');
  const counts = noCounts();
  const faults = new Listed<string>();
  const first = lineOf({ slipway: 'export', format: FORMAT, documents: DOCUMENTS_VERSION, ...origin });
  hash.update(first);
  yield first;
  for await (const { collection, documents } of portable.pages()) {
    let page = '';
    for (const { id, value } of documents) {
      try {
        page += lineOfRecord(collection, readKnownRecord(collection, id, value));
      } catch (error) {
        if (!(error instanceof CorruptDocument)) throw error;
        faults.add(error.message);
      }
    }
    counts[collection] += documents.length;
    hash.update(page);
    yield page;
  }
  if (faults.total > 0) throw new Unreadable(faults);
  await mustBeUnused(portable, monotonic() - began);
  yield lineOf({ counts, sha256: hash.digest('hex') });
  return counts;
}
