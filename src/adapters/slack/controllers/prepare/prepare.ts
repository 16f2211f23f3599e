import { problemMessage } from '../../../../chat/answers/problems/problem.ts';
import type { PrepareModal } from '../../../../chat/dialogs/prepare/modal.ts';
import type { CommitOption, CommitOptions } from '../../../../chat/dialogs/prepare/options.ts';
import type { Preview } from '../../../../chat/dialogs/prepare/preview.ts';
import type { PrepareChoice, PrepareScope } from '../../../../chat/dialogs/prepare/state.ts';
import { inline } from '../../../../chat/text/inline.ts';
import { isWaiting } from '../../../../domain/documents/values/release.ts';
import { type EnvironmentId, environmentId, parseEnvironmentId } from '../../../../domain/ids.ts';
import { referencesOf } from '../../../../flow/references/references.ts';
import { barredFrom, type Requester } from '../../../../flow/requests/apply-human.ts';
import { newestBelow } from '../../../../flow/requests/find-commit.ts';
import { foreseePrepare } from '../../../../flow/requests/prepare.ts';
import type { ChatServices, Services } from '../../../../flow/services/services.ts';
import { findProduct, type ProductSettings } from '../../../../flow/settings/settings.ts';
import { commitLine } from '../../../../flow/views/git.ts';
import { foreseenView } from '../../../../flow/views/prepare.ts';
import { commitOptions, withReferences } from '../../../../flow/views/prepare-commits.ts';
import { emptyContext } from '../../../../flow/views/render-context.ts';
import { environmentView, productOf } from '../../../../flow/views/views.ts';
import { type Caller, productsOf, requesterOf } from '../caller.ts';
import { orError } from '../errors.ts';
import { refusalOf } from '../outcomes.ts';

/** What the dialog begins with. */
export interface PrepareWanted {
  /** The only product that it offers. Absent: those whose channel it is or, in another channel, all. */
  product?: string;
  /** Name of the environment; needs `product`. Absent: the lowest of the product that something can go to. */
  environment?: string;
  /** Full SHA; needs `environment`. Absent: the newest accepted below. */
  commit?: string;
}

/** Places, choice and scope of the dialog before its preview is read. */
export type PrepareForm = Omit<PrepareModal, 'preview'>;

/** What the dialog shows when it is opened. Throws what reading throws. */
export async function firstForm(
  services: ChatServices,
  caller: Caller,
  { product, environment, commit }: PrepareWanted,
): Promise<PrepareForm> {
  const scope = { ...(caller.channel === '' ? {} : { channel: caller.channel }), product };
  const places = await placesOf(services, scope);
  const [only] = places;
  const offers =
    product !== undefined && environment !== undefined ? environmentId(product, environment) : null;
  const id = offers ?? (only && places.length === 1 ? await likeliest(services, only) : null);
  return formOf(services, scope, places, { environment: id, sha: commit ?? null, note: null }, true);
}

/**
 * What the dialog shows after a choice in it. A commit that was proposed for another environment, or chosen in another
 * product, is replaced by what the chosen environment proposes. Throws what reading throws.
 */
export async function formAfter(
  services: ChatServices,
  scope: PrepareScope,
  choice: PrepareChoice,
): Promise<PrepareForm> {
  const { environment, before, sha } = choice;
  const isMoved = before !== environment;
  const isOther = isMoved && productIn(before) !== productIn(environment);
  const replaces = isMoved && (isOther || sha === null || sha === scope.proposed);
  const places = await placesOf(services, scope);
  const wanted = { environment, sha: replaces ? null : sha, note: null };
  return formOf(services, scope, places, wanted, replaces);
}

function productIn(id: EnvironmentId | null): string | null {
  return id && parseEnvironmentId(id).product;
}

async function formOf(
  services: ChatServices,
  scope: PrepareScope,
  places: PrepareModal['places'],
  wanted: Pick<PrepareChoice, 'environment' | 'sha' | 'note'>,
  proposes: boolean,
): Promise<PrepareForm> {
  const { note } = wanted;
  const isOffered = places.some(({ product, environments }) =>
    environments.some((name) => environmentId(product, name) === wanted.environment),
  );
  const environment = isOffered ? wanted.environment : null;
  if (environment === null) return { places, environment, commit: null, note, scope };
  const found =
    wanted.sha === null && proposes
      ? await newestBelow(services, parseEnvironmentId(environment).product, environment)
      : null;
  const sha = found?.kind === 'found' ? found.sha : wanted.sha;
  const proposed = proposes ? (sha ?? undefined) : scope.proposed;
  const commit = sha === null ? null : await described(services, environment, sha);
  return { places, environment, commit, note, scope: { ...scope, proposed } };
}

