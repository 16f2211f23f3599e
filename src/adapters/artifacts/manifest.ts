import { z } from 'zod';

/**
 * What an archive says besides its files, to make of a clean tree of the commit the tree that was built. Paths are
 * relative to the tree, and bytes: each character is one (latin1).
 */
const schema = z.object({
  version: z.literal(1),
  /** True: the archive holds all of the tree, as git could not say what differs; nothing of the commit stays. */
  whole: z.boolean(),
  /** Removed before anything is laid, with all that is in them: what the build deleted, and what it changed. */
  removed: z.array(z.string()),
  /** Symbolic links, and where they lead. */
  links: z.array(z.tuple([z.string(), z.string()])),
  /** Modes that a new file or directory does not have. */
  modes: z.array(z.tuple([z.string(), z.int()])),
  /**
   * Names that an archive cannot hold (no UTF-8, or a line break) and the name in the folder of the manifest that stands
   * for the file; null: a directory.
   */
  odd: z.array(z.tuple([z.string(), z.string().nullable()])),
  /**
   * When the newest file of the commit was written that the build left as it was. Milliseconds since the epoch, whole
   * seconds. What was made from it is newer, and stays so: or else `make` would make it again.
   */
  sourcesAt: z.number(),
});
export type Manifest = z.infer<typeof schema>;

/** Where the archive has it, first of all, in a folder that no product has. */
export const FOLDER = '.slipway-artifacts-7c1f4e';
export const MANIFEST = `${FOLDER}/manifest.json`;

/** Throws when it is none of ours. */
export function parseManifest(text: string): Manifest {
  return schema.parse(JSON.parse(text));
}
