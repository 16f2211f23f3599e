import { layersOf } from '../../domain/pasted.ts';
import { isRefName } from './names.ts';
import { parseRepositoryUrl } from './repository-url.ts';

/** A pasted text that does not name one commit of the product. */
export type NotOne =
  /** A link that compares two commits; `to` is the newer one. */
  | { kind: 'range'; from: string; to: string }
  /** A page of the repository that shows no commit, branch or tag. */
  | { kind: 'page' }
  /** A link to another repository. Both names are as people know them. */
  | { kind: 'elsewhere'; theirs: string; ours: string };

/** What a pasted text may mean. */
export interface Pasted {
  /** Possible git names of the commit. The first that exists is meant. */
  names: string[];
  /** What the text means when none of `names` exists. null: nothing else. */
  otherwise: NotOne | null;
}
/** The product that the pasted text is meant for. */

export interface PastedInto {
  name: string;
  repository: string;
}

/** How many of the innermost unwrapped forms are tried, besides the text as typed. */
const INNER_LAYERS = 6;

/** Bitbucket Server clones from `/scm/PROJECT/NAME` but shows `/projects/PROJECT/repos/NAME`, both perhaps below a path. */
const SERVER_CLONE = /^(.*\/)?scm\//;

/** In links to files, up to this many leading path segments are tried as a branch name. */
const REF_PARTS = 6;

