import type { Asked } from '../chat/asked.ts';
import { awaiting } from '../chat/offers.ts';
import type { Problem } from '../chat/problems.ts';
import type { ReleaseVerb } from '../chat/verbs.ts';
import type { EnvironmentView, ReleaseView } from '../chat/view.ts';
import type { HumanCommand } from '../domain/commands.ts';
import { buildId, environmentId } from '../domain/names.ts';
import type { Person } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Release } from '../domain/release.ts';
import { GitError } from '../git/git-error.ts';
import { apply } from './apply.ts';
import { NotConfigured, type Parts } from './parts.ts';
import { findEnvironment, findProduct } from './settings.ts';
import { commitLine, environmentView, releaseView } from './views.ts';

/** What a person's request came to, with what the answer needs. */
export type AskOutcome =
  | { kind: 'accepted'; command: HumanCommand['type']; environment: string; release: number }
  | {
      kind: 'refused';
      refusal: Refusal;
      here: EnvironmentView;
      below: EnvironmentView | null;
      release: Release | null;
    }
  | { kind: 'problem'; problem: Problem };

/** A request that changes something. */
export type Change = Exclude<Asked, { kind: 'status' | 'help' }>;

/** Who asks, and the id under which it settles once, however often it is heard. */
export interface Asker {
  id: string;
  actor: Person;
}

/**
 * Does what a person asked for in words: finds the commit or the release that is meant, and applies one command.
 * Throws `GitError` when the repository must be asked and cannot be, `StoreError` when it is not known whether the
 * command was settled; nothing was changed otherwise.
 */
export async function ask(parts: Parts, asker: Asker, asked: Change): Promise<AskOutcome> {
  switch (asked.kind) {
    case 'prepare':
      return askToPrepare(parts, asker, asked);
    case 'promote':
      return askToPromote(parts, asker, asked);
    case 'rollback':
      return askToRollBack(parts, asker, asked);
    default:
      return askOfRelease(parts, asker, asked);
  }
}

async function askToPromote(
  parts: Parts,
  asker: Asker,
  asked: Extract<Asked, { kind: 'promote' }>,
): Promise<AskOutcome> {
  const { product, environment, note } = asked;
  const { policy } = await environmentView(parts, environmentId(product, environment));
  if (!policy.above) {
    const environments = findProduct(parts.settings, product)?.environments.map((known) => known.policy.name);
    return {
      kind: 'problem',
      problem: { kind: 'nothingAbove', product, environment, environments: environments ?? [] },
    };
  }
  return askToPrepare(parts, asker, {
    kind: 'prepare',
    product,
    environment: policy.above.name,
    commit: null,
    note,
  });
}

async function askToPrepare(
  parts: Parts,
  asker: Asker,
  asked: Extract<Asked, { kind: 'prepare' }>,
): Promise<AskOutcome> {
  const id = environmentId(asked.product, asked.environment);
  const found =
    asked.commit === null
      ? await newestBelow(parts, asked.product, id)
      : await findCommit(parts, asked.product, asked.commit, asked);
  if (found.kind === 'problem') return found;
  await parts.mirror(asked.product).pin(found.sha);
  return applyHuman(parts, id, {
    ...asker,
    type: 'prepare',
    sha: found.sha,
    ref: found.ref,
    note: asked.note,
  });
}

type Found = { kind: 'found'; sha: string; ref: string | null } | { kind: 'problem'; problem: Problem };

/** Left out, a commit is the newest accepted below; in the lowest environment, the head of the branch. */
async function newestBelow(parts: Parts, productName: string, id: string): Promise<Found> {
  const here = await environmentView(parts, id);
  if (here.policy.below === null) {
    const product = findProduct(parts.settings, productName);
    const sha = product ? await parts.mirror(productName).head(product.branch) : null;
    if (product && sha) return { kind: 'found', sha, ref: product.branch };
    return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below: null } };
  }
  const below = await environmentView(parts, environmentId(productName, here.policy.below));
  const { accepted } = below.environment;
  if (accepted) return { kind: 'found', sha: accepted.sha, ref: accepted.ref };
  return { kind: 'problem', problem: { kind: 'nothingAccepted', here, below } };
}

