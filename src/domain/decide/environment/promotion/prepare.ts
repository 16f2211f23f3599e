import { namedApprovers, needsStandIn, outOfReach } from '../../../approvals/approvals.ts';
import { policyFingerprint } from '../../../approvals/policy.ts';
import type { EnvironmentCommand } from '../../../documents/commands/environment.ts';
import type { Release, ReleaseKind } from '../../../documents/values/release.ts';
import type { Warning } from '../../../documents/warning.ts';
import { prepareRefusal } from '../../../eligibility/environment.ts';
import { earliestStart } from '../../../gates/earliest.ts';
import { soakGate } from '../../../gates/gates.ts';
import { buildId, releaseId } from '../../../ids.ts';
import { isGroup } from '../../../people/groups.ts';
import type { Person } from '../../../people/people.ts';
import { relationOf } from '../draft/context.ts';
import {
  type Draft,
  type Outcome,
  refresh,
  refuse,
  reply,
  sendTo,
  show,
  showWaiting,
} from '../draft/draft.ts';
import { askerOf, factsOf } from '../draft/eligible.ts';
import { followApprovals } from '../draft/waiting.ts';

type Prepare = Extract<EnvironmentCommand, { type: 'prepare' }>;
type Hotfix = Extract<EnvironmentCommand, { type: 'hotfix' }>;

/**
 * Makes a candidate. Only `order` must be open, because nobody should approve what cannot be deployed; the other gates
 * are shown. A hotfix skips `order`, `soak` and `freeze`, but never `built` or the approvals, and needs a reason.
 */
export function prepare(draft: Draft, command: Prepare | Hotfix, by: Person): Outcome {
  const { environment, context } = draft;
  const { policy } = context;
  const { sha } = command;
  const { deployed } = environment;
  const relation = deployed ? relationOf(context, sha, deployed.sha) : 'descendant';
  const hotfix = command.type === 'hotfix';
  const kind = hotfix ? 'hotfix' : 'promotion';
  const wanted = { sha, kind, isBehind: relation === 'ancestor' } as const;
  const refusal = prepareRefusal(factsOf(draft), wanted, askerOf(draft, by));
  if (refusal) return refuse(refusal);
  if (hotfix && command.reason.trim() === '') return refuse({ rule: 'reasonRequired', release: null });
  const release = newRelease(draft, kind, {
    ...command,
    note: hotfix ? command.reason : command.note,
  });
  release.policy = policyFingerprint(policy.approvals);
  release.expiresAt = draft.now + policy.approvals.validForMs;
  const soak = soakGate(release, policy, context.order, draft.now);
  release.soaksUntil = soak.open ? null : soak.until;
  if (relation === null) environment.relationsOwed = true;
  // Several candidates may wait at the same time; each card mentions the others.
  showWaiting(draft);
  addRelease(draft, release);
  followApprovals(draft, release);
  if (context.order) refresh(draft, context.order.card);
  const warnings = [...warningsOf(draft, by), ...expiresFirst(draft, release, by)];
  return { kind: 'accepted', release: release.number, ...(warnings.length > 0 ? { warnings } : {}) };
}

/** What keeps a release from being approved today; it can be fixed before the release expires. */
function warningsOf({ context }: Draft, requester: Person): Warning[] {
  const { approvals } = context.policy;
  const { self, authors, rules } = approvals;
  const { groups } = context;
  const standIn = needsStandIn(context, approvals);
  const reached = outOfReach(approvals, { requester, groups, authors: context.authors, standIn });
  const unknown = (namedApprovers(rules) ?? []).filter(
    (name) => isGroup(name) && !context.groups.some(({ group }) => group === name),
  );
  return [
    ...(reached === null ? [] : [{ kind: 'outOfReach' as const, ...reached, self, authors }]),
    ...unknown.map((group) => ({ kind: 'groupUnknown' as const, group })),
  ];
}

/** Warns when the request expires before the deploy could begin, even if everybody acted at once. */
function expiresFirst(draft: Draft, release: Release, by: Person): Warning[] {
  const { environment, context, now } = draft;
  const { policy, order } = context;
  const { expiresAt } = release;
  const { at } = earliestStart(environment, release, { now, policy, order, deployer: by });
  if (at === null || expiresAt === null || at < expiresAt) return [];
  return [{ kind: 'expiresFirst', startsAt: at, expiresAt }];
}

/** A fresh release with the next number; it is not in the document yet. */
export function newRelease(
  draft: Draft,
  kind: ReleaseKind,
  from: { sha: string; ref: string | null; note?: string | null; actor: Release['requestedBy'] },
): Release {
  const number = draft.environment.releases + 1;
  return {
    number,
    kind,
    sha: from.sha,
    ref: from.ref,
    status: 'prepared',
    erroredIn: null,
    requestedBy: from.actor,
    requestedAt: draft.at,
    note: from.note ?? null,
    build: draft.context.built === 'discarded' ? 'pending' : draft.context.built,
    approvals: [],
    voided: [],
    unknownAuthors: draft.context.unknownAuthors,
    policy: '',
    expiresAt: null,
    queue: null,
    deployer: null,
    soaksUntil: null,
    held: null,
    override: null,
    begun: false,
    replaces: null,
    deployedAt: null,
    attempts: [],
    autoRetries: 0,
    end: null,
    revoked: null,
    head: null,
    leaves: null,
    card: releaseId(draft.environment.id, number),
  };
}

/** Adds a new release to the document, shows it, and requests a build of its commit if there is no successful one. */
export function addRelease(draft: Draft, release: Release): void {
  const { environment } = draft;
  environment.releases = release.number;
  environment.open.push(release);
  // A failed build is repeated for the new release.
  if (release.build !== 'succeeded') requestBuild(draft, release);
  // Of an adopted commit nothing begins that would wait for it.
  if (draft.context.built === 'discarded' && release.kind !== 'adopted') sayBuiltAgain(draft, release);
  show(draft, release);
}

/** What the build of a release that is about to begin had made is no longer kept: it waits until that is built again (RULES 49). */
export function buildAgain(draft: Draft, release: Release): void {
  requestBuild(draft, release);
  sayBuiltAgain(draft, release);
}

function requestBuild(draft: Draft, release: Release): void {
  const { environment } = draft;
  release.build = 'pending';
  const build = { kind: 'builds', id: buildId(environment.product, release.sha) } as const;
  sendTo(draft, build, { type: 'requestBuild', push: null, watcher: environment.id });
}

function sayBuiltAgain(draft: Draft, release: Release): void {
  release.builtAgain = true;
  reply(draft, release, { kind: 'builtAgain' });
}
