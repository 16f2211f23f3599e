import type { ReleaseKind, Status } from '../../../src/domain/documents/values/release.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';

/**
 * A tiny model of docs/spec/rules.md and DESIGN §3. It takes nothing of the domain but names and lease times.
 * It has no `held`, no cards, no effects: at each moment it works out anew what the rules say.
 */

export interface Rel {
  n: number;
  kind: ReleaseKind;
  sha: string;
  status: Status;
  /** For `errored`: in its verification. */
  inVerification: boolean;
  by: string;
  approvals: { by: string; at: number; until: number }[];
  /** When the request ends by itself. */
  expires: number;
  queue: { place: number; by: string; was: Status | null } | null;
  built: boolean;
  overridden: boolean;
  begun: boolean;
  /** It was accepted once. */
  succeeded: boolean;
  leaves: string | null;
  /** What ran when it began first. */
  replaces: string | null;
  /** Slipway rolled back when it failed (RULES 47). */
  rolledBack: boolean;
  head: number;
  tries: number;
  /** Whose deploy began last. */
  deployer: string;
  /** Its newest attempts, as many as are remembered. */
  latest: Attempt[];
  /** Its verification, if that has many checks and one has begun (RULES 44). */
  bake: Bake | null;
  /** Until when it was found soaking for certain, unless a revocation is heard before. */
  soaks: number;
}

interface Bake {
  passed: number;
  /** Until when time was counted. */
  counted: number | null;
  failed: number;
  errored: number;
  /** When the next check is due; null: it is, or runs. */
  next: number | null;
}

export interface Accepted {
  sha: string;
  at: number;
  revoked: boolean;
}

interface Attempt {
  rel: Rel;
  step: 'deploy' | 'verify';
  began: number;
  lease: number;
  wished: boolean;
  out: 'runs' | 'interrupted' | 'done';
  wasUncertain: boolean;
  /** What it came to; null: it runs. */
  end: Outcome | null;
  /** Another system carries it out; null: its worker does. */
  remote: Remote | null;
}

/** What is known of an attempt elsewhere (RULES 36 to 40). */
interface Remote {
  known: boolean;
  deadline: number;
  /** Since when the system does not know it. */
  missing: number | null;
  cancel: { why: 'wished' | 'timeout'; at: number; answered: boolean; refused: boolean } | null;
}

export type Seen = 'running' | 'notFound' | 'unknown';
export type Asked = 'asked' | 'impossible' | 'unknown';

interface Lock {
  owner: string;
  until: number;
}

export interface Rules {
  name: string;
  /** The mode, which may change at any time. */
  continuous: boolean;
  required: number;
  approvers: string[];
  validForMs: number;
  soakMs: number;
  /** From and to. */
  freezes: [number, number][];
  idempotent: boolean;
  /** Verifications are repeated; null: they are done once. */
  bake: { forMs: number; everyMs: number; failures: number; replaced: boolean } | null;
  /** RULES 46. */
  rollsBack: boolean;
  /** The commit that touched irreversible paths; null: none did. */
  irreversible: string | null;
}

/** What is read of other documents, of git and of the world. */
export interface Facts {
  now: number;
  /** Of the document: it never runs backwards, and orders what happened (RULES 35). */
  time: number;
  /** Newest acceptances in the environment below, by commit; null: nothing is below. */
  below: ReadonlyMap<string, Accepted> | null;
  built: boolean;
  guardGone: boolean;
  isAncestor: (a: string, b: string) => boolean;
}

export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'interrupted' | 'errored' | 'didNotRun';

export const ROBOT = 'robot';
export const GUEST = 'GUEST';
const TRIES = 2;
const CANDIDATES = 10;
export const REMOTE_LIMIT_MS = 30_000;
const FIND_MS = 60_000;
const END_MS = 300_000;
const REMEMBERED = 3;

const waits = ({ status }: Rel) => status === 'prepared' || status === 'approved' || status === 'queued';
const runs = ({ status }: Rel) => status === 'deploying' || status === 'verifying';
const ofPeople = ({ kind }: Rel) => kind === 'promotion' || kind === 'hotfix';
/** What runs, deployed again because a person asks (RULES 34). */
const isRedeploy = ({ kind, by }: Rel) => kind === 'continuous' && by !== ROBOT;
const unverified = ({ status, inVerification }: Rel) =>
  status === 'unverified' || (status === 'errored' && inVerification);

/** One environment. Each command answers the rules that refuse it: none, and it was done. */
export class Model {
  readonly rules: Rules;
  rels: Rel[] = [];
  /** Commits that Slipway deployed here with success. */
  readonly ran = new Set<string>();
  /** What was adopted last; null: nothing was. */
  adopted: string | null = null;
  /** Newest last, one a commit. */
  accepts: Accepted[] = [];
  deployed: { rel: number; sha: string; at: number } | null = null;
  desired: { rel: number; sha: string } | null = null;
  uncertain = false;
  attempts = 0;
  latest: Attempt | null = null;
  lock: Lock | null = null;
  allLock: Lock | null = null;
  paused: { newest: { sha: string; head: number } | null } | null = null;
  newestHead = 0;
  /** Revocations that the environment above has not been told yet. */
  untold: string[] = [];
  private places = 0;
  private facts!: Facts;