/** One commit for what a person typed. What is not known yet is fetched once. */
async function findCommit(parts: Parts, product: string, typed: string, asked: Asked): Promise<Found> {
  const mirror = parts.mirror(product);
  let resolved = await resolveIfFetched(parts, product, typed);
  if (resolved === null || resolved.kind === 'unknown') {
    await mirror.fetch();
    resolved = await mirror.resolve(typed);
  }
  switch (resolved.kind) {
    case 'found':
      return resolved;
    case 'invalid':
      return { kind: 'problem', problem: { kind: 'invalidCommit', typed } };
    case 'unknown':
      return {
        kind: 'problem',
        problem: {
          kind: 'unknownCommit',
          product,
          typed,
          fetchedAt: parts.now(),
          suggestions: resolved.suggestions.map((ref) => ({ ref, what: 'branch' as const })),
          asked,
        },
      };
    case 'ambiguous': {
      const lines = await Promise.all(resolved.candidates.map(({ sha }) => commitLine(parts, product, sha)));
      const candidates = resolved.candidates.map(
        ({ sha, subject }, index) => lines[index] ?? { sha, subject, author: '' },
      );
      return {
        kind: 'problem',
        problem: { kind: 'ambiguousCommit', product, typed, total: candidates.length, candidates, asked },
      };
    }
    default:
      return resolved satisfies never;
  }
}

async function resolveIfFetched(parts: Parts, product: string, typed: string) {
  try {
    return await parts.mirror(product).resolve(typed);
  } catch (error) {
    if (error instanceof GitError && error.kind === 'notFound') return null;
    throw error;
  }
}

async function askToRollBack(
  parts: Parts,
  asker: Asker,
  asked: Extract<Asked, { kind: 'rollback' }>,
): Promise<AskOutcome> {
  const id = environmentId(asked.product, asked.environment);
  if (!asked.reason?.trim()) return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  let to: { sha: string; ref: string | null } | null = null;
  if (asked.commit !== null) {
    const found = await findCommit(parts, asked.product, asked.commit, asked);
    if (found.kind === 'problem') return found;
    to = { sha: found.sha, ref: found.ref };
  }
  return applyHuman(parts, id, { ...asker, type: 'rollback', to, reason: asked.reason });
}

async function askOfRelease(
  parts: Parts,
  asker: Asker,
  asked: Extract<Asked, { kind: ReleaseVerb }>,
): Promise<AskOutcome> {
  const id = environmentId(asked.product, asked.environment);
  let { release } = asked;
  const { kind: verb, reason } = asked;
  if (release === null) {
    const here = await environmentView(parts, id);
    const releases = awaiting(verb, here);
    const [only] = releases;
    if (!only) return { kind: 'problem', problem: { kind: 'noneAwaits', verb, here } };
    if (releases.length > 1) {
      return { kind: 'problem', problem: { kind: 'twoAwait', verb, here, releases, reason } };
    }
    release = only.number;
  }
  if ((verb === 'reject' || verb === 'fail') && !reason?.trim()) {
    return { kind: 'problem', problem: { kind: 'reasonMissing', asked } };
  }
  return applyHuman(parts, id, humanCommand(asker, verb, release, reason));
}

function humanCommand(asker: Asker, verb: ReleaseVerb, release: number, reason: string | null): HumanCommand {
  switch (verb) {
    case 'approve':
    case 'deploy':
    case 'retry':
      return { ...asker, type: verb, release };
    case 'reject':
    case 'fail':
      return { ...asker, type: verb, release, reason: reason ?? '' };
    case 'accept':
    case 'cancel':
      return { ...asker, type: verb, release, reason };
    default:
      return verb satisfies never;
  }
}

async function applyHuman(parts: Parts, id: string, command: HumanCommand): Promise<AskOutcome> {
  const { answer, aggregate } = await apply(parts, 'environments', id, command);
  if (answer.kind === 'accepted') {
    return { kind: 'accepted', command: command.type, environment: id, release: answer.release ?? 0 };
  }
  const configured = findEnvironment(parts.settings, id);
  if (!configured) throw new NotConfigured(id);
  const { policy } = configured.environment;
  const named = 'release' in answer.refusal ? answer.refusal.release : null;
  const view: ReleaseView | null = named === null ? null : await releaseView(parts, id, named);
  return {
    kind: 'refused',
    refusal: answer.refusal,
    here: { policy, environment: aggregate },
    below:
      policy.below === null
        ? null
        : await environmentView(parts, environmentId(policy.product, policy.below)),
    release: view?.release ?? null,
  };
}

/** Asks for a failed build to be done again. */
export async function askToRebuild(
  parts: Parts,
  asker: Asker,
  product: string,
  sha: string,
): Promise<{ kind: 'accepted' } | { kind: 'refused'; refusal: Refusal }> {
  const { answer } = await apply(parts, 'builds', buildId(product, sha), { ...asker, type: 'retryBuild' });
  return answer.kind === 'accepted' ? { kind: 'accepted' } : answer;
}
