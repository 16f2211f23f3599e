import { tally } from '../../../src/domain/approvals/approvals.ts';
import type { Context } from '../../../src/domain/decide/environment/draft/context.ts';
import type { Build } from '../../../src/domain/documents/build.ts';
import type { Card } from '../../../src/domain/documents/card.ts';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { Aggregate, AggregateKind, Answer, Decision } from '../../../src/domain/documents/document.ts';
import { type Environment, findRelease, latestAttempt } from '../../../src/domain/documents/environment.ts';
import type { Approval } from '../../../src/domain/documents/values/approval.ts';
import {
  goesByPeople,
  isIdle,
  isRunning,
  type Release,
  runningAttempt,
  type Status,
} from '../../../src/domain/documents/values/release.ts';
import { samePerson } from '../../../src/domain/people/people.ts';
import { decideAny, type Watch } from '../model/world.ts';
import type { Crew } from './crew.ts';

/** A promise of DESIGN §4 that a world broke. */
export class Broken extends Error {}

function must(holds: boolean, promise: string, facts?: unknown): asserts holds {
  if (!holds) throw new Broken(`${promise} ${facts === undefined ? '' : JSON.stringify(facts)}`);
}

/** Statuses of releases that have ended, whether or not their deploy began. */
const ENDS = new Set<Status>(['accepted', 'rejected', 'expired', 'superseded', 'faulty']);
const MAYBE = new Set<Status>(['failed', 'errored', 'cancelled']);

const MOST_BYTES = 64 * 1024;

/** Watches every decision of a crew's world and throws when a promise is broken. */
export class Watcher {
  readonly crew: Crew;
  private readonly effects = new Set<string>();
  private readonly answers = new Map<string, Answer>();
  /** Latest revision below at which a revocation is known to an environment, by commit. */
  private readonly revoked = new Map<string, number>();
  /** What Slipway deployed with success, and what it was told last that runs, by environment. */
  private readonly ran = new Map<string, Set<string>>();
  private readonly adopted = new Map<string, string>();
  /** What ran when somebody approved: by environment, release, person and time. */
  private readonly shown = new Map<string, string | null>();
  /** When the first check of a release that is verified began in real time, and how many have failed in a row. */
  private readonly baked = new Map<string, { since: number; failed: number }>();
  private readonly rolledBack = new Set<string>();
  statuses = new Set<Status>();
  /** How many rollbacks Slipway began by itself. */
  rollbacks = 0;
  steps = 0;

  constructor(crew: Crew) {
    this.crew = crew;
    crew.world.watch = (made) => this.decided(made);
  }

  private decided(made: Parameters<Watch>[0]): void {
    const { kind, before, command, context, decision } = made;
    this.steps += 1;
    if (this.steps % 5 === 0) {
      const again = decideAny(kind, before, command, context);
      must(JSON.stringify(again) === JSON.stringify(decision), 'the same question, the same answer', command);
    }
    if (!decision.changed) return;
    const { aggregate } = decision;
    must(aggregate.revision === before.revision + 1, 'each save adds one to the revision');
    must(aggregate.time >= before.time, 'the time of a document never runs backwards');
    this.remembersEverything(aggregate, decision);
    must(aggregate.wakeAt === wakeOf(kind, aggregate, aggregate.wakeAt), 'what is owed wakes', aggregate.id);
    if (kind === 'environments') {
      this.environment(
        before as Environment,
        aggregate as Environment,
        command as EnvironmentCommand,
        context as Context,
        decision,
      );
    }
  }

  private remembersEverything(aggregate: Aggregate, decision: Decision<Aggregate>): void {
    for (const effect of decision.effects) {
      must(!this.effects.has(effect.id), 'effect ids are unique', effect.id);
      must(effect.command.id === effect.id, 'an effect is sent under its own id');
      this.effects.add(effect.id);
    }
    const ids = new Set<string>();
    for (const { id, answer } of aggregate.settled) {
      must(!ids.has(id), 'a command settles once', id);
      ids.add(id);
      const said = this.answers.get(id);
      if (said === answer) continue;
      must(said === undefined || JSON.stringify(said) === JSON.stringify(answer), 'one answer', id);
      this.answers.set(id, answer);
    }
  }