async function described(
  services: Pick<Services, 'settings' | 'mirror' | 'log' | 'pullRequests'>,
  environment: EnvironmentId,
  sha: string,
): Promise<CommitOption> {
  const { product } = parseEnvironmentId(environment);
  const commit = await commitLine(services, product, sha);
  const option = { sha, subject: commit?.subject ?? null, says: '' };
  return withReferences(option, await referencesOf(services, productOf(services, product), [option]));
}

/** The approval environments to choose from, by product. */
async function placesOf(
  services: ChatServices,
  { channel, product }: PrepareScope,
): Promise<PrepareModal['places']> {
  const { products } = services.settings;
  const here = product === undefined && channel !== undefined ? await productsOf(services, channel) : [];
  const shown =
    product === undefined ? (here.length > 0 ? here : products.map(({ name }) => name)) : [product];
  return shown
    .flatMap((name) => findProduct(services.settings, name) ?? [])
    .map((settings) => ({ product: settings.name, environments: approvalEnvironments(settings) }))
    .filter(({ environments }) => environments.length > 0);
}

/** Names of the environments for which people prepare releases, lowest first. */
export function approvalEnvironments({ environments }: ProductSettings): string[] {
  return environments.filter(({ policy }) => policy.mode === 'approval').map(({ policy }) => policy.name);
}

/** The lowest environment that something accepted below neither runs in nor waits for; else the lowest. */
async function likeliest(
  services: Pick<Services, 'settings' | 'store'>,
  { product, environments }: PrepareModal['places'][number],
): Promise<EnvironmentId | null> {
  const ids = environments.map((name) => environmentId(product, name));
  for (const id of ids) {
    const { environment } = await environmentView(services, id);
    const found = await newestBelow(services, product, id);
    if (found.kind !== 'found') continue;
    const isThere = environment.deployed?.sha === found.sha;
    if (!isThere && !environment.open.some((open) => isWaiting(open) && open.sha === found.sha)) return id;
  }
  return ids[0] ?? null;
}

/** What submitting the form would come to now. Never throws. */
export async function previewOf(
  services: ChatServices,
  caller: Caller,
  { places, environment, commit }: PrepareForm,
): Promise<Preview> {
  if (places.length === 0) {
    return words('Nothing can be prepared here: no environment is deployed to with approvals.');
  }
  if (environment === null) return words('Choose an environment. Then you see here what would happen.');
  const previewed = await orError(services, async (): Promise<Preview> => {
    const asker = { ...(await requesterOf(services, caller)), id: services.newId() };
    return commit === null
      ? withoutCommit(services, asker, environment)
      : ofCommit(services, asker, environment, commit.sha);
  });
  return 'kind' in previewed ? previewed : { kind: 'answer', message: previewed };
}

async function ofCommit(
  services: ChatServices,
  asker: Requester,
  id: EnvironmentId,
  sha: string,
): Promise<Preview> {
  const asked = { kind: 'prepare', ...parseEnvironmentId(id), commit: sha, note: null } as const;
  const foreseen = await foreseePrepare(services, asker, asked);
  if (foreseen.kind === 'refused') {
    return { kind: 'answer', message: await refusalOf(services, asker, foreseen.outcome) };
  }
  const { release, warnings } = foreseen.outcome;
  const view = await foreseenView(services, foreseen.here, { release, warnings, asker: asker.actor });
  if (view === null) throw new TypeError(`${id} would have no release ${release}`);
  return { kind: 'release', foreseen: view };
}

async function withoutCommit(services: ChatServices, asker: Requester, id: EnvironmentId): Promise<Preview> {
  const barred = await barredFrom(services, id, 'prepare', asker);
  if (barred) return { kind: 'answer', message: await refusalOf(services, asker, barred) };
  const found = await newestBelow(services, parseEnvironmentId(id).product, id);
  const isEmpty = found.kind === 'problem' && found.problem.kind === 'nothingAccepted' && found.problem.below;
  if (isEmpty) return { kind: 'answer', message: problemMessage(found.problem, emptyContext(services)) };
  return words('Choose a commit. Then you see here what would happen.');
}

/**
 * The commits that the menu offers for what was typed. Nobody's commits are looked for who may not prepare one (RULES 32).
 * Throws what reading throws.
 */
export async function offeredCommits(
  services: ChatServices,
  caller: Caller,
  environment: EnvironmentId,
  typed: string,
): Promise<CommitOptions> {
  const barred = await barredFrom(services, environment, 'prepare', await requesterOf(services, caller));
  return barred === null ? commitOptions(services, environment, typed) : { groups: [], rest: 'all' };
}

function words(text: string): Preview {
  return { kind: 'words', words: inline`${text}` };
}
