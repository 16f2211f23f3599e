import type { CommitOption, CommitOptions } from '../../chat/dialogs/prepare/options.ts';
import { line } from '../../chat/text/clean.ts';
import { plain } from '../../chat/text/render.ts';
import { subjectWords } from '../../chat/text/subjects.ts';
import { utc } from '../../chat/text/times.ts';
import type { EnvironmentView, References } from '../../chat/view-model.ts';
import type { Acceptance } from '../../domain/documents/environment.ts';
import { isWaiting } from '../../domain/documents/values/release.ts';
import { type EnvironmentId, environmentId, releaseName } from '../../domain/ids.ts';
import { duration } from '../../domain/time/duration.ts';
import { GitError } from '../../git/commands/git-error.ts';
import type { Commit } from '../../git/mirror/history.ts';
import type { Searched } from '../../git/mirror/search.ts';
import type { Mirror } from '../../git/mirror/types.ts';
import { readPasted } from '../../git/names/pasted.ts';
import { acceptancesIn } from '../commands/acceptances.ts';
import { referencesOf } from '../references/references.ts';
import type { Services } from '../services/services.ts';
import { type Followed, followedWords, type ProductSettings } from '../settings/settings.ts';
import { environmentView, productOf } from './views.ts';

type Sources = Pick<Services, 'settings' | 'store' | 'mirror' | 'now' | 'log' | 'pullRequests'>;

/** How many commits each part of the menu offers. */
const OFFERED = 40;

/** How many of the branch's newest commits are offered to somebody who has typed nothing. */
const NEWEST = 20;

/** Each part of a search ends after this time: Slack waits three seconds for the options. */
const SEARCH_MS = 1_800;

/** The options are complete after this time, whatever the forge has said by then. */
const WITHIN_MS = 2_000;

/** So much of a subject leaves room for its pull request beside it. */
const SUBJECT = 50;

/**
 * The commits that the menu offers for this environment. Nothing typed: those accepted below and not there yet, then the
 * newest of the branch. Else those that match; pasted links too. The repository is not contacted. Throws `NotConfigured`.
 */
export async function commitOptions(
  services: Sources,
  id: EnvironmentId,
  typed: string,
): Promise<CommitOptions> {
  const begun = services.now();
  const here = await environmentView(services, id);
  const product = productOf(services, here.policy.product);
  const accepted = await acceptedBelow(services, here);
  const wanted = line(typed, 200);
  const found =
    wanted === ''
      ? await proposed(services, product, here, accepted)
      : await matching(services, product, here, accepted, wanted);
  const left = Math.max(0, begun + WITHIN_MS - services.now());
  const all = found.groups.flatMap(({ commits }) => commits);
  const references = await referencesOf(services, product, all, left);
  const groups = found.groups.map(({ label, commits }) => ({
    label,
    commits: commits.map((commit) => withReferences(commit, references)),
  }));
  return { ...found, groups };
}

/** The option with the pull request that its commit came with. */
export function withReferences(option: CommitOption, references: References): CommitOption {
  const { sha, subject } = option;
  if (subject === null) return option;
  return { ...option, subject: plain(subjectWords({ sha, subject }, { references }, new Set(), SUBJECT)) };
}

/** Commits accepted below and not revoked, newest first, as far as git knows them. */
async function acceptedBelow(services: Sources, here: EnvironmentView): Promise<CommitOption[]> {
  const { product, below } = here.policy;
  if (below === null) return [];
  const { environment } = await environmentView(services, environmentId(product, below));
  const known = (await acceptancesIn(services, environment)).filter(({ revoked }) => revoked === null);
  const shas = known.slice(0, OFFERED).map(({ sha }) => sha);
  const commits = await orNone(services, () => services.mirror(product).known(shas));
  return known.slice(0, OFFERED).map((acceptance) => {
    const commit = commits.find(({ sha }) => sha === acceptance.sha);
    const is = acceptedWords(acceptance, services.now());
    const says = commit ? `${line(commit.author, 30)} · ${is}` : is;
    return { sha: acceptance.sha, subject: commit?.subject ?? null, says };
  });
}

function acceptedWords({ by, at, kind }: Acceptance, now: number): string {
  const who = by.kind === 'person' ? line(by.name, 30) : 'verification';
  return `${kind === 'adopted' ? 'adopted' : 'accepted'} ${duration(Math.max(0, now - at))} ago by ${who}`;
}

