import type { HelpView } from '../../chat/answers/help/help.ts';
import { type HistoryView, PAGE } from '../../chat/answers/history.ts';
import { type DiffModal, LOG_LINES, type LogModal } from '../../chat/dialogs/diff-and-log.ts';
import { noLog } from '../../chat/text/elsewhere.ts';
import { inline } from '../../chat/text/inline.ts';
import type { EnvironmentView } from '../../chat/view-model.ts';
import { type BuildStep, lastStep } from '../../domain/documents/values/build/run.ts';
import { goesByPeople, type Release } from '../../domain/documents/values/release.ts';
import { buildId, type EnvironmentId, environmentId, releaseId, shortSha } from '../../domain/ids.ts';
import type { Person } from '../../domain/people/people.ts';
import { askerFor } from '../home/asker.ts';
import { referencesOf } from '../references/references.ts';
import { NotConfigured } from '../services/errors.ts';
import { attemptLog, buildLog } from '../services/paths.ts';
import type { Services, ViewServices } from '../services/services.ts';
import { findEnvironment, KEEP, type ProductSettings } from '../settings/settings.ts';
import { commitLines, range } from './git.ts';
import { releaseOf, renderContext } from './render-context.ts';
import { environmentView } from './views.ts';

/** Commits read for a diff (CARDS §4). */
const DIFF_COMMITS = 200;

/** What deploying `sha` over `against` adds and removes. `against` null: nothing runs there. `id`: of the environment. */
export async function diffView(
  services: ViewServices,
  id: EnvironmentId,
  sha: string,
  against: string | null,
): Promise<DiffModal> {
  const configured = findEnvironment(services.settings, id);
  if (!configured) throw new NotConfigured(id);
  const { product } = configured;
  const here = await environmentView(services, id);
  const adds = against === null ? null : await range(services, product.name, against, sha, DIFF_COMMITS);
  const removes = against === null ? null : await range(services, product.name, sha, against, DIFF_COMMITS);
  const shown = [...(removes?.commits ?? []), ...(adds?.commits ?? [])];
  const references = await referencesOf(services, product, shown);
  const context = { ...(await renderContext(services, product, [here], [])), references };
  const { current, deployed } = here.environment;
  const drift = against === deployed?.sha ? current?.drift : undefined;
  return { environment: id, sha, against, adds, removes, drift, context };
}

/** A page of releases, open ones included, from number `from` downwards; null: from the newest. */
export async function historyView(
  services: ViewServices,
  product: ProductSettings,
  id: EnvironmentId,
  from: number | null,
): Promise<HistoryView> {
  const here = await environmentView(services, id);
  const { environment } = here;
  const before = from === null ? null : from + 1;
  const kept = await services.store.releases(id, before, PAGE);
  const all = new Map(kept.map(({ release }) => [release.number, release]));
  // The document's state takes precedence over the history's.
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
  const commits = await commitLines(services, product.name, [...new Set(releases.map(({ sha }) => sha))]);
  return {
    ...(await renderContext(services, product, [here], ids)),
    references: await referencesOf(services, product, releases),
    here,
    releases,
    commits: Object.fromEntries(commits.map((commit) => [commit.sha, commit])),
  };
}

/** The end of a log, with the log's name. */
export interface LogEnd extends LogModal {
  name: string;
}

/**
 * The ends of the logs of a release's newest deploy and of the verification after it or, before any deploy, those of its build;
 * in order of time. Empty: nothing has run yet.
 */
export async function releaseLogs(
  services: Pick<Services, 'settings' | 'store' | 'logs' | 'now'>,
  id: EnvironmentId,
  release: Release,
): Promise<LogEnd[]> {
  const { environment } = await environmentView(services, id);
  const deploy = release.attempts.findLast(({ step }) => step === 'deploy');
  const verification = release.attempts.findLast(({ step }) => step === 'verify');
  // An older verification belongs to an older deploy.
  const isOfIt = verification !== undefined && verification.number > (deploy?.number ?? 0);
  const shown = [...(deploy ? [deploy] : []), ...(isOfIt ? [verification] : [])];
  if (shown.length === 0) return buildLogs(services, environment.product, release.sha);
  return await Promise.all(
    shown.map(async (attempt) => {
      const { step, number } = attempt;
      const [what, where] = step === 'deploy' ? ['Deploy', 'to'] : ['Verification', 'in'];
      const title = `${what} of ${shortSha(release.sha)} ${where} ${id}`;
      const nothing = isLogOld(services, attempt) ? OLD_LOG : noLog(attempt);
      return { ...(await logEnd(services, title, attemptLog(id, number))), nothing };
    }),
  );
}