/** Interprets pasted text before git is asked. A branch or tag with exactly that name takes precedence. */
export function readPasted(typed: string, into: PastedInto): Pasted {
  const layers = layersOf(typed);
  const inner = layers.at(-1) ?? typed;
  if (/^https?:\/\//i.test(inner)) return readLink(inner, into);
  const { names, otherwise } = spelled(inner, into);
  const tried = [typed, ...layers.slice(-INNER_LAYERS)].filter(isRefName);
  return { names: [...new Set([...tried, ...names])], otherwise };
}

/** Forms such as `origin/main`, `tags/v1`, `storefront@SHA` and `v1.2-14-gSHA`. */
function spelled(inner: string, into: PastedInto): Pasted {
  const one = (name: string): Pasted => ({ names: [name], otherwise: null });
  const branch = /^(?:(?:refs\/)?remotes\/)?origin\/(.+)$/.exec(inner)?.[1];
  if (branch) return one(`refs/heads/${branch}`);
  if (/^(?:heads|tags)\/./.test(inner)) return one(`refs/${inner}`);
  const sha = /^.+-\d+-g([0-9a-f]{7,40})$/i.exec(inner)?.[1];
  if (sha) return one(sha);
  if (/[^.]\.{2,3}[^.]/.test(inner)) {
    const { otherwise } = compared(inner, false);
    if (otherwise?.kind === 'range') return { names: [], otherwise };
  }
  const [, whose, name] = /^([\w.-]+(?:\/[\w.-]+)*)@(.+)$/.exec(inner) ?? [];
  if (whose === undefined || name === undefined) return { names: [], otherwise: null };
  if (isNameOf(whose, into)) return one(name);
  if (!/^[0-9a-f]{7,40}$/i.test(name)) return { names: [], otherwise: null };
  return { names: [], otherwise: { kind: 'elsewhere', theirs: whose, ours: oursOf(into) } };
}

/**
 * Whether the text names the product or its repository: "storefront" or "acme/storefront" for
 * git.acme.dev/acme/storefront.
 */
function isNameOf(whose: string, { name, repository }: PastedInto): boolean {
  const wanted = whose.toLowerCase();
  if (wanted === name.toLowerCase()) return true;
  const parsed = parseRepositoryUrl(repository);
  return parsed.kind === 'ok' && `/${parsed.url.path.toLowerCase()}`.endsWith(`/${wanted}`);
}

function oursOf({ name, repository }: PastedInto): string {
  const parsed = parseRepositoryUrl(repository);
  if (parsed.kind === 'invalid' || parsed.url.transport === 'file') return name;
  return `${parsed.url.host}/${parsed.url.path}`;
}

interface Link {
  host: string;
  /** Decoded path segments: those of the repository, and in `page` those after it. */
  repository: string[];
  page: string[];
  commitId: string | null;
}

function readLink(text: string, into: PastedInto): Pasted {
  const url = URL.canParse(text) ? new URL(text) : null;
  const parts = url === null ? null : url.pathname.split('/').filter(Boolean).map(decoded);
  if (url === null || parts === null) return { names: [], otherwise: { kind: 'page' } };
  const host = url.host.toLowerCase().replace(/^www\./, '');
  const ended = onServer(parts) ?? onServer(parts.slice(1)) ?? divided(parts, into);
  const link = { host, ...ended, commitId: url.searchParams.get('commit_id') };
  const found = readPage(link);
  if (belongs(link, found.names, into)) return found;
  const theirs = `${host}/${link.repository.join('/')}`;
  return { names: [], otherwise: { kind: 'elsewhere', theirs, ours: oursOf(into) } };
}

/** A page of Bitbucket Server. null: it is none. */
function onServer(parts: readonly string[]): Pick<Link, 'repository' | 'page'> | null {
  const [projects, project = '', repos, repository = '', ...page] = parts;
  return projects === 'projects' && repos === 'repos' ? { repository: [project, repository], page } : null;
}

/**
 * Splits a path where the repository ends: as configured, otherwise at `/-/`, otherwise after two segments, as on
 * most forges.
 */
function divided(parts: string[], { repository }: PastedInto): Pick<Link, 'repository' | 'page'> {
  const parsed = parseRepositoryUrl(repository);
  const ours = parsed.kind === 'ok' && parsed.url.transport !== 'file' ? parsed.url.path.split('/') : [];
  const same = ours.length > 0 && ours.every((part, at) => part.toLowerCase() === parts[at]?.toLowerCase());
  const dash = parts.indexOf('-');
  const length = same ? ours.length : dash > 0 ? dash : 2;
  const page = parts.slice(length);
  return { repository: parts.slice(0, length), page: page[0] === '-' ? page.slice(1) : page };
}

function readPage({ page, commitId }: Link): Pasted {
  const names = (...all: string[]): Pasted => ({ names: all.filter(isRefName), otherwise: null });
  const [what = '', first = '', ...rest] = page;
  if (commitId !== null && /^[0-9a-f]{7,40}$/i.test(commitId)) return names(commitId);
  switch (what) {
    case 'commit':
      return names(first.replace(/\.(?:patch|diff)$/, ''));
    case 'pull':
    case 'pulls':
    case 'pull-requests':
    case 'merge_requests': {
      const [kind = '', sha = ''] = rest;
      return /^(?:commits?|changes|files)$/.test(kind) && /^[0-9a-f]{7,40}$/i.test(sha)
        ? names(sha)
        : { names: [], otherwise: { kind: 'page' } };
    }
    case 'releases':
      return first === 'tag' && rest.length > 0 ? names(`refs/tags/${rest.join('/')}`) : onePage();
    case 'tags':
    case 'tag':
      return first === '' ? onePage() : names(`refs/tags/${[first, ...rest].join('/')}`);
    case 'branch':
      return names(`refs/heads/${[first, ...rest].join('/')}`);
    case 'tree':
    case 'blob':
    case 'raw':
    case 'commits':
      return names(...leading([first, ...rest]));
    case 'src':
      if (first === 'commit') return names(rest[0] ?? '');
      if (first === 'branch') return names(...leading(rest).map((name) => `refs/heads/${name}`));
      if (first === 'tag') return names(...leading(rest).map((name) => `refs/tags/${name}`));
      return names(...leading([first, ...rest]));
    case 'compare':
      return compared([first, ...rest].join('/'), false);
    case 'branches':
      return first === 'compare' ? compared(rest.join('/'), true) : onePage();
    default:
      return onePage();
  }
}

function onePage(): Pasted {
  return { names: [], otherwise: { kind: 'page' } };
}

/** `release/1.4/src` may be a branch name or begin with one. Longest first; git never has two of them at once. */
function leading(parts: readonly string[]): string[] {
  const [first = ''] = parts;
  if (/^[0-9a-f]{40}$/i.test(first)) return [first];
  const lengths = Array.from({ length: Math.min(parts.length, REF_PARTS) }, (_, index) => index + 1);
  return lengths.toReversed().map((length) => parts.slice(0, length).join('/'));
}

/**
 * `from...to`. `turned`: the newer one comes first, as on Bitbucket. A single name is compared with the default
 * branch, so it names one commit.
 */
function compared(text: string, turned: boolean): Pasted {
  const [one = '', other = ''] = text.split(/\.{2,3}|\r/);
  if (!isRefName(one)) return onePage();
  if (other === '') return { names: [one], otherwise: null };
  const [from, to] = turned ? [other, one] : [one, other];
  return {
    names: [],
    otherwise: isRefName(from) && isRefName(to) ? { kind: 'range', from, to } : { kind: 'page' },
  };
}

/**
 * Whether a link points to the product's repository. A repository on this machine or behind an ssh alias has no
 * address to compare: then a full SHA is enough, and otherwise the last segment of the name decides.
 */
function belongs({ host, repository }: Link, names: readonly string[], into: PastedInto): boolean {
  const parsed = parseRepositoryUrl(into.repository);
  if (parsed.kind === 'invalid') return false;
  const { url } = parsed;
  const isHere = url.transport === 'file' || url.transport === 'http';
  if (isHere || (url.transport === 'ssh' && !url.host.includes('.'))) {
    const last = repository.at(-1)?.replace(/\.git$/, '') ?? '';
    return isNameOf(last, into) || (names.length === 1 && /^[0-9a-f]{40}$/i.test(names[0] ?? ''));
  }
  const ours = url.path.toLowerCase().replace(SERVER_CLONE, '');
  if (
    repository
      .join('/')
      .toLowerCase()
      .replace(/\.git$/, '') !== ours
  )
    return false;
  // An ssh port and an ssh-only host name say nothing about the web pages.
  if (url.transport === 'ssh') return hostname(host) === url.host.replace(/^(?:alt)?ssh\./, '');
  return host === (url.port === null ? url.host : `${url.host}:${url.port}`);
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, '');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
