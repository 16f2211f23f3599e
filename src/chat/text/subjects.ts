import type { CommitLine, PullLinks, References, RenderContext } from '../view-model.ts';
import { type Inline, type InlineNode, inline } from './inline.ts';
import { linked, type Span, searchable } from './spans.ts';

/** Numbers of the pull requests whose title a list of commits has shown. */
export type Told = Set<number>;

/** Maximum length of a title that stands beside a subject. */
const TITLE_MAX = 60;

/** Subjects that forges write when a pull request is merged, or its commits are squashed; its number, where they say it. */
const WRITTEN: Record<PullLinks['sign'], readonly RegExp[]> = {
  '#': [
    // GitHub and Bitbucket Data Center; Gitea, with the title between.
    /^Merge pull request (?:'.*' \()?#(?<number>\d{1,9})(?!\d)/,
    // Bitbucket Cloud.
    /^Merged in .* \(pull request #(?<number>\d{1,9})\)$/,
    // Bitbucket Data Center.
    /^Pull request #(?<number>\d{1,9}): /,
    // GitHub and Gitea, squashed.
    /\(#(?<number>\d{1,9})\)$/,
  ],
  '!': [/\(!(?<number>\d{1,9})\)$/],
};

/** Subjects of merges that say less than the title of the pull request; GitLab's has no number. */
const MERGES = [
  /^Merge pull request /,
  /^Merged in .* \(pull request #\d{1,9}\)$/,
  /^Merge branch '.+' into '.+'$/,
];

/**
 * A commit's subject, cut, with what it refers to linked, and with the pull request that it came with. The subject of a merge
 * is replaced by the title. `told`: of the list that the commit is in; a title is said once in it.
 */
export function subjectWords(
  { sha, subject }: Pick<CommitLine, 'sha' | 'subject'>,
  { references }: Pick<RenderContext, 'references'>,
  told: Told,
  max = 80,
): Inline {
  const written = searchable(subject);
  if (references === undefined) return linked(written, max, []).words;
  const { pulls, pullLinks, tickets } = references;
  const sign = pullLinks?.sign ?? '#';
  const pull = pullOf(sha, written, pulls, sign);
  const find = (text: string) => tickets?.find(text) ?? [];
  if (!pull) return linked(written, max, find(written)).words;
  const title = pull.title === null ? '' : searchable(pull.title);
  const isReplaced = title !== '' && MERGES.some((pattern) => pattern.test(written));
  const text = isReplaced ? title : written;
  const name = `${sign}${pull.number}`;
  const url = pull.url ?? pullLinks?.url.replaceAll('{number}', String(pull.number)) ?? null;
  const own = spanOf(text, name, url);
  const { words, shown } = linked(text, max, own ? [own, ...find(text)] : find(text));
  const isTold = title === '' || isReplaced || told.has(pull.number) || saysTitle(written, title);
  told.add(pull.number);
  // What only the subject names adds nothing to it.
  if (own && shown.includes(own)) return words;
  const link: InlineNode = url === null ? { kind: 'text', text: name } : { kind: 'link', text: name, url };
  if (isTold) return inline`${words} (${link})`;
  // Often the same ones, and a card has room for some links.
  const others = shown.length > 0 ? [] : find(title);
  return inline`${words} (${link} ${linked(title, TITLE_MAX, others).words})`;
}

/** The pull request that the subject names, else the first that the forge says. */
function pullOf(
  sha: string,
  subject: string,
  pulls: References['pulls'],
  sign: PullLinks['sign'],
): { number: number; title: string | null; url: string | null } | null {
  const known = (Object.hasOwn(pulls, sha) && pulls[sha]) || [];
  const named = WRITTEN[sign]
    .map((pattern) => pattern.exec(subject)?.groups?.number)
    .find((digits) => digits !== undefined);
  if (named === undefined) return known.toSorted((a, b) => a.number - b.number)[0] ?? null;
  const number = Number(named);
  return known.find((pull) => pull.number === number) ?? { number, title: null, url: null };
}

/** Where the text names the pull request: the last time, as forges append it. */
function spanOf(text: string, name: string, url: string | null): Span | null {
  const start = text.lastIndexOf(name);
  const end = start + name.length;
  const isWord = /^(?:$|[^\p{L}\p{N}])/u;
  const before = [...text.slice(0, Math.max(0, start))].at(-1) ?? '';
  return start >= 0 && isWord.test(before) && isWord.test(text.slice(end)) ? { start, end, url } : null;
}

function saysTitle(subject: string, title: string): boolean {
  return subject.toLowerCase().includes(title.toLowerCase());
}