  private environment(
    before: Environment,
    after: Environment,
    command: EnvironmentCommand,
    context: Context,
    decision: Decision<Aggregate>,
  ): void {
    const running = after.open.filter(isRunning);
    must(running.length <= 1, 'one release runs', after.id);
    const attempts = after.open.map(runningAttempt).filter((attempt) => attempt !== null);
    must(attempts.length <= 1, 'one attempt runs', after.id);
    must(
      attempts.every(({ number }) => number === after.attempts),
      'the latest attempt runs',
    );
    must(
      JSON.stringify(after.deployed) === JSON.stringify(before.deployed) ||
        isSuccess(before, command) ||
        (command.type === 'adopt' && decision.kind === 'accepted'),
      'deployed changes by a success of the latest attempt, or by adopting, alone',
      command,
    );
    must(after.deployed?.sha === before.deployed?.sha || !after.uncertain, 'a success makes certain');
    if (command.type === 'sawCurrent') this.currentSettles(before, after);
    this.remoteGoesOn(before, after, command, context);
    this.rollsBackByItself(before, after, command, context);
    this.comesToRun(before, after, command, context);
    this.bakes(before, after, command, context);
    for (const release of after.open) this.openRelease(release, context);
    for (const { release } of after.ended) {
      this.statuses.add(release.status);
      must((release.status === 'errored') === (release.erroredIn !== null), 'errored says where', release);
      must(ENDS.has(release.status) || MAYBE.has(release.status), 'what ended has ended', release);
    }
    const numbers = [...after.open, ...after.ended.map((entry) => entry.release)].map(({ number }) => number);
    must(new Set(numbers).size === numbers.length, 'a release is open or ended', numbers);
    must(after.ended.filter((entry) => entry.recorded).length <= 20, 'twenty ended ones are kept');
    const size = this.steps % 10 === 0 ? JSON.stringify({ ...after, effects: [] }).length : 0;
    must(size <= MOST_BYTES, 'a document stays below 64 KB', size);
    if (command.type === 'revokedBelow' && decision.kind === 'accepted') {
      this.revoked.set(`${after.id} ${command.sha}`, Number(command.id.split(':')[1]));
    }
    if (command.type === 'begin' && decision.kind === 'accepted' && command.step === 'deploy') {
      this.begun(before, after, command.release, context);
    }
  }

  /** What an environment says settles a deploy only when nothing of that runs any more. */
  private currentSettles(before: Environment, after: Environment): void {
    const isDeployed = before.deployed?.release !== after.deployed?.release;
    if (before.uncertain === after.uncertain && !isDeployed) return;
    const alive = this.crew.processes(after.id).some((job) => this.crew.isAlive(job));
    must(!alive, 'no deploy is settled while it may go on', after.id);
    must(!before.open.some(isRunning), 'no deploy is settled while another one runs', after.id);
    const { remote } = latestAttempt(before)!.attempt;
    if (remote) must(remote.lookAt === null, 'what is asked about elsewhere is settled there', remote.key);
    if (remote) must(isDeployed, 'what may begin elsewhere is never over', remote.key);
  }

  /** What another system carries out ends by what that says, or does not say when it is asked, and by nothing else. */
  private remoteGoesOn(
    before: Environment,
    after: Environment,
    command: EnvironmentCommand,
    { now }: Context,
  ): void {
    const [was, is] = [latestAttempt(before)?.attempt, latestAttempt(after)?.attempt];
    if (!was?.remote || is?.number !== was.number) return;
    const { remote, outcome } = is;
    must(remote?.key === was.remote.key, 'an attempt keeps its id', was.number);
    const runs = was.outcome === null;
    if (runs && outcome === null) must(remote.lookAt !== null, 'what runs elsewhere is looked at again');
    if (JSON.stringify(outcome) === JSON.stringify(was.outcome)) return;
    if (command.type === 'sawCurrent') return;
    const says = command.type === 'report' || command.type === 'sawRemote';
    must(says, 'no remote attempt ends but by what its system says', command);
    const isLost = was.remote.missing !== undefined || now >= was.remote.deadline;
    must(
      isLost || command.type === 'report',
      'a remote attempt is lost after a minute, or at its deadline',
      was,
    );
    must(runs || command.type === 'report', 'an end changes only by a report', command);
    const certain = was.outcome !== null && was.outcome.kind !== 'interrupted';
    must(!certain || outcome?.kind === 'succeeded', 'a known end changes only to a success', command);
    const run = this.crew.outside.runs.get(remote.key);
    if (outcome?.kind === 'succeeded') must(run === 'succeeded', 'what succeeded has succeeded there', run);
    if (outcome?.kind === 'errored' && !outcome.ran)
      must(run === undefined, 'what did not run did not run', run);
  }

