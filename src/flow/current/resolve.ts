import type { CurrentAnswer } from '../../domain/documents/values/current.ts';
import { isFullSha } from '../../domain/ids.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { isRefName } from '../../git/names/names.ts';
import { said } from '../remote/said.ts';
import type { Services } from '../services/services.ts';

/** Shorter ones may belong to more than one commit tomorrow. */
const SHORTEST = 7;

/**
 * The commit that an environment named: by its SHA, by the beginning of it, or by a tag. A branch is no answer: it moves.
 * `expected`: the commits that were deployed there or are to be, which need no look into the repository.
 */
export async function resolveSaid(
  services: Pick<Services, 'mirror' | 'log'>,
  named: { product: string; text: string; secrets: readonly string[]; expected: readonly string[] },
): Promise<CurrentAnswer> {
  const { product, text, secrets, expected } = named;
  const shown = said(text, secrets);
  const name = text.trim().replaceAll(/^(["'])(.*)\1$/g, '$2');
  const hex =
    /^[0-9a-f]+$/i.test(name) && name.length >= SHORTEST && name.length <= 40 ? name.toLowerCase() : null;
  const [only, ...others] = new Set(hex === null ? [] : expected.filter((sha) => sha.startsWith(hex)));
  if (only !== undefined && others.length === 0) return { kind: 'said', sha: only, said: shown };
  try {
    const known = await lookUp(services, product, hex, name);
    return { kind: 'said', sha: known, said: shown };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    services.log.warn({ err: error, product }, 'git could not say which commit an environment named');
    if (hex !== null && isFullSha(hex)) return { kind: 'said', sha: hex, said: shown };
    return { kind: 'silent', reason: `it says ${shown}, and git could not say which commit that is` };
  }
}

/** What is not known is looked for once more after a fetch. null: there is no such commit, or more than one. */
async function lookUp(
  services: Pick<Services, 'mirror'>,
  product: string,
  hex: string | null,
  name: string,
): Promise<string | null> {
  const mirror = services.mirror(product);
  if (hex === null && !isRefName(name)) return null;
  const once = async () => {
    const bySha = hex === null ? null : await mirror.resolve(hex);
    if (bySha?.kind === 'ambiguous') return bySha;
    return bySha?.kind === 'found' ? bySha : await mirror.resolve(`refs/tags/${name}`);
  };
  const first = await once();
  const found = first.kind === 'unknown' ? await mirror.fetch().then(once) : first;
  return found.kind === 'found' ? found.sha : null;
}
