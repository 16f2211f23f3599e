import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** What is known of a worktree, in a file beside it: it survives the process. */
const schema = z.object({
  /** A git of ours is changing it. Read at a start: that git may have outlived its process, and still do so. */
  changing: z.boolean(),
  /** Which build left the tree as it is, and the fingerprint it has if that is still so; null: no build. */
  holds: z.object({ built: z.string(), fingerprint: z.string() }).nullable(),
  /** Held by the guard of the last commands that ran here; null: none ran. */
  lockFile: z.string().nullable(),
  /** When its last lease began or ended. Milliseconds since the epoch. */
  usedAt: z.number(),
  /** How our git sees the tree; null: it never did. */
  repository: z
    .object({ gitDirectory: z.string(), workTree: z.string(), indexFile: z.string() })
    .nullable()
    .default(null),
});
export type Sidecar = z.infer<typeof schema>;

/** Nothing is known: a tree like any other, which must be switched before anybody uses it. */
export const UNKNOWN: Sidecar = { changing: false, holds: null, lockFile: null, usedAt: 0, repository: null };

/** The file of a tree of ours. */
export function sidecarOf(tree: string): string {
  return `${tree}.json`;
}

export async function readSidecar(file: string): Promise<Sidecar> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return UNKNOWN;
  }
}

/** Whole or not at all, whenever the process is killed. */
export async function writeSidecar(file: string, sidecar: Sidecar): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(sidecar));
  await rename(`${file}.new`, file);
}