  constructor(rules: Rules) {
    this.rules = rules;
  }

  /** What time does before anything else (RULES 3, 6, 9). `reported`: the latest attempt tells its end itself (2). */
  at(facts: Facts, reported = false): void {
    this.facts = facts;
    const { now } = facts;
    const { latest } = this;
    if (latest?.out === 'runs' && !latest.remote && !reported && latest.lease + MARGIN_MS <= now)
      this.interrupt();
    if (this.lock && this.lock.until <= now) this.lock = null;
    if (this.allLock && this.allLock.until <= now) this.allLock = null;
    const bake = this.rels.find((rel) => rel.status === 'verifying' && rel.bake?.next != null)?.bake;
    if (bake && !(now < bake.next! && bake.next! <= now + this.rules.bake!.everyMs)) bake.next = null;
    this.ofThisMode();
    // A soak that ends later than one from now was found when the clock was ahead, and is looked at again (RULES 35).
    for (const rel of this.rels) if (rel.soaks > now + this.rules.soakMs) rel.soaks = 0;
    for (const rel of this.rels.filter((each) => waits(each) && ofPeople(each))) {
      // Given after the clock was set back, one ends before the request does.
      if (rel.expires > now) rel.approvals = rel.approvals.filter(({ until }) => until > now);
      if (rel.expires <= now) this.leave(rel, 'expired');
      else this.follow(rel);
    }
  }

  /** RULES 27: what waits under the other mode ends. */
  private ofThisMode(): void {
    if (this.paused && !this.rules.continuous) this.paused.newest = null;
    for (const rel of this.rels.filter(waits)) if (this.isForeign(rel)) this.leave(rel, 'cancelled');
  }

  private isForeign(rel: Rel): boolean {
    return this.rules.continuous ? ofPeople(rel) : rel.kind === 'continuous';
  }

  private find(n: number): Rel | undefined {
    return this.rels.find((rel) => rel.n === n);
  }

  private leave(rel: Rel, otherwise: Status): void {
    rel.status = rel.queue?.was ?? otherwise;
    rel.queue = null;
  }

  /** Approvals that became too few bring it back to `prepared` (RULES 9). */
  private follow(rel: Rel): void {
    const met = rel.approvals.length >= this.rules.required;
    if (met && rel.status === 'prepared') rel.status = 'approved';
    if (met || rel.status === 'prepared') return;
    rel.status = 'prepared';
    rel.queue = null;
  }

  private rollbackOpen(but?: Rel): boolean {
    return this.rels.some((r) => r !== but && r.kind === 'rollback' && (waits(r) || runs(r)));
  }

  /** RULES 13: a rollback that waits is to leave it. */
  private isLeft({ sha }: Rel): boolean {
    return this.rels.some((r) => r.kind === 'rollback' && (waits(r) || runs(r)) && r.leaves === sha);
  }

  private frozen(rel: Pick<Rel, 'kind' | 'overridden'>): boolean {
    const { now } = this.facts;
    const exempt = rel.kind === 'rollback' || rel.kind === 'hotfix' || rel.overridden;
    return !exempt && this.rules.freezes.some(([from, to]) => from <= now && now < to);
  }

  private lockedFor(by: string): boolean {
    return [this.lock, this.allLock].some((lock) => lock !== null && lock.owner !== by);
  }

  private unordered(kind: ReleaseKind, sha: string): boolean {
    const { below } = this.facts;
    if (below === null || kind !== 'promotion') return false;
    return below.get(sha)?.revoked ?? true;
  }

  private add(kind: ReleaseKind, sha: string, by: string): Rel {
    const rel: Rel = {
      n: this.rels.length + 1,
      kind,
      sha,
      status: 'prepared',
      inVerification: false,
      by,
      approvals: [],
      expires: this.facts.now + this.rules.validForMs,
      queue: null,
      built: this.facts.built,
      overridden: false,
      begun: false,
      succeeded: false,
      leaves: null,
      replaces: null,
      rolledBack: false,
      head: 0,
      tries: 0,
      deployer: ROBOT,
      bake: null,
      soaks: 0,
      latest: [],
    };
    this.rels.push(rel);
    return rel;
  }

  private enqueue(rel: Rel, by: string, was: Status | null): void {
    this.places += 1;
    rel.queue = { place: this.places, by, was };
    rel.status = 'queued';
    rel.soaks = 0;
  }

