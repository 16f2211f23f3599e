import type { Command } from '../../../src/domain/documents/commands/commands.ts';
import type { Aggregate, AggregateKind, Effect } from '../../../src/domain/documents/document.ts';
import type { Environment } from '../../../src/domain/documents/environment.ts';
import type { Product } from '../../../src/domain/documents/product.ts';
import type { BuildOutcome } from '../../../src/domain/documents/values/build/run.ts';
import type { CurrentAnswer } from '../../../src/domain/documents/values/current.ts';
import type { AttemptOutcome } from '../../../src/domain/documents/values/release.ts';
import { currentQuestion } from '../../../src/domain/gates/current.ts';
import { followed } from '../../../src/domain/gates/followed.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { releaseId } from '../../../src/domain/ids.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { LEASE_MS } from '../../../src/domain/time/lease.ts';
import { type Pending, PRODUCT, type Setup, World } from '../model/world.ts';
import { BROKE, CANCELLED, DID_NOT_RUN, FAILED, INTERRUPTED, SUCCEEDED } from './given.ts';
import { Outside } from './outside.ts';

/** How long a guard needs to kill its group. */
const KILL_MS = 2_000;

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;
export type Ask = Bare<Command>;

/** A claimed piece of work, and the process that does it. */
export interface Job {
  worker: string;
  kind: 'environments' | 'builds';
  id: string;
  attempt: number;
  state: 'claimed' | 'running' | 'ended';
  /** By the guard's monotonic clock. */
  deadline: number;
  killedAt: number;
  outcome: AttemptOutcome;
  /** Another system carries it out; its worker only starts it. Absent: a process runs here. */
  key?: string;
}

interface Worker {
  id: string;
  /** Frozen or cut off: it tells nobody anything. */
  stuck: boolean;
}

const BAD_ENDS = [FAILED, CANCELLED, BROKE, DID_NOT_RUN];
const OUTCOMES: AttemptOutcome[] = [...Array.from({ length: 8 }, () => SUCCEEDED), ...BAD_ENDS];

/** How long what another system carries out may take. */
const REMOTE_LIMIT_MS = 60_000;

/** Workers that die, freeze and are cut off, and carriers that forget, around a world. */
export class Crew {
  readonly world: World;
  readonly outside = new Outside();
  workers: Worker[];
  jobs: Job[] = [];
  /** Decisions to be made from what was read before. `deadline`: of the guard that would start. */
  pending: { read: Pending; deadline: number }[] = [];
  fetches: { sha: string | null; asked: number; contains: string[] }[] = [];
  branch: string | null = null;
  deliveries = new Map<string, string | null>();
  /** Processes of dead workers, which their guards are killing. */
  orphans: Job[] = [];
  private ids = 0;
  private starts = 0;

  constructor(setup: Setup) {
    this.world = new World(setup);
    this.workers = (setup.embedded ? [0] : [0, 1]).map(() => this.newWorker());
    // Proven only where one process sees the lock that the guard holds.
    this.world.guardGone = (id) => setup.embedded && !this.processes(id).some((job) => this.isAlive(job));
  }

  /** Goes on by itself from where another crew has brought its world. */
  static after(setup: Setup, crew: Crew): Crew {
    const next = new Crew(setup);
    const { docs, audit, history, memory, real } = crew.world;
    Object.assign(next.world, { docs: new Map(docs), audit: new Map(audit), history: new Map(history) });
    Object.assign(next.world, { memory: new Map(memory), real });
    next.branch = crew.branch;
    next.deliveries = new Map(crew.deliveries);
    next.ids = crew.ids;
    for (const [key, state] of crew.outside.runs) next.outside.runs.set(key, state);
    return next;
  }

  private newWorker(): Worker {
    this.starts += 1;
    return { id: `w${this.starts}`, stuck: false };
  }

  newId(): string {
    this.ids += 1;
    return `id${this.ids}`;
  }

  robot(ask: Ask): Command {
    return { ...ask, id: this.newId(), actor: ROBOT } as Command;
  }