/** The ends of the logs of a build's newest attempt: of the build command and, if it was reached, of the test command. */
export async function buildLogs(
  services: Pick<Services, 'settings' | 'store' | 'logs' | 'now'>,
  product: string,
  sha: string,
): Promise<LogEnd[]> {
  const found = await services.store.load('builds', buildId(product, sha));
  const attempt = found?.attempt;
  // The logs of checks are where they run.
  if (!attempt || found.checks) return [];
  const name = (step: BuildStep) => buildLog(product, sha, attempt.number, step);
  const old = isLogOld(services, attempt) ? { nothing: OLD_LOG } : {};
  const end = async (what: string, step: BuildStep): Promise<LogEnd> => ({
    ...(await logEnd(services, `${what} of ${shortSha(sha)} for ${product}`, name(step))),
    ...old,
  });
  const build = await end('Build', 'build');
  if (lastStep(attempt) !== 'test') return [build];
  const test = await end('Test', 'test');
  // Without a build command there is only a test.
  return build.lines.length === 0 && test.lines.length > 0 ? [test] : [build, test];
}

/** Said where there is no line in a log that is older than logs are kept. */
const OLD_LOG = inline`This log is older than logs are kept.`;

function isLogOld(
  { settings, now }: Pick<Services, 'settings' | 'now'>,
  { endedAt }: { endedAt: number | null },
): boolean {
  return endedAt !== null && endedAt < now() - (settings.keep ?? KEEP).logsMs;
}

async function logEnd(services: Pick<Services, 'logs'>, title: string, name: string): Promise<LogEnd> {
  return { title, name, ...(await services.logs.tail(name, LOG_LINES)) };
}

/** The release with this number or, without a number, the one last begun or requested. `release` null: there is none. */
export async function releaseToShow(
  services: Pick<Services, 'settings' | 'store'>,
  id: EnvironmentId,
  number: number | null,
): Promise<{ number: number; release: Release | null }> {
  const { environment } = await environmentView(services, id);
  const shown = number ?? environment.desired?.release ?? environment.releases;
  return { number: shown, release: shown === 0 ? null : await releaseOf(services, environment, shown) };
}

/** What `help` is made from. `product` null: there are several, and none was chosen. */
export async function helpView(
  services: ViewServices,
  product: ProductSettings | null,
  person: Person,
): Promise<HelpView> {
  if (product === null) {
    return { product, person, environments: [], now: services.now(), names: {}, commitUrl: null, cards: {} };
  }
  const environments = await Promise.all(
    product.environments.map(({ policy }) =>
      environmentView(services, environmentId(product.name, policy.name)),
    ),
  );
  const open = environments.flatMap(({ environment }) =>
    environment.open.filter(goesByPeople).map(({ number }) => releaseId(environment.id, number)),
  );
  const context = await renderContext(services, product, environments, open, { members: true });
  const authors = await authorsOf(services, person, environments);
  return { ...context, product: product.name, person, environments, authors };
}

/** Whether the person wrote a part of each release that its authors may not approve, by its id. */
async function authorsOf(
  services: ViewServices,
  person: Person,
  environments: readonly EnvironmentView[],
): Promise<HelpView['authors'] & object> {
  const all = environments.flatMap((here) => here.environment.open.map((release) => ({ here, release })));
  const found = await Promise.all(
    all.map(async ({ here, release }) => {
      const { authors } = await askerFor(services, person, [], here, release);
      return authors ? [[releaseId(here.environment.id, release.number), authors] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}
