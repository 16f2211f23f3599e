import type { Environment, Reference } from '../documents/environment.ts';
import { releaseName } from '../ids.ts';

/** What the file of an environment is to say. */
export interface Facts {
  environment: Pick<Environment, 'name' | 'accepted'> & { deployed: Reference };
  /** The tag by which the deployed commit is known; null: none is known. */
  tag: string | null;
  /** In which formats the configuration says that the product is built; null: it does not say. */
  formats: readonly string[] | null;
}

/** The keys that are ours, in their order. Those of others follow, in theirs. */
const OURS: readonly string[] = ['Commit', 'Tag', 'Formats', 'deployed', 'accepted'];

type Json = Record<string, unknown>;

/**
 * The file as it is to be; `text` itself if it says all of that. `text`: as it is; null: there is none. What is no JSON object
 * is replaced, as the history of the repository keeps it.
 */
export function renderFile(text: string | null, { environment, tag, formats }: Facts): string {
  const before = parsed(text);
  const { name, deployed, accepted } = environment;
  // A process that knows no tag says nothing against the one that another process found.
  const known = before?.Commit === deployed.sha ? before.Tag : undefined;
  const ours: Json = {
    Commit: deployed.sha,
    Tag: tag ?? known,
    Formats: formats ?? before?.Formats,
    deployed: entryOf(name, deployed),
    accepted: accepted && entryOf(name, accepted),
  };
  const theirs = Object.entries(before ?? {}).filter(([key]) => !OURS.includes(key));
  const all = Object.fromEntries([...Object.entries(ours), ...theirs]);
  if (before !== null && JSON.stringify(before) === JSON.stringify(all)) return text ?? '';
  return `${JSON.stringify(all, null, 2)}\n`;
}

function entryOf(environment: string, { sha, ref, release, at, by, adopted }: Reference): Json {
  return {
    commit: sha,
    ref,
    release: releaseName(environment, release),
    at: new Date(at).toISOString(),
    by: by.name,
    ...(adopted === true ? { adopted } : {}),
  };
}

/** null: no JSON object. */
function parsed(text: string | null): Json | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