  prepare(kind: 'promotion' | 'hotfix', sha: string, by: string, reason: string): string[] {
    const no: string[] = [];
    if (by === GUEST) no.push('notMember');
    if (this.rules.continuous) no.push('continuous');
    if (this.rels.some((rel) => waits(rel) && rel.sha === sha)) no.push('alreadyWaits');
    if (this.deployed && this.facts.isAncestor(sha, this.deployed.sha)) no.push('behindDeployed');
    if (this.unordered(kind, sha)) no.push('order');
    if (kind === 'hotfix' && !reason) no.push('reasonRequired');
    if (this.rels.filter((rel) => waits(rel) && ofPeople(rel)).length >= CANDIDATES) no.push('tooManyWait');
    if (no.length === 0) this.add(kind, sha, by);
    return no;
  }

  private barredApprover(rel: Rel, by: string): string[] {
    const no: string[] = [];
    if (rel.by === by) no.push('ownRequest');
    if (!this.rules.approvers.includes(by)) no.push('notApprover');
    return no;
  }

  approve(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (!ofPeople(rel)) return ['noApprovals'];
    if (waits(rel) && rel.approvals.some((each) => each.by === by)) return ['alreadyApproved'];
    if (rel.status !== 'prepared') return ['settled'];
    const no = this.barredApprover(rel, by);
    if (no.length > 0) return no;
    const { now, time } = this.facts;
    rel.approvals.push({ by, at: time, until: now + this.rules.validForMs });
    this.follow(rel);
    return [];
  }

  reject(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (!ofPeople(rel)) return ['noApprovals'];
    if (!waits(rel)) return ['settled'];
    const no = this.barredApprover(rel, by);
    if (no.length > 0) return no;
    rel.status = 'rejected';
    rel.queue = null;
    return [];
  }

  deploy(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (rel.status === 'prepared') return ['approvals'];
    if (rel.status === 'queued') return ['alreadyQueued'];
    if (rel.status !== 'approved') return ['settled'];
    const no = this.shutFor(rel, by);
    if (no.length === 0) this.enqueue(rel, by, null);
    return no;
  }

  /** Shut order, freeze and lock refuse a deploy at once. */
  private shutFor(rel: Rel, by: string): string[] {
    const no: string[] = [];
    if (this.unordered(rel.kind, rel.sha)) no.push('order');
    if (this.frozen(rel)) no.push('frozen');
    if (rel.kind !== 'rollback' && this.lockedFor(by)) no.push('locked');
    return no;
  }

  cancel(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (waits(rel)) {
      this.leave(rel, 'cancelled');
      return [];
    }
    if (!runs(rel)) return ['settled'];
    if (this.latest?.out === 'runs' && this.latest.wished && !this.latest.remote?.cancel?.refused)
      return ['cancelWished'];
    this.endRunning(rel);
    return [];
  }

  private endRunning(rel: Rel): void {
    if (this.latest?.out === 'runs') {
      const { remote } = this.latest;
      this.latest.wished = true;
      // RULES 38: whoever wishes it again has a system asked that refused it.
      if (remote?.cancel?.refused) this.ask(remote, 'wished');
      else this.endElsewhere(this.latest);
    } else rel.status = 'unverified';
  }

  /** RULES 45: a rollback that could begin waits for no bake. To be called after everything that happens. */
  makeWay(): void {
    const rel = this.rels.find(({ status }) => status === 'verifying');
    const [first] = this.queue();
    if (!rel || !this.rules.bake || first?.kind !== 'rollback' || this.lockedFor(first.queue!.by)) return;
    if (this.latest?.out !== 'runs' || !this.latest.wished) this.endRunning(rel);
  }

  retry(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (rel.status === 'queued') return ['alreadyQueued'];
    if (unverified(rel)) return this.retryVerification(rel);
    if (rel.status !== 'failed' && rel.status !== 'errored' && rel.status !== 'cancelled') return ['settled'];
    if (!rel.begun) return ['settled'];
    const no = this.shutFor(rel, by);
    if (this.isForeign(rel)) no.push('modeChanged');
    if (this.desired?.rel !== n) no.push('overtaken');
    if (this.rollbackOpen(rel)) no.push('rollbackFirst');
    if (ofPeople(rel) && rel.expires <= this.facts.now) no.push('requestExpired');
    const target = this.accepts.find(({ sha }) => sha === rel.sha);
    if (rel.kind === 'rollback' && target?.revoked) no.push('notAcceptedHere');
    if (no.length > 0) return no;
    this.enqueue(rel, by, rel.status);
    if (ofPeople(rel)) this.follow(rel);
    return [];
  }

  /** RULES 15. */
  private retryVerification(rel: Rel): string[] {
    const no: string[] = [];
    if (this.deployed?.rel !== rel.n) no.push('notDeployed');
    if (this.uncertain) no.push('uncertain');
    if (this.rels.some(runs)) no.push('busy');
    if (no.length > 0) return no;
    rel.status = 'verifying';
    rel.bake = null;
    return no;
  }

