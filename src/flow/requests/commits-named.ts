import { buildId, isFullSha } from '../../domain/ids.ts';
import { GitError } from '../../git/commands/git-error.ts';
import { readPasted } from '../../git/names/pasted.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';

/** A commit that a text names, in a product that has it. */
export interface NamedCommit {
  product: ProductSettings;
  sha: string;
}

/** What became of the words of a text. */
export interface Named {
  found: NamedCommit[];
  /** Words that look like a commit of ours and name none that is known; as written. */
  unknown: string[];
  /** False: the repository of a product could not be asked, so a newer commit may be missing. */
  complete: boolean;
}

/** How many commits are looked for; further words are not read. */
const MOST = 5;

/** How many repositories are asked when none of the mirrors has the commit. */
const FETCHED = 5;

type Searching = Pick<Services, 'log' | 'mirror' | 'store'>;

/** One name that a product may know. */
interface Candidate {
  word: string;
  product: ProductSettings;
  /** Possible git names of one commit; the first that exists is meant. */
  names: string[];
}

/**
 * The commits that the words name, in those of the products that know them. The mirrors are searched first; only if none
 * of them has any, the repositories are asked once.
 */
export async function commitsNamed(
  services: Searching,
  products: readonly ProductSettings[],
  words: readonly string[],
): Promise<Named> {
  const candidates = words.flatMap((word) => products.flatMap((product) => meanings(word, product)));
  const found = await searched(services, candidates);
  if (found.length > 0 || candidates.length === 0) return concluded(candidates, found, true);
  const asked = [...new Set(candidates.map(({ product }) => product))].slice(0, FETCHED);
  const answers = await Promise.all(asked.map((product) => isFetched(services, product)));
  return concluded(candidates, await searched(services, candidates), answers.every(Boolean));
}

/** Empty: the word is a link that belongs to no repository of the product, or shows no commit. */
function meanings(word: string, product: ProductSettings): Candidate[] {
  const { names, otherwise } = readPasted(word, product);
  if (otherwise?.kind === 'range') {
    return [otherwise.to, otherwise.from].map((name) => ({ word, product, names: [name] }));
  }
  return names.length > 0 && otherwise === null ? [{ word, product, names }] : [];
}

/** A commit that was found, and the words that name it. */
interface Hit extends NamedCommit {
  words: string[];
}

async function searched(services: Searching, candidates: readonly Candidate[]): Promise<Hit[]> {
  const hits = new Map<string, Hit>();
  for (const { word, product, names } of candidates) {
    if (hits.size >= MOST) break;
    const sha = await known(services, product, names);
    if (sha === null) continue;
    const id = buildId(product.name, sha);
    const words = [...(hits.get(id)?.words ?? []), word];
    hits.set(id, { product, sha, words });
  }
  return [...hits.values()];
}

async function known(
  { mirror, store }: Searching,
  { name: product }: ProductSettings,
  names: readonly string[],
): Promise<string | null> {
  for (const name of names) {
    const sha = name.toLowerCase();
    // What was built once is known, even if a force push removed it since.
    if (isFullSha(sha) && (await store.load('builds', buildId(product, sha)))) return sha;
    try {
      const resolved = await mirror(product).resolve(name);
      if (resolved.kind === 'found') return resolved.sha;
    } catch (error) {
      // Nothing was fetched yet.
      if (!(error instanceof GitError && error.kind === 'notFound')) throw error;
    }
  }
  return null;
}

async function isFetched({ mirror, log }: Searching, { name }: ProductSettings): Promise<boolean> {
  try {
    await mirror(name).fetch();
    return true;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    log.warn({ err: error, product: name }, 'could not fetch; commits are looked for as of the last fetch');
    return false;
  }
}

function concluded(candidates: readonly Candidate[], hits: readonly Hit[], complete: boolean): Named {
  const named = new Set(hits.flatMap(({ words }) => words));
  const missing = hits.length >= MOST ? [] : candidates.map(({ word }) => word);
  // A number is rarely a commit: it is not worth a word that it is none.
  const unknown = [...new Set(missing)].filter((word) => !named.has(word) && !/^\d+$/.test(word));
  return { found: hits.map(({ product, sha }) => ({ product, sha })), unknown, complete };
}