  processes(id: string): Job[] {
    return [...this.jobs, ...this.orphans].filter((job) => job.id === id);
  }

  /** Its command runs, in the real world. */
  isAlive(job: Job): boolean {
    const { real } = this.world;
    return (
      job.key === undefined &&
      job.state === 'running' &&
      real < Math.min(job.deadline, job.killedAt) + KILL_MS
    );
  }

  /** Claims the next work of a document, now or, from what was read now, later. */
  begin(kind: 'environments' | 'builds', id: string, at: number, later: boolean): void {
    const worker = this.workers[at % this.workers.length]!;
    const work = kind === 'environments' ? nextWork(this.world.load(kind, id)) : null;
    if (worker.stuck || (kind === 'environments' && !work)) return;
    const lease = { worker: worker.id, leaseUntil: this.world.wall() + LEASE_MS };
    const command = this.robot(
      work
        ? {
            type: 'begin',
            release: work.release.number,
            step: work.step,
            ...lease,
            ...(this.world.setup.remote && at % 5 < 4 ? { remote: this.remote() } : {}),
          }
        : { type: 'beginBuild', ...lease },
    );
    const read = this.world.read(kind, id, command);
    const deadline = this.world.real + LEASE_MS;
    if (later) this.pending.push({ read, deadline });
    else this.settle(read, deadline);
  }

  private remote() {
    return { system: 'http', key: `key of ${this.newId()}`, timeoutMs: REMOTE_LIMIT_MS } as const;
  }

  /** Decides what was read; a begin that is accepted is a job for its worker, unless that died meanwhile. */
  settle(read: Pending, deadline: number): void {
    const answer = this.world.finish(read);
    const { command, id } = read;
    if (command.type !== 'begin' && command.type !== 'beginBuild') return;
    if (answer.kind === 'refused' || !this.workers.some((worker) => worker.id === command.worker)) return;
    const kind = command.type === 'begin' ? 'environments' : 'builds';
    const attempt = answer.attempt!;
    const state = 'claimed';
    const killedAt = Number.POSITIVE_INFINITY;
    const { worker } = command;
    const remote = command.type === 'begin' ? command.remote : undefined;
    const job = { worker, kind, id, attempt, state, deadline, killedAt, outcome: INTERRUPTED } as const;
    this.jobs.push({ ...job, ...(remote && { key: remote.key }) });
  }

  /** The next thing that happens to a job: its process starts, ends, and is reported. */
  step(job: Job, with_: number): void {
    const { real } = this.world;
    if (job.key !== undefined) {
      this.stepRemote(job, job.key, with_);
      return;
    }
    if (job.state === 'claimed') {
      if (this.isStuck(job)) return;
      job.state = real < job.deadline ? 'running' : 'ended';
      job.outcome = DID_NOT_RUN;
    } else if (job.state === 'running') {
      job.outcome = real < job.deadline ? OUTCOMES[with_ % OUTCOMES.length]! : INTERRUPTED;
      job.state = 'ended';
    } else if (!this.isStuck(job)) {
      this.jobs = this.jobs.filter((other) => other !== job);
      this.world.apply(job.kind, job.id, this.robot(reportOf(job)));
    }
  }

  /** Its worker starts it, if its lease still lasts, and hears the answer, unless that is lost. Then it has nothing more to do. */
  private stepRemote(job: Job, key: string, with_: number): void {
    if (this.isStuck(job) || !this.jobs.includes(job)) return;
    if (job.state === 'claimed' && this.world.real < job.deadline) {
      this.outside.begin(key);
      job.state = 'running';
      return;
    }
    this.jobs = this.jobs.filter((other) => other !== job);
    const { attempt } = job;
    const ask: Ask =
      job.state === 'claimed'
        ? { type: 'report', attempt, outcome: DID_NOT_RUN, log: 'log' }
        : this.seen(attempt, key, with_ % 5, false);
    this.world.apply(job.kind, job.id, this.robot(ask));
  }