  accept(n: number, by: string, reason: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (rel.status !== 'testing' && !unverified(rel)) return ['settled'];
    const no: string[] = [];
    if (rel.by === by) no.push('notTester');
    if (this.deployed?.rel !== n) no.push('notDeployed');
    if (this.uncertain) no.push('uncertain');
    if (rel.status !== 'testing' && !reason) no.push('reasonRequired');
    if (no.length > 0) return no;
    this.found(rel);
    // RULES 46: what a person has accepted is not taken back by itself.
    for (const each of this.rels) {
      if (each.kind !== 'rollback' || each.by !== ROBOT || !waits(each) || each.begun) continue;
      if (each.leaves === rel.sha) this.leave(each, 'cancelled');
    }
    return [];
  }

  fail(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (rel.status !== 'testing' && rel.status !== 'accepted' && !unverified(rel)) return ['settled'];
    const no: string[] = [];
    if (rel.by === by) no.push('notTester');
    if (rel.status !== 'accepted' && this.deployed?.rel !== n) no.push('notDeployed');
    if (no.length > 0) return no;
    rel.status = 'faulty';
    this.revoke(rel.sha);
    return [];
  }

  /** Found good. */
  private found(rel: Rel): void {
    rel.status = 'accepted';
    rel.succeeded = true;
    this.accepts = this.accepts.filter(({ sha }) => sha !== rel.sha);
    this.accepts.push({ sha: rel.sha, at: this.facts.now, revoked: false });
    if (rel.kind === 'rollback') this.emptyQueue(rel);
  }

  private revoke(sha: string): void {
    const acceptance = this.accepts.find((each) => each.sha === sha);
    if (!acceptance || acceptance.revoked) return;
    acceptance.revoked = true;
    this.untold.push(sha);
    // RULES 14: a rollback whose target is revoked before it begins is cancelled.
    for (const rel of this.rels) {
      if (rel.kind === 'rollback' && rel.sha === sha && waits(rel)) this.leave(rel, 'cancelled');
    }
  }

  /** RULES 12: what a rollback leaves, and commits found bad on the way there. */
  left(): { sha: string; bad: string[] } | null {
    if (!this.desired) return null;
    const last = this.find(this.desired.rel)!;
    if (last.kind !== 'rollback' || last.succeeded) return { sha: this.desired.sha, bad: [] };
    return { sha: last.leaves!, bad: last.status === 'faulty' ? [last.sha] : [] };
  }

  /** RULES 25: what ran by Slipway's own deploys, and the one that it found there, oldest first. */
  private targets(left: { sha: string } | null): Accepted[] {
    const isTarget = (sha: string) => this.ran.has(sha) || sha === this.adopted;
    return this.accepts.filter(({ sha, revoked }) => !revoked && sha !== left?.sha && isTarget(sha));
  }

  /** RULES 48: what is left has the irreversible commit, and what it goes back to has not. */
  private crosses(left: string, target: string): boolean {
    const { irreversible } = this.rules;
    if (irreversible === null) return false;
    const has = (sha: string) => sha === irreversible || this.facts.isAncestor(irreversible, sha);
    return has(left) && !has(target);
  }

  /** RULES 46 and 47. */
  private rollBackByItself({ rel, step, wished }: Attempt): void {
    if (!this.rules.rollsBack || wished || rel.kind === 'rollback' || rel.rolledBack) return;
    if (rel.status !== 'failed' && rel.status !== 'unverified') return;
    const isAt = step === 'deploy' ? this.uncertain : this.deployed?.rel === rel.n && !this.uncertain;
    const left = this.left();
    if (this.desired?.rel !== rel.n || !isAt || !left || this.rollbackOpen()) return;
    const target = this.targets(left).at(-1);
    const good = this.accepts.some(({ sha, revoked }) => sha === rel.sha && !revoked);
    if (!target || this.crosses(left.sha, target.sha) || (good && rel.replaces === rel.sha)) return;
    rel.rolledBack = true;
    this.goBack(left.sha, target.sha, ROBOT);
  }

  private goBack(left: string, target: string, by: string): void {
    const rel = this.add('rollback', target, by);
    rel.leaves = left;
    const ended = this.emptyQueue(rel);
    if (this.rules.continuous) this.paused ??= { newest: null };
    // RULES 33: what it took off is kept for a resume.
    for (const { sha, head } of ended) {
      if (this.paused && head > (this.paused.newest?.head ?? 0)) this.paused.newest = { sha, head };
    }
    this.enqueue(rel, by, null);
  }

