import { isAskedByPeople, isLockCommand } from '../../documents/commands/asked-by-people.ts';
import type { EnvironmentCommand, HumanCommand } from '../../documents/commands/environment.ts';
import type { LockCommand } from '../../documents/commands/lock.ts';
import type { Decision } from '../../documents/document.ts';
import type { Environment } from '../../documents/environment.ts';
import { retiredRefusal } from '../../eligibility/facts.ts';
import { wakeEnvironment } from '../../gates/wake.ts';
import type { Person } from '../../people/people.ts';
import { documentTime, finish, markRecorded } from '../shared/finish.ts';
import { followCurrent, updateCurrent } from './current/follow.ts';
import { sawCurrent } from './current/saw.ts';
import { showAffected } from './draft/affected.ts';
import type { Context } from './draft/context.ts';
import { type Draft, type Outcome, refuse } from './draft/draft.ts';
import { keepRecord, tellForge } from './draft/reported.ts';
import { tellPeople } from './draft/told.ts';
import { updateWaiting } from './draft/waiting.ts';
import { lock, override, plan, productLock, updateHolds } from './holds/lock.ts';
import { pause, resume } from './holds/pause.ts';
import { retire } from './holds/retire.ts';
import { accept, fail } from './promotion/accept.ts';
import { approve, reject } from './promotion/approve.ts';
import { makeWay, updateBake } from './promotion/bake.ts';
import { begin } from './promotion/begin-attempt.ts';
import { cancel, deploy, retry } from './promotion/deploy.ts';
import {
  buildEnded,
  dispatched,
  makeRelease,
  redraw,
  revokedBelow,
} from './promotion/from-other-documents.ts';
import { interruptExpired, interruptOthers } from './promotion/interrupt-attempt.ts';
import { endReleasesOfOtherMode } from './promotion/mode.ts';
import { prepare } from './promotion/prepare.ts';
import { renew, report } from './promotion/report-attempt.ts';
import { askedToEnd, ringRemote, sawRemote } from './remote/saw.ts';
import { adopt } from './reversal/adopt.ts';
import { redeploy } from './reversal/redeploy.ts';
import { rollback } from './reversal/rollback.ts';

/**
 * Decides an environment (docs/spec/rules.md). Pure: the same three arguments always give the same decision. A command
 * that was already processed must not come here again; `apply` answers it from the document.
 */
export function decide(
  before: Environment,
  command: EnvironmentCommand,
  context: Context,
): Decision<Environment> {
  const draft: Draft = {
    environment: structuredClone(before),
    context,
    now: context.now,
    at: documentTime(before, context.now),
    revision: before.revision + 1,
    effects: [],
  };
  if (command.type !== 'carried' && command.type !== 'renew') {
    interruptExpiredUnlessReported(draft, command);
    updateBake(draft);
    updateCurrent(draft);
    updateHolds(draft);
    endReleasesOfOtherMode(draft);
    updateWaiting(draft);
  }
  const outcome = handle(draft, command);
  if (command.type !== 'carried' && command.type !== 'renew') makeWay(draft);
  plan(draft);
  if (command.type !== 'carried') {
    followCurrent(before, draft);
    showAffected(before, draft, command.type === 'revokedBelow' ? command.sha : null);
    tellPeople(before, draft, command.actor);
    tellForge(before, draft);
    keepRecord(before, draft);
  }
  return finish(before, draft.environment, command, {
    answer: outcome,
    effects: draft.effects,
    at: draft.at,
    wake: (environment) => wakeEnvironment(environment, context.marginMs),
    past: context.past,
  });
}

/** A late report is a fact: it wins over the end of its lease (RULES 2). */
function interruptExpiredUnlessReported(draft: Draft, command: EnvironmentCommand): void {
  if (command.type === 'report' && command.attempt === draft.environment.attempts) return;
  interruptExpired(draft);
}

function handle(draft: Draft, command: EnvironmentCommand): Outcome {
  if (isAskedByPeople(command)) {
    return command.actor.kind === 'person' && command.actor.member
      ? handlePerson(draft, command, command.actor)
      : refuse({ rule: 'notMember' });
  }
  switch (command.type) {
    case 'makeRelease':
      return makeRelease(draft, command);
    case 'buildEnded':
      return buildEnded(draft, command);
    case 'revokedBelow':
      return revokedBelow(draft, command);
    case 'redraw':
      return redraw(draft, command);
    case 'productLock':
      return productLock(draft, command);
    case 'retire':
      return retire(draft);
    case 'begin':
      return begin(draft, command);
    case 'renew':
      return renew(draft, command);
    case 'report':
      return report(draft, command);
    case 'sawRemote':
      return sawRemote(draft, command);
    case 'askedToEnd':
      return askedToEnd(draft, command);
    case 'ringRemote':
      return ringRemote(draft, command);
    case 'sawCurrent':
      return sawCurrent(draft, command);
    case 'tick':
      return { kind: 'accepted' };
    case 'workersGone':
      interruptOthers(draft, command.except);
      return { kind: 'accepted' };
    case 'carried':
      markRecorded(draft.environment, command.settled);
      return dispatched(draft, command);
    default:
      return command satisfies never;
  }
}

type PersonalCommand = HumanCommand | LockCommand;

function handlePerson(draft: Draft, command: PersonalCommand, by: Person): Outcome {
  const retired = retiredRefusal(draft.context.policy, command.type);
  if (retired) return refuse(retired);
  if (isLockCommand(command)) return lock(draft, command, by);
  switch (command.type) {
    case 'prepare':
    case 'hotfix':
      return prepare(draft, command, by);
    case 'approve':
      return approve(draft, command, by);
    case 'reject':
      return reject(draft, command, by);
    case 'deploy':
      return deploy(draft, command, by);
    case 'accept':
      return accept(draft, command, by);
    case 'fail':
      return fail(draft, command, by);
    case 'cancel':
      return cancel(draft, command, by);
    case 'retry':
      return retry(draft, command, by);
    case 'rollback':
      return rollback(draft, command, by);
    case 'redeploy':
      return redeploy(draft, command, by);
    case 'adopt':
      return adopt(draft, command, by);
    case 'override':
      return override(draft, command, by);
    case 'pause':
      return pause(draft, command, by);
    case 'resume':
      return resume(draft, command, by);
    default:
      return command satisfies never;
  }
}
