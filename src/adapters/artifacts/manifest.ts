import { z } from 'zod';

/**
 * What an archive contains besides its files, to turn a clean tree of the commit into the tree that was built. Paths are
 * relative to the tree. They are bytes: each character stands for one byte (latin1).
 */
const schema = z.object({
  version: z.literal(1),
  /** The archive holds the whole tree, since git did not say what differs; nothing of the commit is kept. */
  whole: z.boolean(),
  /** Paths to remove first, with everything below them: what the build deleted or changed. */
  removed: z.array(z.string()),
  /** Symbolic links and their targets. */
  links: z.array(z.tuple([z.string(), z.string()])),
  /** Modes that differ from those of a new file or directory. */
  modes: z.array(z.tuple([z.string(), z.int()])),
  /**
   * Names that an archive cannot hold (not UTF-8, or with a line break), each with the name of its stand-in in the
   * manifest's folder; null: a directory.
   */
  odd: z.array(z.tuple([z.string(), z.string().nullable()])),
  /**
   * When the newest unchanged file of the commit was written: milliseconds since the epoch, in whole seconds. Files that
   * were made from it must stay newer than it, or `make` would make them again.
   */
  sourcesAt: z.number(),
});
export type Manifest = z.infer<typeof schema>;

/** The folder and path of the manifest in the archive: the first file, in a folder that no product has. */
export const FOLDER = '.slipway-artifacts-7c1f4e';
export const MANIFEST = `${FOLDER}/manifest.json`;

/** Throws if the text is not a manifest of Slipway's. */
export function parseManifest(text: string): Manifest {
  return schema.parse(JSON.parse(text));
}
