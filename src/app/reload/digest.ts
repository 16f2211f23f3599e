import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** More than a configuration or a secret has. What is larger counts as unreadable, as for those who read it. */
const LARGEST_FILE = 16 * 1024 * 1024;

/**
 * What these files contain, found by their names as links lead now, in a form that can be compared. It follows the content
 * alone: editors and Kubernetes put another file in the place of one, and tools may keep times and sizes.
 */
export async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await contentOf(file);
    hash.update(`${file}\0${content === null ? 'none' : content.length}\0`);
    hash.update(content ?? '');
  }
  return hash.digest('hex');
}

/** null: it cannot be read, or is no file: a pipe can be read once, and could block. */
async function contentOf(file: string): Promise<Buffer | null> {
  try {
    const status = await stat(file);
    return status.isFile() && status.size <= LARGEST_FILE ? await readFile(file) : null;
  } catch {
    return null;
  }
}
