import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TemporaryRepository } from '../../support/repositories/git.ts';

/**
 * Everything in a tree but its `.git`, by name, whose characters are bytes: modes, text of files (long ones cut), where links
 * lead; directories end in `/`.
 */
export function contents(directory: string, at = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(bytes(directory, at), 'latin1').sort()) {
    if (at === '' && name === '.git') continue;
    const path = bytes(directory, at + name);
    const stats = lstatSync(path);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isDirectory()) {
      found[`${at}${name}/`] = mode;
      Object.assign(found, contents(directory, `${at}${name}/`));
    } else if (stats.isSymbolicLink()) found[at + name] = `-> ${readlinkSync(path, 'latin1')}`;
    else if (!stats.isFile()) found[at + name] = 'special';
    else found[at + name] = `${mode} ${stats.size} ${readFileSync(path, 'latin1').slice(0, 200)}`;
  }
  return found;
}

function bytes(directory: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')]);
}

const clones = new Map<string, Record<string, string>>();

/** The tree is the commit, exactly: nothing more, nothing less, as a clone of it would be. */
export function expectCommit(directory: string, repository: TemporaryRepository, sha: string): void {
  let expected = clones.get(sha);
  if (!expected) {
    const clone = mkdtempSync(join(tmpdir(), 'slipway-clone-'));
    execFileSync('git', ['clone', '--quiet', '--no-checkout', repository.url, clone]);
    execFileSync('git', ['checkout', '--quiet', '--detach', sha], { cwd: clone });
    expected = contents(clone);
    clones.set(sha, expected);
    rmSync(clone, { recursive: true });
  }
  expect(contents(directory)).toEqual(expected);
}
