import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_ACCESS, openAccess, reaching } from '../../git/commands/access.ts';
import { git } from '../../git/commands/git.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { createBare } from '../../git/mirror/remote.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import { type Contents, READ, TELLING } from './suggest.ts';

/** What was seen of a repository. */
export type Seen =
  | { kind: 'read'; branch: string | null; contents: Contents }
  /** `why`: what git says, as a clause. */
  | { kind: 'unread'; why: string };

const ASK_MS = 20_000;
const FETCH_MS = 60_000;

/** The ref that keeps what was fetched. */
const LOOKED = 'refs/slipway/looked';

/** The address from which the repository in this directory was cloned, without a login; null: it is none, or was not cloned. */
export async function originOf(directory: string): Promise<string | null> {
  const args = ['config', '--get', 'remote.origin.url'];
  const { stdout } = await git({ directory, args, timeoutMs: ASK_MS, accept: [1] });
  return plainAddress(stdout.trim()) || null;
}

/** Looks at the newest commit of the branch that the host calls its default. Uses the logins of the user who calls it. */
export async function lookAt(repository: string): Promise<Seen> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-init-'));
  const mirror = join(directory, 'mirror.git');
  const address = plainAddress(repository);
  try {
    await createBare(mirror, ASK_MS);
    const access = openAccess({ repository, settings: NO_ACCESS, directory: join(directory, 'access') });
    return await reaching(access, async (reach) => {
      const reached = { directory: mirror, reach };
      const heads = ['ls-remote', '--quiet', '--symref', '--', address, 'HEAD'];
      const { stdout } = await git({ ...reached, args: heads, timeoutMs: ASK_MS });
      const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1] ?? null;
      if (!/\tHEAD$/m.test(stdout)) return { kind: 'read', branch, contents: { files: [], texts: {} } };
      const fetch = ['fetch', '--quiet', '--no-tags', '--depth=1', '--no-recurse-submodules', '--', address];
      await git({ ...reached, args: [...fetch, `+HEAD:${LOOKED}`], timeoutMs: FETCH_MS });
      return { kind: 'read', branch, contents: await contentsOf(mirror) };
    });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { kind: 'unread', why: error.message };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function contentsOf(directory: string): Promise<Contents> {
  const list = ['ls-tree', '--name-only', LOOKED, '--', ...TELLING];
  const { stdout } = await git({ directory, args: list, timeoutMs: ASK_MS });
  const files = stdout.split('\n').filter((name) => name !== '');
  const texts: Record<string, string> = {};
  for (const file of READ.filter((name) => files.includes(name))) {
    // 128: a directory of that name.
    const shown = await git({
      directory,
      args: ['cat-file', 'blob', `${LOOKED}:${file}`],
      timeoutMs: ASK_MS,
      accept: [128],
    });
    if (shown.exitCode === 0) texts[file] = shown.stdout;
  }
  return { files, texts };
}