  private seen(attempt: number, key: string, how: number, known: boolean): Ask {
    const look = this.outside.look(key, how, known);
    return 'sight' in look
      ? { type: 'sawRemote', attempt, seen: look.sight }
      : { type: 'report', attempt, log: 'log', ...look };
  }

  /** Somebody who is alive asks about what is due; what was seen is recorded now, or later. */
  look(id: string, how: number, later: boolean): void {
    const found = followed(this.world.load('environments', id));
    const { lookAt = null } = found?.remote ?? {};
    if (!found || lookAt === null || lookAt > this.world.wall()) return;
    const { attempt, remote } = found;
    const { number } = attempt;
    if (remote.run && remote.cancel?.open && attempt.outcome === null) {
      const answer = this.outside.cancel(remote.key, how % 6);
      this.world.apply('environments', id, this.robot({ type: 'askedToEnd', attempt: number, answer }));
    }
    const { rungAt } = remote;
    const command = this.robot({
      ...this.seen(number, remote.key, how % 8, remote.run !== null),
      ...(rungAt !== undefined && { rungAt }),
    });
    const read = this.world.read('environments', id, command);
    if (later) this.pending.push({ read, deadline: 0 });
    else this.settle(read, 0);
  }

  /** An event from outside about the attempt that was begun last. */
  ring(id: string): void {
    const key = followed(this.world.load('environments', id))?.remote.key;
    if (key !== undefined) this.world.apply('environments', id, this.robot({ type: 'ringRemote', key }));
  }

  /** An environment is asked which commit runs there, and says anything; it is recorded now, or later. */
  says(id: string, what: number, later: boolean): void {
    const { world } = this;
    const [asked, answer] = [this.question(id), this.answer(id, what)];
    if (asked === null) return;
    const read = world.read('environments', id, this.robot({ type: 'sawCurrent', asked, answer }));
    if (later) this.pending.push({ read, deadline: 0 });
    else this.settle(read, 0);
  }

  private question(id: string) {
    const facts = { leaseNow: this.world.wall(), guardGone: this.world.guardGone(id) };
    return currentQuestion(this.world.load('environments', id), facts);
  }

  /** Most often what was deployed last or before, as it would be if all went well. */
  private answer(id: string, what: number): CurrentAnswer {
    const { desired, deployed } = this.world.load('environments', id);
    const likely = what % 2 === 0 ? desired : deployed;
    if (what % 7 === 0) return { kind: 'silent', reason: 'no answer' };
    if (what % 7 < 4 && likely) return { kind: 'said', sha: likely.sha, said: likely.sha.slice(0, 7) };
    const sha = this.world.commits[what % (this.world.commits.length + 1)] ?? null;
    return { kind: 'said', sha, said: 'something' };
  }

  renew(job: Job): void {
    if (job.key !== undefined) return;
    if (job.state !== 'running' || this.isStuck(job) || this.world.real >= job.deadline) return;
    const { attempt } = job;
    const leaseUntil = this.world.wall() + LEASE_MS;
    const ask: Ask =
      job.kind === 'environments'
        ? { type: 'renew', attempt, leaseUntil, lastLine: 'working' }
        : { type: 'renewBuild', attempt, leaseUntil, step: 'test', lastLine: 'working' };
    const answer = this.world.apply(job.kind, job.id, this.robot(ask));
    if (answer.kind === 'accepted') job.deadline = this.world.real + LEASE_MS;
    else this.step(job, OUTCOMES.indexOf(CANCELLED));
  }

  private isStuck(job: Job): boolean {
    return this.workers.find((worker) => worker.id === job.worker)?.stuck ?? true;
  }