  /** A bake passes after its time, by a check that passed, and fails by so many checks in a row as it says. */
  private bakes(
    before: Environment,
    after: Environment,
    command: EnvironmentCommand,
    { policy }: Context,
  ): void {
    for (const was of before.open.filter(({ status }) => status === 'verifying')) {
      const is = findRelease(after, was.number)!;
      const key = `${after.id}#${was.number}`;
      const { real } = this.crew.world;
      if (
        command.type === 'begin' &&
        command.step === 'verify' &&
        after.attempts > before.attempts &&
        !was.bake
      )
        this.baked.set(key, { since: real, failed: 0 });
      const bake = this.baked.get(key);
      const said =
        command.type === 'report' && command.attempt === after.attempts ? command.outcome.kind : null;
      if (!bake || !policy.bake) continue;
      if (said === 'failed') bake.failed += 1;
      if (said === 'succeeded') bake.failed = 0;
      if (is.status === 'verifying') continue;
      this.baked.delete(key);
      if (is.status === 'testing' || is.status === 'accepted') {
        must(real - bake.since >= policy.bake.forMs, 'a bake takes its time', { key, real, bake });
        must(said === 'succeeded', 'a bake passes with a check that passed', said);
      }
      const wished = is.attempts.at(-1)?.cancelWished != null;
      if (is.status === 'unverified' && said === 'failed' && !wished)
        must(bake.failed >= policy.bake.failures, 'a bake outlives what it tolerates', bake);
    }
  }

  /** RULES 46 to 48: Slipway begins a rollback only where a failure is what the environment is at, and once for a release. */
  private rollsBackByItself(
    before: Environment,
    after: Environment,
    command: EnvironmentCommand,
    context: Context,
  ): void {
    const begun = after.open.find(
      ({ number, kind, requestedBy }) =>
        number > before.releases && kind === 'rollback' && requestedBy.kind === 'robot',
    );
    if (!begun) return;
    this.rollbacks += 1;
    const { sha: left, release: number } = begun.leaves!;
    const of = `${after.id}#${number}`;
    must(!this.rolledBack.has(of), 'Slipway rolls back once from a release', of);
    this.rolledBack.add(of);
    must(
      command.type === 'report' && command.attempt === before.attempts,
      'Slipway rolls back in the write that records the failure',
      command,
    );
    const failed = findRelease(after, number!);
    must(failed?.kind !== 'rollback', 'no rollback is left by itself', of);
    must(
      failed?.status === 'failed' || failed?.status === 'unverified',
      'Slipway rolls back from what failed',
      failed,
    );
    must(before.desired?.release === number, 'nothing else has begun since', of);
    must(
      before.deployed?.release === number || after.uncertain,
      'Slipway rolls back from what is deployed, or half deployed',
      of,
    );
    must(
      !before.open.some(
        ({ kind, status }) => kind === 'rollback' && (status === 'queued' || status === 'deploying'),
      ),
      'Slipway begins no rollback where one waits or runs',
      of,
    );
    const { world } = this.crew;
    const isChecked = context.irreversible?.crossed?.length === 0;
    must(isChecked && !world.crosses(left, begun.sha), 'Slipway goes past nothing irreversible', of);
  }

  /** Remembers what ran here, and by whose word; what was accepted or adopted must have been so by the rules. */
  private comesToRun(
    before: Environment,
    after: Environment,
    command: EnvironmentCommand,
    { policy }: Context,
  ): void {
    const ran = this.ranIn(after);
    const { deployed } = after;
    if (deployed && deployed.release !== before.deployed?.release) {
      if (command.type === 'adopt') {
        must(ran.size === 0, 'nobody says what runs where Slipway has deployed', deployed);
        this.adopted.set(after.id, deployed.sha);
      } else ran.add(deployed.sha);
    }
    const { accepted } = after;
    if (accepted && accepted.release !== before.accepted?.release && command.type === 'report') {
      const kind = findRelease(after, accepted.release)?.kind;
      must(
        policy.mode === 'continuous' || kind === 'rollback',
        'where people are asked, no verification accepts but that of a rollback',
        accepted,
      );
    }
    for (const release of after.open) {
      for (const approval of release.approvals) {
        const key = yesOf(after, release, approval);
        if (!this.shown.has(key)) this.shown.set(key, before.deployed?.sha ?? null);
      }
    }
  }

