import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** State of a worktree, kept in a file next to it so that it survives the process. */
const schema = z.object({
  /** Our git is changing the tree. At a start: that git may have outlived its process and may still be running. */
  changing: z.boolean(),
  /** The build that left the tree, and the fingerprint that the tree has while unchanged. null: no build. */
  holds: z.object({ built: z.string(), fingerprint: z.string() }).nullable(),
  /** Lock file of the guard of the last commands that ran here. null: none ran. */
  lockFile: z.string().nullable(),
  /** When the last lease began or ended. Milliseconds since the epoch. */
  usedAt: z.number(),
  /** How our git sees the tree. null: it never has. */
  repository: z
    .object({ gitDirectory: z.string(), workTree: z.string(), indexFile: z.string() })
    .nullable()
    .default(null),
});
export type Sidecar = z.infer<typeof schema>;

/** Nothing is known: the tree must be switched before use. */
export const UNKNOWN: Sidecar = { changing: false, holds: null, lockFile: null, usedAt: 0, repository: null };

/** The path of a worktree's sidecar file. */
export function sidecarOf(tree: string): string {
  return `${tree}.json`;
}

/** Returns `UNKNOWN` when the file is missing or invalid. */
export async function readSidecar(file: string): Promise<Sidecar> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return UNKNOWN;
  }
}

/** Atomic: a killed process leaves either the old or the new content. */
export async function writeSidecar(file: string, sidecar: Sidecar): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(sidecar));
  await rename(`${file}.new`, file);
}