async function proposed(
  services: Sources,
  { name, branch }: ProductSettings,
  { environment, policy }: EnvironmentView,
  accepted: readonly CommitOption[],
): Promise<CommitOptions> {
  const mirror = services.mirror(name);
  const { deployed } = environment;
  const runs = deployed?.sha ?? null;
  const there = new Set(environment.open.filter(isWaiting).map(({ sha }) => sha));
  if (runs !== null) {
    const shas = accepted.map(({ sha }) => sha);
    for (const sha of await orNone(services, () => mirror.contained(runs, shas))) there.add(sha);
    there.add(runs);
  }
  const newest = await orNone(services, async () => {
    const head = await headOf(services, mirror, name, branch);
    return head === null ? [] : (await mirror.commits(runs, head, NEWEST)).commits;
  });
  const known = new Set(accepted.map(({ sha }) => sha));
  const others = newest.filter(({ sha }) => !there.has(sha) && !known.has(sha));
  const isAccepted = policy.below === null ? '' : `, not accepted in ${policy.below}`;
  return {
    groups: [
      { label: `Accepted in ${policy.below}`, commits: accepted.filter(({ sha }) => !there.has(sha)) },
      { label: `Newest in ${followedWords(branch)}${isAccepted}`, commits: others.map(plainOption) },
    ],
    rest: 'all',
  };
}

/** null: nothing was fetched yet, or no tag has moved since the start. */
async function headOf(
  { store }: Pick<Services, 'store'>,
  mirror: Mirror,
  product: string,
  followed: Followed,
): Promise<string | null> {
  if (typeof followed === 'string') return mirror.head(followed);
  return (await store.load('products', product))?.heads.at(-1)?.sha ?? null;
}

async function matching(
  services: Sources,
  product: ProductSettings,
  here: EnvironmentView,
  accepted: readonly CommitOption[],
  typed: string,
): Promise<CommitOptions> {
  const found = await search(services, product, typed);
  const named = new Map(found.names.map(({ sha, what, ref }) => [sha, `${what} ${line(ref, 40)}`]));
  const subjects = await orNone(services, () => services.mirror(product.name).known([...named.keys()]));
  const text = typed.toLowerCase();
  const isMeant = ({ sha, subject, says }: CommitOption) =>
    named.has(sha) ||
    sha.startsWith(text) ||
    `${subject ?? ''}\n${says}`.toLowerCase().includes(text) ||
    found.bySha.some((commit) => commit.sha === sha);
  const shown = (options: CommitOption[]) => options.map((option) => withStanding(option, here, named));
  const { bySha, byText, isSlow } = found;
  const isFull = [bySha, byText, found.names].some(({ length }) => length >= OFFERED);
  return {
    groups: [
      { label: `Accepted in ${here.policy.below}`, commits: shown(accepted.filter(isMeant)) },
      { label: 'Commits', commits: shown(bySha.map(plainOption)) },
      { label: 'Branches and tags', commits: shown(subjects.map(plainOption)) },
      { label: 'Messages and authors', commits: shown(byText.map(plainOption)) },
    ],
    rest: isSlow ? 'slow' : isFull ? 'more' : 'all',
  };
}

const NOTHING_FOUND: Searched = { bySha: [], names: [], byText: [], isSlow: false };

/** A link, or a name with something around it, means one commit; everything else is looked for as it is. */
async function search(services: Sources, product: ProductSettings, typed: string): Promise<Searched> {
  const mirror = services.mirror(product.name);
  try {
    for (const name of readPasted(typed, product).names) {
      const resolved = name === typed ? null : await mirror.resolve(name);
      if (resolved?.kind === 'found') return { ...NOTHING_FOUND, bySha: await mirror.known([resolved.sha]) };
    }
    return await mirror.search({ text: typed, limit: OFFERED, withinMs: SEARCH_MS });
  } catch (error) {
    return whenUnknown(services, error, NOTHING_FOUND);
  }
}

function plainOption({ sha, subject, author, at }: Commit): CommitOption {
  return { sha, subject, says: `${line(author, 30)} · ${utc(at).slice(0, 10)}` };
}

/** Adds the name by which it was found, and what keeps it from being prepared. */
function withStanding(
  option: CommitOption,
  { environment, policy }: EnvironmentView,
  named: ReadonlyMap<string, string>,
): CommitOption {
  const { sha } = option;
  const waits = environment.open.find((release) => isWaiting(release) && release.sha === sha);
  const parts = [
    ...(environment.deployed?.sha === sha ? [`runs in ${policy.name} now`] : []),
    ...(waits ? [`waits as ${releaseName(policy.name, waits.number)}`] : []),
    ...(named.has(sha) ? [named.get(sha)] : []),
    option.says,
  ];
  return { ...option, says: parts.join(' · ') };
}

/** Git that cannot answer offers nothing: what is offered is then shown without it. */
async function orNone<T>(services: Pick<Services, 'log'>, question: () => Promise<T[]>): Promise<T[]> {
  try {
    return await question();
  } catch (error) {
    return whenUnknown(services, error, []);
  }
}

function whenUnknown<T>({ log }: Pick<Services, 'log'>, error: unknown, instead: T): T {
  if (!(error instanceof GitError)) throw error;
  log.info({ err: error }, 'git could not answer; fewer commits are offered');
  return instead;
}