  /** As far as the document tells: a world may go on from where another one came to. */
  private ranIn(environment: Environment): Set<string> {
    const known = this.ran.get(environment.id);
    if (known) return known;
    const releases = [...environment.open, ...environment.ended.map((entry) => entry.release)];
    const deployed = releases.filter(({ kind, deployedAt }) => kind !== 'adopted' && deployedAt !== null);
    const ran = new Set(deployed.map(({ sha }) => sha));
    this.ran.set(environment.id, ran);
    const adopted = releases.filter(({ kind }) => kind === 'adopted').at(-1);
    if (adopted) this.adopted.set(environment.id, adopted.sha);
    return ran;
  }

  private openRelease(release: Release, { policy }: Context): void {
    this.statuses.add(release.status);
    must(!ENDS.has(release.status), 'what is open has not ended', release);
    must(release.status !== 'cancelled' || release.begun, 'what never began ends when cancelled');
    must(
      (release.status === 'errored') === (release.erroredIn !== null) || release.status === 'queued',
      'errored says in which step',
      release,
    );
    must((release.status === 'queued') === (release.queue !== null), 'the queued have their place', release);
    const people = release.approvals.map(({ by }) => (by.kind === 'person' ? by.id : 'robot'));
    must(new Set(people).size === people.length, 'a person counts once', people);
    const { rules, self } = policy.approvals;
    must(
      people.every((id) => rules.some(({ from }) => from === null || from.includes(id))),
      'approvers are eligible',
      people,
    );
    must(
      self || release.requestedBy.kind !== 'person' || !people.includes(release.requestedBy.id),
      'nobody approves their own request',
      people,
    );
    must(release.attempts.length <= 4 && release.voided.length <= 10, 'a release stays small');
  }

  /** A begin: all gates were open in the facts that it read, and no revocation it should know was missed. */
  private begun(before: Environment, after: Environment, number: number, context: Context): void {
    const release = after.open.find((each) => each.number === number)!;
    const cut = before.open.find(isRunning);
    const yields = cut !== undefined && isIdle(cut) && cut.bake?.yields === true;
    must(!cut || yields, 'nothing begins while something runs, but between two checks that yield', number);
    must(release.build === 'succeeded', 'nothing begins that is not built', number);
    this.held(before, number, context);
    if (release.kind === 'rollback') {
      const isOwn =
        release.requestedBy.kind === 'robot' &&
        !before.open.some((each) => each.number === number && each.begun);
      must(
        !isOwn || before.desired?.release === release.leaves?.release,
        'Slipway rolls back only from what began last',
        number,
      );
      const target = after.acceptances.find((each) => each.acceptance.sha === release.sha);
      must(!target?.acceptance.revoked, 'no rollback begins to a revoked commit', number);
      must(
        this.ranIn(before).has(release.sha) || this.adopted.get(before.id) === release.sha,
        'a rollback goes to what Slipway deployed there, or to the one commit that it found there',
        number,
      );
      return;
    }
    if (context.policy.below !== null && release.kind !== 'hotfix') {
      const { order, now } = context;
      must(order !== null && order.revoked === null, 'nothing begins that is not accepted below', number);
      const known = this.revoked.get(`${after.id} ${release.sha}`) ?? 0;
      must(order.revision > known, 'no begin misses a revocation that was made known', { number, known });
      const { soakMs } = context.policy;
      const soaked = soakMs === 0 || (order.clock ?? order.at) + soakMs <= now;
      must(soaked, 'nothing begins before it has soaked, unless it is a hotfix', number);
    }
    must(
      goesByPeople(release) === (context.policy.mode === 'approval'),
      'nothing but a rollback begins under another mode than it was made for',
      number,
    );
    if (!goesByPeople(release)) return;
    const valid = release.approvals.filter((approval) => approval.until > context.now);
    const { count, required } = tally(valid, context.policy.approvals.rules);
    must(count >= required, 'nothing begins with too few approvals', number);
    for (const approval of valid) {
      const shown = this.shown.get(yesOf(before, release, approval)) ?? null;
      const stands = shown && before.deployed && this.crew.world.relation(shown, before.deployed.sha);
      must(
        stands === null || stands === 'same' || stands === 'ancestor',
        'a yes covers the diff that was shown, and no other',
        { number, shown },
      );
    }
    const relation = before.deployed && this.crew.world.relation(release.sha, before.deployed.sha);
    must(relation !== 'ancestor' || before.desired?.release === number, 'nobody goes back but by rollback');
  }

