import { namedApprovers, needsStandIn, outOfReach } from '../../../approvals/approvals.ts';
import { policyFingerprint } from '../../../approvals/policy.ts';
import type { EnvironmentCommand } from '../../../documents/commands.ts';
import {
  goesByPeople,
  isWaiting,
  type Release,
  type ReleaseKind,
} from '../../../documents/values/release.ts';
import type { Warning } from '../../../documents/warning.ts';
import { earliestStart } from '../../../gates/earliest.ts';
import { orderGate, soakGate } from '../../../gates/gates.ts';
import { buildId, releaseId } from '../../../ids.ts';
import { isGroup } from '../../../people/groups.ts';
import type { Person } from '../../../people/people.ts';
import { relationOf } from '../draft/context.ts';
import { type Draft, type Outcome, refresh, refuse, show, showWaiting, tell } from '../draft/draft.ts';
import { barredByRole } from '../draft/role.ts';
import { followApprovals } from '../draft/waiting.ts';

type Prepare = Extract<EnvironmentCommand, { type: 'prepare' }>;
type Hotfix = Extract<EnvironmentCommand, { type: 'hotfix' }>;

/** How many candidates may wait at once; this keeps an environment's document below 64 KB (DESIGN §4). */
const CANDIDATES = 10;

/**
 * Makes a candidate. Only `order` must be open, because nobody should approve what cannot be deployed; the other gates
 * are shown. A hotfix skips `order`, `soak` and `freeze`, but never `built` or the approvals, and needs a reason.
 */
export function prepare(draft: Draft, command: Prepare | Hotfix, by: Person): Outcome {
  const { environment, context } = draft;
  const { policy } = context;
  if (policy.mode === 'continuous') return refuse({ rule: 'continuous', environment: policy.name });
  const barred = barredByRole(draft, 'prepare', by);
  if (barred) return barred;
  const same = environment.open.find((release) => isWaiting(release) && release.sha === command.sha);
  if (same) return refuse({ rule: 'alreadyWaits', release: same.number, status: same.status });
  const { deployed } = environment;
  const relation = deployed ? relationOf(context, command.sha, deployed.sha) : 'descendant';
  if (deployed && relation === 'ancestor') {
    return refuse({ rule: 'behindDeployed', sha: command.sha, deployed: deployed.sha });
  }
  const waiting = environment.open.filter((other) => isWaiting(other) && goesByPeople(other));
  if (waiting.length >= CANDIDATES) {
    return refuse({ rule: 'tooManyWait', waiting: waiting.map(({ number }) => number) });
  }
  const hotfix = command.type === 'hotfix';
  if (hotfix && command.reason.trim() === '') return refuse({ rule: 'reasonRequired', release: null });
  const release = newRelease(draft, hotfix ? 'hotfix' : 'promotion', {
    ...command,
    note: hotfix ? command.reason : command.note,
  });
  release.policy = policyFingerprint(policy.approvals);
  release.expiresAt = draft.now + policy.approvals.validForMs;
  const order = orderGate(release, policy, context.order);
  if (!order.open) {
    const revoked = order.acceptance?.revoked ?? null;
    return refuse({ rule: 'order', sha: command.sha, below: order.below, revoked });
  }
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

/** What keeps a candidate from being approved today; it can be fixed before the candidate expires. */
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
    build: draft.context.built,
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
  if (release.build !== 'succeeded') {
    // A failed build is repeated for the new release.
    release.build = 'pending';
    const build = { kind: 'builds', id: buildId(environment.product, release.sha) } as const;
    tell(draft, build, { type: 'requestBuild', push: null, watcher: environment.id });
  }
  show(draft, release);
}
