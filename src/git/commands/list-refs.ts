import { type Access, reaching } from './access.ts';
import { git } from './git.ts';

/** A repository at its host, and the folder in which git is started to ask it; that need not be a repository. */
interface Host {
  address: string;
  access: Access;
  directory: string;
  timeoutMs: number;
}

/** The refs at a host that match; a pattern also matches the end of longer names. After an annotated tag comes what it is on. */
export async function listRefs(
  { address, access, directory, timeoutMs }: Host,
  patterns: readonly string[],
): Promise<{ name: string; sha: string }[]> {
  const args = ['ls-remote', '--quiet', '--', address, ...patterns];
  const { stdout } = await reaching(access, (reach) => git({ directory, args, timeoutMs, reach }));
  return stdout.split('\n').flatMap((line) => {
    const [sha = '', name] = line.split('\t');
    return name === undefined ? [] : [{ name, sha }];
  });
}
