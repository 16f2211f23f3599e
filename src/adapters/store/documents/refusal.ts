import * as z from 'zod';
import type { Refusal } from '../../../domain/documents/refusal.ts';
import { ROLES } from '../../../domain/people/people.ts';
import { exact } from './exact.ts';
import { actor, count, end, flag, releaseKind, sha, shaOrNull, status, text, time } from './values/basic.ts';
import { buildStatus } from './values/build.ts';
import { frozen, lock, pause } from './values/holds.ts';

function rule<R extends Refusal['rule'], S extends z.ZodRawShape>(name: R, facts: S) {
  return z.object({ rule: z.literal(name), ...facts });
}

export const refusal = exact<Refusal>()(
  z.discriminatedUnion('rule', [
    rule('notMember', {}),
    rule('noRelease', { release: count }),
    rule('settled', { release: count, status, end: end.nullable(), approvedBy: z.array(actor) }),
    rule('continuous', { environment: text }),
    rule('alreadyWaits', { release: count, status }),
    rule('tooManyWait', { waiting: z.array(count) }),
    rule('behindDeployed', { sha, deployed: sha }),
    rule('order', {
      sha,
      below: text,
      revoked: z.object({ by: actor, release: count.nullable() }).nullable(),
    }),
    rule('ownRequest', { release: count, count, required: count }),
    rule('notApprover', { release: count, from: z.array(text), count, required: count }),
    rule('commitAuthor', { release: count, known: flag, count, required: count }),
    rule('approvalNotNeeded', { release: count, count, required: count }),
    rule('shownIsOld', { release: count, deployed: shaOrNull }),
    rule('alreadyApproved', { release: count, at: time, count, required: count }),
    rule('noApprovals', { release: count, kind: releaseKind }),
    rule('approvals', { release: count, count, required: count }),
    rule('alreadyQueued', { release: count, by: actor }),
    rule('notRole', { role: z.enum(ROLES), from: z.array(text) }),
    rule('notCanceller', { release: count, roles: z.array(z.enum(ROLES)), from: z.array(text) }),
    rule('notTester', { release: count, from: z.array(text).nullable() }),
    rule('reasonRequired', { release: count.nullable() }),
    rule('notDeployed', { release: count, deployed: shaOrNull }),
    rule('uncertain', { release: count }),
    rule('overtaken', { release: count, by: count }),
    rule('rollbackFirst', { release: count, rollback: count }),
    rule('cancelWished', { release: count, by: actor, at: time }),
    rule('begunMeanwhile', { release: count }),
    rule('requestExpired', { release: count, at: time }),
    rule('busy', { release: count, by: count }),
    rule('buildSettled', { sha, status: buildStatus }),
    rule('nothingDeployed', {}),
    rule('noTarget', { leaves: sha }),
    rule('notAcceptedHere', { sha, revoked: flag }),
    rule('targetIsLeft', { sha }),
    rule('leavesAnother', { sha: shaOrNull, shown: sha, leaves: sha }),
    rule('irreversible', {
      sha,
      leaves: sha,
      commits: z.array(sha),
      count: count.nullable(),
      reason: text,
    }),
    rule('runsAnother', { sha, deployed: sha }),
    rule('retired', { environment: text }),
    rule('frozen', { release: count.nullable(), freeze: frozen }),
    rule('locked', { release: count.nullable(), lock, all: flag }),
    rule('notLocker', { product: text }),
    rule('notLocked', { now: z.object({ lock, all: flag }).optional() }),
    rule('notLockOwner', { lock, all: flag, asked: z.enum(['self', 'others']).optional() }),
    rule('ownLock', { lock }),
    rule('notFrozen', { release: count, nextAt: time.nullable(), now: frozen.optional() }),
    rule('overriddenAlready', { release: count, by: actor, at: time }),
    rule('notContinuous', { environment: text }),
    rule('pausedAlready', { pause }),
    rule('notPaused', {}),
    rule('pausedAnew', { pause }),
    rule('deployedHere', { sha, deployed: sha, instead: z.enum(['hotfix', 'rollback', 'push', 'revert']) }),
    rule('modeChanged', { release: count, mode: z.enum(['continuous', 'approval']) }),
    rule('deploying', { release: count }),
    rule('paused', { newest: sha }),
    rule('newerHead', { head: count, newest: count }),
    rule('notFirst', { release: count }),
    rule('notBuilt', { release: count }),
    rule('guardMayLive', { until: time }),
    rule('sentBack', { release: count, to: status }),
    rule('staleAttempt', { attempt: count, latest: count }),
    rule('nothingToDo', {}),
    rule('claimed', { until: time }),
  ]),
);