  /** `shown`: what the person was shown as left, RULES 13; null: nothing. `confirms`: to go past what is irreversible. */
  rollback(to: string | null, by: string, reason: string, shown: string | null, confirms = false): string[] {
    const no: string[] = [];
    if (by === GUEST) no.push('notMember');
    if (this.rollbackOpen()) no.push('rollbackFirst');
    if (!reason) no.push('reasonRequired');
    const left = this.left();
    if (!left) no.push('nothingDeployed');
    if (left && shown !== null && shown !== left.sha) no.push('leavesAnother');
    const good = this.targets(left);
    const newest = good.filter(({ sha }) => !left?.bad.includes(sha)).at(-1);
    const target = to === null ? newest : good.find(({ sha }) => sha === to);
    if (left && !target) {
      no.push(to === null ? 'noTarget' : to === left.sha ? 'targetIsLeft' : 'notAcceptedHere');
    }
    if (left && target && !confirms && this.crosses(left.sha, target.sha)) no.push('irreversible');
    if (no.length === 0 && left && target) this.goBack(left.sha, target.sha, by);
    return no;
  }

  /**
   * RULES 13; once more when it has succeeded: what queued meanwhile did so for what is no more, but for what came by somebody's
   * word in a continuous environment (33). Answers the continuous ones that ended.
   */
  private emptyQueue(rollback: Rel): Rel[] {
    const queued = this.rels.filter((each) => each !== rollback && each.status === 'queued');
    const given = (rel: Rel) => rel.kind === 'continuous' && !rel.queue?.was && rel.n > rollback.n;
    const off = queued.filter((rel) => !given(rel));
    for (const rel of off) this.leave(rel, rel.kind === 'continuous' ? 'superseded' : 'approved');
    if (rollback.leaves) this.revoke(rollback.leaves);
    return off.filter(({ kind, status }) => kind === 'continuous' && status === 'superseded');
  }

  /** RULES 18, 25 and 26. */
  adopt(sha: string, by: string): string[] {
    const no: string[] = [];
    if (by === GUEST) no.push('notMember');
    if (this.rels.some(runs)) no.push('deploying');
    if (this.ran.size > 0) no.push('deployedHere');
    if (no.length > 0) return no;
    const rel = this.add('adopted', sha, by);
    rel.begun = true;
    this.attempts += 1;
    this.latest = null;
    this.overtakeRetries(rel);
    this.runsNow(rel);
    if (this.adopted !== null && this.adopted !== sha) this.revoke(this.adopted);
    this.adopted = sha;
    this.found(rel);
    return [];
  }

  /** RULES 34. */
  redeploy(by: string, reason: string): string[] {
    if (by === GUEST) return ['notMember'];
    if (!this.deployed) return ['nothingDeployed'];
    const { sha } = this.deployed;
    if (!this.rules.continuous) return this.prepare('promotion', sha, by, reason);
    const no: string[] = [];
    if (this.rels.some(runs)) no.push('deploying');
    if (this.rollbackOpen()) no.push('rollbackFirst');
    if (this.rels.some((rel) => waits(rel) && rel.sha === sha)) no.push('alreadyWaits');
    if (!reason && this.accepts.some((each) => each.sha === sha && each.revoked)) no.push('reasonRequired');
    if (this.frozen({ kind: 'continuous', overridden: false })) no.push('frozen');
    if (this.lockedFor(by)) no.push('locked');
    if (no.length === 0) this.enqueue(this.add('continuous', sha, by), by, null);
    return no;
  }

  /**
   * RULES 11: another has begun here, so nothing begun before is tried again; nor is what ran before deployed again (34), or
   * left by a rollback that nobody asked for (46).
   */
  private overtakeRetries(by: Rel): void {
    this.desired = { rel: by.n, sha: by.sha };
    for (const rel of this.rels.filter((each) => each !== by)) {
      if (rel.queue?.was) this.leave(rel, 'approved');
      else if (waits(rel) && (rel.begun || isRedeploy(rel))) this.leave(rel, 'superseded');
      else if (waits(rel) && rel.kind === 'rollback' && rel.by === ROBOT) this.leave(rel, 'cancelled');
    }
  }

  private runsNow(rel: Rel): void {
    const before = this.deployed?.sha ?? rel.sha;
    this.deployed = { rel: rel.n, sha: rel.sha, at: this.facts.time };
    this.uncertain = false;
    if (rel.kind !== 'adopted') this.ran.add(rel.sha);
    for (const other of this.rels.filter((each) => each !== rel)) {
      if (other.status === 'testing' || unverified(other)) other.status = 'superseded';
      if (waits(other) && isRedeploy(other) && other.sha !== rel.sha) {
        other.status = 'superseded';
        other.queue = null;
      }
      if (!waits(other) || !ofPeople(other)) continue;
      const { isAncestor, time } = this.facts;
      const contained = before === rel.sha || isAncestor(before, rel.sha);
      const removes = other.sha !== rel.sha && !isAncestor(rel.sha, other.sha);
      if (isAncestor(other.sha, rel.sha)) {
        if (other.begun) continue;
        other.status = 'superseded';
        other.queue = null;
      }
      if (waits(other) && (removes || !contained)) {
        // It came to remove commits that run here, or what was shown was a diff to something else (RULES 9 and 28).
        other.approvals = other.approvals.filter(({ at }) => at > time);
        this.follow(other);
      }
    }
  }