  /** What people and the calendar hold back, of which a begin knows the exceptions. */
  private held(before: Environment, number: number, { now, policy }: Context): void {
    const release = before.open.find((each) => each.number === number)!;
    const by = release.queue!.by;
    for (const lock of [before.lock, before.productLock]) {
      const over = lock === null || (lock.until !== null && lock.until <= now);
      must(over || samePerson(lock.owner, by), 'nobody but its owner begins under a lock', number);
    }
    const exempt = release.kind === 'hotfix' || release.kind === 'rollback' || release.override !== null;
    const frozen = policy.freeze.some(
      (window) =>
        window.kind === 'dated' && Date.parse(`${window.from}Z`) <= now && now < Date.parse(`${window.to}Z`),
    );
    must(exempt || !frozen, 'nothing but hotfix, rollback and the overridden begins in a freeze', number);
    const byItself = release.kind === 'continuous' && by.kind === 'robot';
    must(!byItself || before.paused === null, 'nothing begins by itself while paused', number);
  }

  /** In the real world: one process an environment, whatever documents say. */
  real(): void {
    for (const { id } of this.crew.world.policies.map(({ name }) => ({ id: `shop/${name}` }))) {
      const alive = this.crew.processes(id).filter((job) => this.crew.isAlive(job));
      must(alive.length <= 1, 'one process an environment', alive);
    }
  }
}

function yesOf({ id }: Environment, { number }: Release, { by, at }: Approval): string {
  return `${id}#${number} ${by.kind === 'person' ? by.id : 'robot'} ${at}`;
}

/** The environment says that the commit runs whose deploy was interrupted last, and did not run there before. */
function settles(
  before: Environment,
  { asked, answer }: Extract<EnvironmentCommand, { type: 'sawCurrent' }>,
): boolean {
  const latest = latestAttempt(before);
  const isUnknown = latest?.attempt.step === 'deploy' && latest.attempt.outcome?.kind === 'interrupted';
  if (!isUnknown || asked.attempt !== before.attempts || answer.kind !== 'said') return false;
  return answer.sha === latest.release.sha && answer.sha !== before.deployed?.sha && before.uncertain;
}

function isSuccess(before: Environment, command: EnvironmentCommand): boolean {
  if (command.type === 'sawCurrent') return settles(before, command);
  if (command.type !== 'report' || command.outcome.kind !== 'succeeded') return false;
  return command.attempt === before.attempts;
}

/** 0 where something is owed outside; else as it is, but never `null` while a lease runs. */
function wakeOf(kind: AggregateKind, aggregate: Aggregate, wakeAt: number | null): number | null {
  const owed = aggregate.effects.length > 0 || aggregate.settled.some((settled) => !settled.recorded);
  if (owed) return 0;
  switch (kind) {
    case 'environments': {
      const { open, ended, acceptances } = aggregate as Environment;
      if ([...ended, ...acceptances].some((entry) => !entry.recorded)) return 0;
      const leased = open.some((release) => isRunning(release));
      return leased && wakeAt === null ? 0 : wakeAt;
    }
    case 'builds':
      return (aggregate as Build).status === 'requested' ? 0 : wakeAt;
    case 'cards': {
      const { wanted, shown, replies } = aggregate as Card;
      return wanted > shown || replies.length > 0 ? (wakeAt ?? 0) : wakeAt;
    }
    case 'products':
    case 'people':
    case 'records':
    case 'reports':
      return wakeAt;
    default:
      return kind satisfies never;
  }
}