  /** kill -9 and a new start: the guards of its commands kill them. */
  kill(at: number): void {
    const index = at % this.workers.length;
    const dead = this.workers[index]!;
    const fresh = this.newWorker();
    this.workers[index] = fresh;
    const { real } = this.world;
    const running = this.jobs.filter(
      (job) => job.worker === dead.id && job.state === 'running' && job.key === undefined,
    );
    this.orphans.push(...running.map((job) => ({ ...job, killedAt: real })));
    this.jobs = this.jobs.filter((job) => job.worker !== dead.id);
    if (!this.world.setup.embedded) return;
    this.pending = [];
    this.fetches = [];
    for (const key of [...this.world.docs.keys()]) {
      const [kind, id] = key.split(' ') as [AggregateKind, string];
      if (kind !== 'products')
        this.world.apply(kind, id, this.robot({ type: 'workersGone', except: fresh.id }));
    }
  }

  push(commit: string): void {
    this.branch = commit;
    const id = `d${this.deliveries.size}`;
    this.deliveries.set(id, null);
    const delivery = { id, after: commit, pushedBy: 'lin' };
    this.world.apply('products', PRODUCT, this.robot({ type: 'look', delivery }));
  }

  /** Looks at the branch; what was seen is told later. */
  fetch(): void {
    const { asked, looked, announced = [] } = this.world.load('products', PRODUCT);
    if (asked === looked) return;
    const sha = this.branch;
    const isPart = (after: string) => sha !== null && this.world.relation(after, sha) === 'ancestor';
    const contains = announced.map(({ after }) => after).filter(isPart);
    this.fetches.push({ sha, asked, contains });
  }

  fetched(at: number): void {
    const [seen] = this.fetches.splice(at % this.fetches.length, 1);
    if (!seen) return;
    this.world.apply('products', PRODUCT, this.robot({ type: 'fetched', branch: 'main', ...seen }));
  }

  send({ to, command }: Effect): void {
    if (to.kind === 'cards' && !this.world.setup.cards) return;
    this.world.apply(to.kind, to.id, command);
  }

  /** Stores what a document owes to the memory, then, unless it dies before, tells the document so. */
  record(aggregate: Aggregate, kind: AggregateKind, sent: string[], dies: boolean): void {
    const { world } = this;
    const fresh = aggregate.settled.filter((settled) => !settled.recorded);
    for (const { id, answer } of fresh) world.audit.set(id, answer);
    const done = { effects: sent, settled: fresh.map(({ id }) => id) };
    let ask: Ask;
    if (kind === 'environments') {
      const environment = aggregate as Environment;
      const ended = environment.ended.filter((entry) => !entry.recorded);
      const acceptances = environment.acceptances.filter((entry) => !entry.recorded);
      for (const { release, revision } of ended) {
        const id = releaseId(environment.id, release.number);
        if ((world.history.get(id)?.revision ?? 0) < revision) world.history.set(id, { release, revision });
      }
      for (const { acceptance } of acceptances) {
        const id = `${aggregate.id} ${acceptance.sha}`;
        if ((world.memory.get(id)?.revision ?? 0) < acceptance.revision) world.memory.set(id, acceptance);
      }
      ask = {
        type: 'carried',
        ...done,
        releases: ended.map(({ release, revision }) => ({ number: release.number, revision })),
        acceptances: acceptances.map(({ acceptance: { sha, revision } }) => ({ sha, revision })),
      };
    } else if (kind === 'products') {
      const { concluded } = aggregate as Product;
      for (const { id, outcome } of concluded) this.deliveries.set(id, outcome);
      ask = { type: 'carried', ...done, concluded: concluded.map(({ id }) => id) };
    } else ask = { type: 'carried', ...done };
    if (!dies) world.apply(kind, aggregate.id, this.robot(ask));
  }
}

function reportOf({ kind, attempt, outcome }: Job): Ask {
  if (kind === 'environments') return { type: 'report', attempt, outcome, log: 'log' };
  const known: Record<AttemptOutcome['kind'], BuildOutcome> = {
    succeeded: { kind: 'succeeded' },
    failed: { kind: 'failed', step: 'test', command: 'npm test', how: { kind: 'exit', code: 1 } },
    cancelled: { kind: 'errored', reason: 'disk' },
    interrupted: { kind: 'interrupted' },
    errored: { kind: 'succeeded' },
  };
  return { type: 'reportBuild', attempt, outcome: known[outcome.kind], log: 'log' };
}