  override(n: number, by: string): string[] {
    if (by === GUEST) return ['notMember'];
    const rel = this.find(n);
    if (!rel) return ['noRelease'];
    if (!waits(rel)) return ['settled'];
    if (rel.overridden) return ['overriddenAlready'];
    if (!this.frozen(rel)) return ['notFrozen'];
    rel.overridden = true;
    return [];
  }

  take(by: string, forMs: number | null): string[] {
    if (by === GUEST) return ['notMember'];
    if (this.lock) return [this.lock.owner === by ? 'ownLock' : 'locked'];
    this.lock = { owner: by, until: forMs === null ? Number.POSITIVE_INFINITY : this.facts.now + forMs };
    return [];
  }

  /** `isOver`: the lock that the person was shown is over, RULES 8. */
  unlock(by: string, ownerGone: boolean, isOver: boolean): string[] {
    if (by === GUEST) return ['notMember'];
    if (!this.lock) return ['notLocked'];
    if (isOver) return [this.lock.owner === by ? 'ownLock' : 'notLocked'];
    if (this.lock.owner !== by && !ownerGone) return ['notLockOwner'];
    this.lock = null;
    return [];
  }

  takeOver(by: string, isOver: boolean): string[] {
    if (by === GUEST) return ['notMember'];
    if (!this.lock) return ['notLocked'];
    if (this.lock.owner === by) return ['ownLock'];
    if (isOver) return ['notLocked'];
    this.lock = { owner: by, until: Number.POSITIVE_INFINITY };
    return [];
  }

  lockOfAll(lock: Lock | null): string[] {
    this.allLock = lock;
    return [];
  }

  pause(by: string): string[] {
    if (by === GUEST) return ['notMember'];
    if (!this.rules.continuous) return ['notContinuous'];
    if (this.paused) return ['pausedAlready'];
    this.paused = { newest: null };
    return [];
  }

  resume(by: string): string[] {
    if (by === GUEST) return ['notMember'];
    if (!this.paused) return ['notPaused'];
    const { newest } = this.paused;
    this.paused = null;
    if (!newest || !this.rules.continuous) return [];
    const { sha, head } = newest;
    const begun = this.desired?.sha === sha || this.rels.some((rel) => rel.begun && rel.head === head);
    const waiting = this.rels.some((rel) => waits(rel) && rel.sha === sha);
    const revoked = this.accepts.some((each) => each.sha === sha && each.revoked);
    if (!begun && !waiting && !revoked) this.comes(sha, head);
    return [];
  }

  head(sha: string, head: number): string[] {
    if (!this.rules.continuous) return ['nothingToDo'];
    if (head < this.newestHead) return ['newerHead'];
    this.newestHead = head;
    if (this.paused) {
      this.paused.newest = { sha, head };
      return ['paused'];
    }
    this.comes(sha, head);
    return [];
  }

  /** A newer commit supersedes waiting ones, but not what somebody asked to try again. */
  private comes(sha: string, head: number): void {
    for (const rel of this.rels.filter((each) => each.kind === 'continuous' && waits(each))) {
      if (!rel.queue?.was) this.leave(rel, 'superseded');
    }
    const rel = this.add('continuous', sha, ROBOT);
    rel.head = head;
    this.enqueue(rel, ROBOT, null);
  }

  built(sha: string): string[] {
    for (const rel of this.rels.filter((each) => waits(each) && each.sha === sha)) rel.built = true;
    return [];
  }

  revokedBelow(sha: string): string[] {
    for (const rel of this.rels.filter((each) => each.sha === sha)) rel.soaks = 0;
    return [];
  }

  /** The queue: first in, first out, a rollback goes first. */
  queue(): Rel[] {
    return this.rels
      .filter(({ status, built }) => status === 'queued' && built)
      .sort(
        (a, b) =>
          Number(b.kind === 'rollback') - Number(a.kind === 'rollback') || a.queue!.place - b.queue!.place,
      );
  }

  /** A worker takes what there is to do; the release that began, or null. `remote`: another system carries it out. */
  work(remote = false): number | null {
    const { now, guardGone } = this.facts;
    const { latest } = this;
    if (latest?.out === 'runs') return null;
    const mayLive =
      latest?.out === 'interrupted' && !latest.remote && !guardGone && latest.lease + MARGIN_MS > now;
    if (mayLive) return null;
    const running = this.rels.find(runs);
    const replaced = running?.bake && this.rules.bake?.replaced;
    for (const rel of running && !replaced ? [] : this.queue()) {
      if (this.passedOver(rel)) continue;
      if (running) running.status = 'superseded';
      rel.status = 'deploying';
      rel.deployer = rel.queue!.by;
      rel.queue = null;
      if (!rel.begun) rel.replaces = this.deployed?.sha ?? null;
      rel.begun = true;
      this.overtakeRetries(rel);
      this.start(rel, 'deploy', remote);
      this.uncertain = true;
      return rel.n;
    }
    if (!running || (running.bake?.next ?? null) !== null) return null;
    if (this.rules.bake) running.bake ??= { passed: 0, counted: null, failed: 0, errored: 0, next: null };
    this.start(running, 'verify', remote);
    return running.n;
  }

