import type { HelpView } from '../chat/help.ts';
import { type HistoryView, PAGE } from '../chat/history.ts';
import type { DiffModal, LogModal } from '../chat/showing.ts';
import { buildId, environmentId, releaseId, short } from '../domain/names.ts';
import type { Person } from '../domain/people.ts';
import { goesByPeople, type Release } from '../domain/release.ts';
import { range } from './ask-git.ts';
import type { ChatParts, Parts } from './parts.ts';
import { NotConfigured } from './parts.ts';
import { attemptLog, buildLog } from './paths.ts';
import { findEnvironment, type ProductSettings } from './settings.ts';
import { releaseOf, surroundings } from './surroundings.ts';
import { environmentView } from './views.ts';

/** Commits read for a diff (CARDS §4). */
const DIFF_COMMITS = 200;

/** Lines of Show Log (CARDS §4). */
const LOG_LINES = 40;

/** What deploying `sha` over `against` adds and removes; null: nothing runs there. `id`: of the environment. */
export async function diffView(
  parts: ChatParts,
  id: string,
  sha: string,
  against: string | null,
): Promise<DiffModal> {
  const configured = findEnvironment(parts.settings, id);
  if (!configured) throw new NotConfigured(id);
  const { product } = configured;
  const here = await environmentView(parts, id);
  return {
    environment: id,
    sha,
    against,
    adds: against === null ? null : await range(parts, product.name, against, sha, DIFF_COMMITS),
    removes: against === null ? null : await range(parts, product.name, sha, against, DIFF_COMMITS),
    surroundings: await surroundings(parts, product, [here], []),
  };
}

/** A page of releases, open ones included, from number `from` down; null: from the newest. */
export async function historyView(
  parts: ChatParts,
  product: ProductSettings,
  id: string,
  from: number | null,
): Promise<HistoryView> {
  const here = await environmentView(parts, id);
  const { environment } = here;
  const before = from === null ? null : from + 1;
  const kept = await parts.store.releases(id, before, PAGE);
  const all = new Map(kept.map(({ release }) => [release.number, release]));
  // The document's word holds over the history's.
  for (const release of [...environment.ended.map((entry) => entry.release), ...environment.open]) {
    if (from === null || release.number <= from) all.set(release.number, release);
  }
  const releases = [...all.values()].toSorted((a, b) => b.number - a.number).slice(0, PAGE);
  const links = releases.flatMap(({ number, revoked, end }) => [
    number,
    ...(revoked?.release ? [revoked.release] : []),
    ...(end?.cause ? [end.cause.release] : []),
  ]);
  const ids = [...new Set(links)].map((number) => releaseId(id, number));
  return { ...(await surroundings(parts, product, [here], ids)), here, releases };
}

/** The end of a log, and its name. */
export interface LogEnd extends LogModal {
  name: string;
}

/** The end of the log of a release's newest attempt or, before there is one, of its build; null: nothing has run yet. */
export async function releaseLog(parts: Parts, id: string, release: Release): Promise<LogEnd | null> {
  const { environment } = await environmentView(parts, id);
  const attempt = release.attempts.at(-1);
  if (!attempt) return buildLogEnd(parts, environment.product, release.sha);
  const [what, where] = attempt.step === 'deploy' ? ['Deploy', 'to'] : ['Check', 'in'];
  const name = attemptLog(id, attempt.number);
  const title = `${what} of ${short(release.sha)} ${where} ${id}`;
  return { title, name, ...(await parts.logs.tail(name, LOG_LINES)) };
}

/** The same of a build's newest attempt. */
export async function buildLogEnd(parts: Parts, product: string, sha: string): Promise<LogEnd | null> {
  const build = await parts.store.load('builds', buildId(product, sha));
  if (!build?.attempt) return null;
  const name = buildLog(product, sha, build.attempt.number);
  const title = `Build of ${short(sha)} for ${product}`;
  return { title, name, ...(await parts.logs.tail(name, LOG_LINES)) };
}

/** The release with this number or, without one, the one last begun or asked for; null: there is none. */
export async function releaseToShow(
  parts: Parts,
  id: string,
  number: number | null,
): Promise<{ number: number; release: Release | null }> {
  const { environment } = await environmentView(parts, id);
  const shown = number ?? environment.desired?.release ?? environment.releases;
  return { number: shown, release: shown === 0 ? null : await releaseOf(parts, environment, shown) };
}

/** What `help` is made from; product null: several, none chosen. */
export async function helpView(
  parts: ChatParts,
  product: ProductSettings | null,
  person: Person,
): Promise<HelpView> {
  if (product === null) {
    return { product, person, environments: [], now: parts.now(), names: {}, commitUrl: null, cards: {} };
  }
  const environments = await Promise.all(
    product.environments.map(({ policy }) =>
      environmentView(parts, environmentId(product.name, policy.name)),
    ),
  );
  const open = environments.flatMap(({ environment }) =>
    environment.open.filter(goesByPeople).map(({ number }) => releaseId(environment.id, number)),
  );
  const around = await surroundings(parts, product, environments, open, { members: true });
  return { ...around, product: product.name, person, environments };
}
