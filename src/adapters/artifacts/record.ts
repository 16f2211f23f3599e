import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { hasCode } from '../../runner/files/errno.ts';
import { damaged } from './failure.ts';

/** The record beside an archive. Its checksum distinguishes an intact archive from one that lost or changed a byte. */
const schema = z.object({
  version: z.literal(1),
  /** `nothing`: the tree did not differ from its commit, and the archive is empty. */
  made: z.enum(['something', 'nothing']),
  /** SHA-256 of the archive, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ArtifactRecord = Omit<z.infer<typeof schema>, 'version'>;

const recordOf = (archive: string) => `${archive}.json`;

/** The files of the record of an archive: one that is being written, and the finished one. */
export function recordFiles(archive: string): [half: string, whole: string] {
  return [`${recordOf(archive)}.half`, recordOf(archive)];
}

/** Writes the record of an archive: as a whole, or not at all. */
export async function writeRecord(archive: string, record: ArtifactRecord): Promise<void> {
  const file = recordOf(archive);
  await writeFile(`${file}.half`, JSON.stringify({ version: 1, ...record }), { mode: 0o600 });
  await rename(`${file}.half`, file);
}

/** null: there is no record, since the archive was stored by an earlier version. Throws `DamagedArtifact`. */
export async function readRecord(archive: string): Promise<ArtifactRecord | null> {
  let text: string;
  try {
    text = await readFile(recordOf(archive), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw damaged('its checksum cannot be read');
  }
}