  /** RULES 7 and 8. */
  private passedOver(rel: Rel): boolean {
    const { below, now, isAncestor } = this.facts;
    if (rel.soaks > now) return true;
    if (ofPeople(rel) && !rel.begun && this.deployed && isAncestor(rel.sha, this.deployed.sha)) {
      this.leave(rel, 'superseded');
      return true;
    }
    const back = (): boolean => {
      if (ofPeople(rel)) this.leave(rel, 'approved');
      return true;
    };
    if (this.unordered(rel.kind, rel.sha)) return back();
    const acceptance = rel.kind === 'promotion' ? below?.get(rel.sha) : undefined;
    if (acceptance && acceptance.at + this.rules.soakMs > now) {
      // By a clock that was ahead below it may be longer than any: by the end of one from now there may be a newer acceptance.
      rel.soaks = Math.min(acceptance.at, now) + this.rules.soakMs;
      return true;
    }
    if (this.frozen(rel) || this.lockedFor(rel.queue!.by)) return back();
    return rel.kind === 'continuous' && this.paused !== null && rel.queue!.by === ROBOT;
  }

  private start(rel: Rel, step: 'deploy' | 'verify', elsewhere: boolean): void {
    this.attempts += 1;
    const { now } = this.facts;
    const { uncertain: wasUncertain } = this;
    const deadline = now + REMOTE_LIMIT_MS;
    const remote = elsewhere ? { known: false, deadline, missing: null, cancel: null } : null;
    const lease = now + LEASE_MS;
    this.latest = {
      rel,
      step,
      began: now,
      lease,
      wished: false,
      out: 'runs',
      wasUncertain,
      end: null,
      remote,
    };
    rel.latest = [...rel.latest, this.latest].slice(-REMEMBERED);
  }

  /** The latest attempt, if another system is still asked about it (RULES 36 and 40). */
  private followed(): { attempt: Attempt; remote: Remote } | null {
    const attempt = this.latest;
    if (!attempt?.remote) return null;
    const follows = attempt.out === 'runs' || this.maySucceed(attempt);
    return follows ? { attempt, remote: attempt.remote } : null;
  }

  private maySucceed({ remote, end, step, rel }: Attempt): boolean {
    if (!remote || end === 'succeeded' || end === 'didNotRun') return false;
    return step === 'deploy' || (rel.bake === null && (runs(rel) || unverified(rel)));
  }

  /** RULES 37 and 38: what a look saw. */
  saw(seen: Seen): string[] {
    const found = this.followed();
    if (!found) return ['staleAttempt'];
    const { attempt, remote } = found;
    if (attempt.out !== 'runs') return [];
    const { now } = this.facts;
    if (seen === 'running') Object.assign(remote, { known: true, missing: null });
    if (seen === 'notFound') remote.missing ??= now;
    const { known, missing, deadline, cancel } = remote;
    const gone = seen === 'notFound' && missing !== null && now - missing >= FIND_MS;
    const never = !known && now >= deadline;
    const again = cancel !== null && this.refusedBefore(remote);
    const endless = known && cancel !== null && !again && now >= Math.max(cancel.at, deadline) + END_MS;
    if (gone || never || endless) this.interrupt();
    else this.endElsewhere(attempt);
    return [];
  }

  private endElsewhere({ remote, wished }: Attempt): void {
    if (!remote?.known) return;
    if (!remote.cancel && wished) this.ask(remote, 'wished');
    else if (remote.cancel ? this.refusedBefore(remote) : this.facts.now >= remote.deadline)
      this.ask(remote, 'timeout');
  }

  /** RULES 38: it refused a wish before its deadline, which is over. */
  private refusedBefore({ cancel, deadline }: Remote): boolean {
    return cancel?.refused === true && cancel.at < deadline && this.facts.now >= deadline;
  }

  private ask(remote: Remote, why: 'wished' | 'timeout'): void {
    const { now } = this.facts;
    const at = remote.cancel && remote.cancel.at >= remote.deadline ? remote.cancel.at : now;
    remote.cancel = { why, at, answered: false, refused: false };
  }

  asked(answer: Asked): string[] {
    const found = this.followed();
    const cancel = found?.remote.cancel;
    if (found?.attempt.out !== 'runs' || !cancel || cancel.answered) return ['staleAttempt'];
    cancel.answered = answer !== 'unknown';
    cancel.refused = answer === 'impossible';
    return [];
  }

  ring(): string[] {
    return this.followed() ? [] : ['nothingToDo'];
  }

