import { PRODUCTS_A_PAGE } from '../../chat/home/board.ts';
import { waitsForReader } from '../../chat/home/releases.ts';
import { matches } from '../../chat/home/search.ts';
import type {
  EnvironmentView,
  HomeProduct,
  HomeView,
  ReleaseView,
  WantedLock,
} from '../../chat/view-model.ts';
import type { Profile } from '../../domain/documents/profile.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { DIRECT_KINDS, type DirectKind, wants } from '../../domain/documents/values/switches.ts';
import { releaseRefusal } from '../../domain/eligibility/release.ts';
import { environmentId } from '../../domain/ids.ts';
import { type GroupMembers, isAmong } from '../../domain/people/groups.ts';
import { type Person, samePerson } from '../../domain/people/people.ts';
import type { MemberInfo } from '../../ports/chat.ts';
import type { ViewServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { behind } from '../views/git.ts';
import { environmentView, releaseView } from '../views/views.ts';
import { type Addressed, askerFor, groupsOf } from './asker.ts';

/** How many releases that wait for the reader, and how many of their own, are read whole. */
const READ_WHOLE = 12;

/** A product of the reader’s, with its environments as they were read just now, lowest first. */
export interface Known {
  product: ProductSettings;
  environments: EnvironmentView[];
}

/** Reads the environments of these products. */
export function readProducts(
  services: Pick<ViewServices, 'settings' | 'store'>,
  products: readonly ProductSettings[],
): Promise<Known[]> {
  return Promise.all(
    products.map(async (product) => ({
      product,
      environments: await Promise.all(
        product.environments.map(({ policy }) =>
          environmentView(services, environmentId(product.name, policy.name)),
        ),
      ),
    })),
  );
}

/** Everything that the Home tab of this person is drawn from. `complete`: as in `HomeView`; `strict`: as for `groupsOf`. */
export async function readHome(
  services: ViewServices,
  reader: MemberInfo,
  profile: Profile,
  { known, complete, strict }: { known: readonly Known[]; complete: boolean; strict: boolean },
): Promise<HomeView> {
  const { id, name, member } = reader;
  const person: Addressed = { kind: 'person', id, name, member, email: reader.email };
  const search = profile.home?.search ?? '';
  const found = inOrder(known, profile.touched).filter(({ product }) => matches(product, search));
  const pages = Math.max(1, Math.ceil(found.length / PRODUCTS_A_PAGE));
  const page = Math.min(profile.home?.page ?? 0, pages - 1);
  const shown = found.slice(page * PRODUCTS_A_PAGE, (page + 1) * PRODUCTS_A_PAGE);
  const waiting = await readWaiting(services, person, known, strict);
  const own = await readOwn(services, person, known, waiting.views, strict);
  return {
    now: services.now(),
    waiting: waiting.views,
    moreWaiting: waiting.more,
    locks: wantedLocks(person, known),
    releases: own.views,
    moreReleases: own.more,
    board: await Promise.all(shown.map((each) => boardOf(services, each))),
    page,
    pages,
    search,
    products: known.length,
    switches: switchesOf(profile),
    complete,
  };
}

function switchesOf({ switches }: Profile): Record<DirectKind, boolean> {
  const all = DIRECT_KINDS.map((kind) => [kind, wants(switches, kind)] as const);
  return Object.fromEntries(all) as Record<DirectKind, boolean>;
}

/** Those that the reader touched last come first, the others as they are configured. */
function inOrder(known: readonly Known[], touched: readonly string[]): Known[] {
  const rank = ({ product }: Known) => {
    const at = touched.indexOf(product.name);
    return at < 0 ? touched.length : at;
  };
  return known.toSorted((a, b) => rank(a) - rank(b));
}

/** A release and what is known of the person with respect to it. */
interface Candidate {
  here: EnvironmentView;
  release: Release;
  groups: readonly GroupMembers[];
  /** They are named for it, and not only one of all members. */
  named: boolean;
}

async function readWaiting(
  services: ViewServices,
  person: Addressed,
  known: readonly Known[],
  strict: boolean,
): Promise<{ views: ReleaseView[]; more: number }> {
  const candidates: Candidate[] = [];
  for (const { product, environments } of known) {
    if (environments.every(({ environment }) => environment.open.length === 0)) continue;
    const groups = await groupsOf(services, product, strict);
    for (const here of environments) {
      for (const release of here.environment.open) {
        if (!mayConcern(here, release, person, groups, services.now())) continue;
        candidates.push({ here, release, groups, named: isNamed(here, release, person, groups) });
      }
    }
  }
  candidates.sort(
    (a, b) => Number(b.named) - Number(a.named) || a.release.requestedAt - b.release.requestedAt,
  );
  const read = await readWhole(services, person, candidates.slice(0, READ_WHOLE));
  return { views: read.filter(waitsForReader), more: Math.max(0, candidates.length - READ_WHOLE) };
}

/** Whether the person could bring the release on, as far as is known without git and other documents. */
function mayConcern(
  here: EnvironmentView,
  release: Release,
  person: Person,
  groups: readonly GroupMembers[],
  now: number,
): boolean {
  const facts = { ...here, now, order: null, acceptances: [] };
  const asker = { person, groups, authors: null };
  switch (release.status) {
    case 'prepared':
      return releaseRefusal('approve', facts, release, asker) === null;
    case 'testing':
      return releaseRefusal('accept', facts, release, asker) === null;
    case 'approved':
      return samePerson(release.requestedBy, person);
    default:
      return false;
  }
}

function isNamed(
  { policy }: EnvironmentView,
  release: Release,
  person: Person,
  groups: readonly GroupMembers[],
): boolean {
  const lists =
    release.status === 'testing' ? [policy.acceptFrom] : policy.approvals.rules.map(({ from }) => from);
  const named = lists.some((from) => from !== null && isAmong(from, person.id, groups));
  return named || samePerson(release.requestedBy, person);
}

async function readOwn(
  services: ViewServices,
  person: Addressed,
  known: readonly Known[],
  waiting: readonly ReleaseView[],
  strict: boolean,
): Promise<{ views: ReleaseView[]; more: number }> {
  const shown = new Set(waiting.map(({ release }) => release.card));
  const candidates: Candidate[] = [];
  for (const { product, environments } of known) {
    const own = environments.flatMap((here) =>
      here.environment.open
        .filter(({ requestedBy, deployer }) =>
          [requestedBy, deployer].some((actor) => actor && samePerson(actor, person)),
        )
        .filter(({ card }) => !shown.has(card))
        .map((release) => ({ here, release })),
    );
    const groups = own.length > 0 ? await groupsOf(services, product, strict) : [];
    candidates.push(...own.map((each) => ({ ...each, groups, named: true })));
  }
  candidates.sort((a, b) => b.release.requestedAt - a.release.requestedAt);
  const views = await readWhole(services, person, candidates.slice(0, READ_WHOLE));
  return { views, more: Math.max(0, candidates.length - READ_WHOLE) };
}

async function readWhole(
  services: ViewServices,
  person: Addressed,
  candidates: readonly Candidate[],
): Promise<ReleaseView[]> {
  const views: ReleaseView[] = [];
  for (const { here, release, groups } of candidates) {
    const view = await releaseView(services, here.environment.id, release.number);
    if (!view) continue;
    const by = await askerFor(services, person, groups, view.here, view.release);
    views.push({ ...view, by });
  }
  return views;
}

/** The lock of all environments is in each of them; it is named once, for the product. */
function wantedLocks(person: Person, known: readonly Known[]): WantedLock[] {
  return known.flatMap(({ product, environments }) => {
    const own = environments.map(({ environment }) => ({
      place: environment.id as string,
      lock: environment.lock,
    }));
    const ofAll = environments
      .map(({ environment }) => environment.productLock)
      .find((lock) => lock !== null);
    return [...own, { place: product.name, lock: ofAll ?? null }].flatMap(({ place, lock }) =>
      lock && samePerson(lock.owner, person) && lock.askedBy.length > 0 ? [{ place, lock }] : [],
    );
  });
}

async function boardOf(
  services: Pick<ViewServices, 'mirror' | 'log' | 'now'>,
  { product, environments }: Known,
): Promise<HomeProduct> {
  const { name, channel, commitUrl } = product;
  const rows: HomeProduct['environments'] = [];
  let accepted: string | undefined;
  for (const here of environments) {
    const runs = here.environment.deployed?.sha;
    const far = here.policy.below === null ? null : await behind(services, name, runs, accepted);
    rows.push({ ...here, behind: far });
    accepted = here.environment.accepted?.sha;
  }
  const context = { now: services.now(), names: {}, commitUrl, cards: {} };
  return { product: name, channel, context, environments: rows };
}
