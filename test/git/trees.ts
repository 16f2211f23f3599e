import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TemporaryRepository } from '../support/git.ts';

/** Everything in a tree but its `.git`, by name: text of files, where links lead, modes; directories end in `/`. */
export function contents(directory: string, at = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(directory, at)).sort()) {
    if (at === '' && name === '.git') continue;
    const path = join(directory, at, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) {
      found[join(at, name, '/')] = mode(stats.mode);
      Object.assign(found, contents(directory, join(at, name)));
    } else if (stats.isSymbolicLink()) found[join(at, name)] = `-> ${readlinkSync(path)}`;
    else found[join(at, name)] = `${mode(stats.mode)} ${readFileSync(path, 'latin1')}`;
  }
  return found;
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

function mode(bits: number): string {
  return (bits & 0o7777).toString(8);
}