  private interrupt(): void {
    const attempt = this.latest!;
    const { rel, step, wished } = attempt;
    attempt.out = 'interrupted';
    attempt.end = 'interrupted';
    // RULES 6: a verification begins again by itself, an idempotent deploy at most twice; neither after a wish to cancel. One
    // that is lost elsewhere does so twice (37).
    const lost = rel.latest.filter(
      (each) => each.step === 'verify' && each.remote && each.end === 'interrupted',
    );
    if (!wished && step === 'verify' && lost.length <= TRIES) return;
    rel.status = 'errored';
    rel.inVerification = step === 'verify';
    if (wished || step === 'verify' || !this.rules.idempotent || rel.tries >= TRIES || this.rollbackOpen(rel))
      return;
    if (this.isForeign(rel)) return;
    rel.tries += 1;
    this.enqueue(rel, rel.deployer, 'errored');
    rel.queue!.place = 0;
  }

  gone(): string[] {
    // Their guards live no longer than a lease from now, whatever clock that one was counted by (RULES 35).
    if (this.latest) this.latest.lease = Math.min(this.latest.lease, this.facts.now + LEASE_MS);
    if (this.latest?.out === 'runs' && !this.latest.remote) this.interrupt();
    return [];
  }

  renew(): string[] {
    if (this.latest?.out !== 'runs') return ['staleAttempt'];
    this.latest.lease = Math.max(this.latest.lease, this.facts.now + LEASE_MS);
    return [];
  }

  /** RULES 2, and 40. */
  report(told: Outcome): string[] {
    const attempt = this.latest;
    if (!attempt) return ['staleAttempt'];
    if (attempt.out === 'done' && !(told === 'succeeded' && this.maySucceed(attempt)))
      return ['staleAttempt'];
    const { rel, step } = attempt;
    const outcome = this.byUs(attempt, told);
    if (step === 'verify' && !runs(rel) && !unverified(rel)) return ['staleAttempt'];
    if (outcome === 'interrupted') {
      // Its guard may live as long as ever (RULES 4).
      if (attempt.out === 'runs') this.interrupt();
      return [];
    }
    attempt.out = 'done';
    attempt.end = outcome;
    if (outcome === 'didNotRun' && step === 'deploy') this.uncertain = attempt.wasUncertain;
    const verdict = step === 'verify' ? this.checked(attempt, outcome) : outcome;
    if (step === 'deploy') this.deployEnded(rel, outcome);
    else if (verdict) this.verificationEnded(rel, verdict);
    if (verdict === 'failed') this.rollBackByItself(attempt);
    return [];
  }

  /** RULES 44: what the end of a check says about the verification; null: nothing. */
  private checked(
    { rel, began, wished }: Attempt,
    outcome: Exclude<Outcome, 'interrupted'>,
  ): Exclude<Outcome, 'interrupted'> | null {
    const { bake } = this.rules;
    const is = rel.bake;
    if (!bake || !is) return outcome;
    if (rel.status !== 'verifying') return outcome === 'succeeded' ? null : outcome;
    if (outcome === 'cancelled') return outcome;
    const { now } = this.facts;
    if (outcome === 'errored' || outcome === 'didNotRun') {
      is.errored += 1;
      if (is.errored === 3 || wished) return outcome;
    } else {
      const some = (ms: number) => Math.max(0, Math.min(ms, bake.everyMs));
      is.passed += some(now - began) + (is.counted === null ? 0 : some(began - is.counted));
      is.counted = now;
      is.errored = 0;
      is.failed = outcome === 'failed' ? is.failed + 1 : 0;
      if (is.failed >= bake.failures) return 'failed';
      if (outcome === 'succeeded' && is.passed >= bake.forMs) return outcome;
    }
    const left = bake.forMs - is.passed;
    is.next = now + (left > 0 && left < bake.everyMs ? left : bake.everyMs);
    return wished ? 'cancelled' : null;
  }

  /** RULES 38. */
  private byUs({ remote }: Attempt, told: Outcome): Outcome {
    const cancel = remote?.cancel;
    if (!cancel || cancel.refused || (told !== 'failed' && told !== 'cancelled')) return told;
    return cancel.why === 'wished' ? 'cancelled' : 'failed';
  }

  private deployEnded(rel: Rel, outcome: Exclude<Outcome, 'interrupted'>): void {
    if (outcome === 'succeeded') {
      rel.status = 'verifying';
      rel.queue = null;
      this.runsNow(rel);
    } else if (rel.status !== 'rejected' && rel.status !== 'expired') {
      rel.queue = null;
      rel.inVerification = false;
      rel.status = outcome === 'didNotRun' ? 'errored' : outcome;
    }
  }

  private verificationEnded(rel: Rel, outcome: Exclude<Outcome, 'interrupted'>): void {
    rel.inVerification = outcome === 'errored' || outcome === 'didNotRun';
    if (rel.inVerification) rel.status = 'errored';
    else if (outcome !== 'succeeded') rel.status = 'unverified';
    else if (ofPeople(rel) || this.isForeign(rel) || this.isLeft(rel)) rel.status = 'testing';
    else this.found(rel);
  }
}
