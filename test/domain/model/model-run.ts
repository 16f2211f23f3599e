import type fc from 'fast-check';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { decide } from '../../../src/domain/decide/environment/decide.ts';
import type { Context, Relation } from '../../../src/domain/decide/environment/draft/context.ts';
import { answerBefore } from '../../../src/domain/decide/shared/finish.ts';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import {
  type Environment,
  findRelease,
  latestAttempt,
  newEnvironment,
} from '../../../src/domain/documents/environment.ts';
import { isWaiting } from '../../../src/domain/documents/values/release.ts';
import type { CancelAnswer, Sight } from '../../../src/domain/documents/values/remote.ts';
import { wayBack, wayByItself } from '../../../src/domain/eligibility/environment.ts';
import { nextWork, queue } from '../../../src/domain/gates/gates.ts';
import { ROBOT as SLIPWAY } from '../../../src/domain/people/people.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import { LEASE_MS, MARGIN_MS } from '../../../src/domain/time/lease.ts';
import {
  ada,
  approvalsOf,
  BROKE,
  CANCELLED,
  continuousPolicy,
  DID_NOT_RUN,
  eve,
  FAILED,
  frozen,
  guest,
  HOUR,
  INTERRUPTED,
  lin,
  mo,
  policyOf,
  START,
  SUCCEEDED,
  sha,
} from '../support/given.ts';
import { type Asked, type Facts, Model, type Outcome, REMOTE_LIMIT_MS, type Seen } from './model.ts';

export const PEOPLE = [ada, lin, mo, eve, guest];
export const COMMITS = ['a', 'b', 'c'].map(sha);
/** Parents of each commit, by index. */
export const HISTORIES = [
  [null, 0, 1],
  [null, 0, 0],
];
/** Of the lowest and the upper environment, milliseconds after the start. */
const FREEZES: [number, number][][] = [
  [[4 * HOUR, 5 * HOUR]],
  [
    [3 * HOUR, 5 * HOUR],
    [20 * HOUR, 22 * HOUR],
  ],
];
const SOAK_MS = HOUR;
const BAKE = { forMs: 10_000, everyMs: 8_000, failures: 2 };

const OUTCOMES = {
  succeeded: SUCCEEDED,
  failed: FAILED,
  cancelled: CANCELLED,
  interrupted: INTERRUPTED,
  errored: BROKE,
  didNotRun: DID_NOT_RUN,
} as const satisfies Record<Outcome, unknown>;

export interface Setup {
  history: number;
  idempotent: boolean;
  /** The commit that is not built yet; 3: all are. */
  unbuilt: number;
  /** Verifications are repeated, and a newer release waits or replaces what bakes. */
  bake: 'none' | 'wait' | 'replace';
  /** Which environments roll back by themselves. */
  rollsBack: [boolean, boolean];
  /** The commit that touched irreversible paths; 3 and more: none. */
  irreversible: number;
}

/** Something happens: in `env` (0 the lowest), to the release so many before the newest, by somebody. */
export type Step = { env: number } & (
  | { do: 'person'; what: Person; back: number; commit: number; by: number; odd: boolean; twice: boolean }
  | { do: 'on'; pick: number; odd: boolean }
  | { do: 'head'; commit: number; old: boolean }
  | { do: 'work'; remote?: boolean }
  | { do: 'saw'; seen: Seen; stale: boolean }
  | { do: 'asked'; answer: Asked; stale: boolean }
  | { do: 'ring'; stale: boolean }
  /** Somebody cancels what runs. */
  | { do: 'stop'; by: number }
  | { do: 'report'; outcome: Outcome; stale: boolean; twice: boolean }
  | { do: 'renew' }
  | { do: 'gone' }
  | { do: 'tick' }
  | { do: 'wait'; ms: number }
  | { do: 'back' }
  | { do: 'built'; commit: number }
  | { do: 'tell'; again: boolean }
  | { do: 'lockAll'; by: number; lift: boolean }
  /** The configuration says the other mode from now on. */
  | { do: 'mode' }
  | { do: 'race'; first: Step; meanwhile: Step }
);

export const ASKS = [
  'prepare',
  'hotfix',
  'approve',
  'reject',
  'deploy',
  'cancel',
  'retry',
  'accept',
  'fail',
  'rollback',
  'adopt',
  'redeploy',
  'lock',
  'unlock',
  'takeOver',
  'pause',
  'resume',
  'override',
] as const;
export type Person = (typeof ASKS)[number];

type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;
type Ask = Bare<EnvironmentCommand>;

/** What a decision is made from: the document, and what the other documents said just before. */
interface Read {
  revision: number;
  below: Facts['below'];
  acceptances: Environment['acceptances'];
}

/** The domain, and beside it the model: each step is done to both. */
export class Pair {
  readonly real: Environment[];
  readonly models: Model[];
  readonly counts = new Map<string, number>();
  private readonly policies: EnvironmentPolicy[];
  private readonly parents: (number | null)[];
  private readonly unbuilt: Set<string>;
  private readonly irreversible: string | null;
  private wall = START;
  private ids = 0;
  private heads = 0;
  /** Effects to the environment above that were not delivered. */
  private readonly told: EnvironmentCommand[] = [];
  private lastTold: EnvironmentCommand | null = null;

  constructor({ history, idempotent, unbuilt, bake, rollsBack, irreversible }: Setup) {
    this.parents = HISTORIES[history]!;
    this.unbuilt = new Set(COMMITS.filter((_, index) => index === unbuilt));
    this.irreversible = COMMITS[irreversible] ?? null;
    const windows = FREEZES.map((spans) => spans.map(([from, to]) => windowOf(from, to)));
    const replaced = bake === 'replace';
    const baked = bake === 'none' ? {} : { bake: { ...BAKE, yields: replaced } };
    this.policies = [
      continuousPolicy({ ...baked, idempotent, freeze: windows[0]!, approvals: approvalsOf() }),
      policyOf({ ...baked, below: 'integration', idempotent, freeze: windows[1]!, soakMs: SOAK_MS }),
    ].map((policy, index) => (rollsBack[index] ? { ...policy, onFailure: 'rollback' } : policy));
    this.real = this.policies.map(({ name }) => newEnvironment('shop', name));
    this.models = this.policies.map(
      ({ name, mode }, index) =>
        new Model({
          name,
          continuous: mode === 'continuous',
          required: 1,
          approvers: [lin.id, mo.id],
          validForMs: 24 * HOUR,
          soakMs: index === 1 ? SOAK_MS : 0,
          freezes: FREEZES[index]!.map(([from, to]) => [START + from, START + to]),
          idempotent,
          bake: bake === 'none' ? null : { ...BAKE, replaced },
          rollsBack: rollsBack[index]!,
          irreversible: this.irreversible,
        }),
    );
  }

  private newId(): string {
    this.ids += 1;
    return `c${this.ids}`;
  }

  private isAncestor = (a: string, b: string): boolean => {
    for (let at = this.parents[COMMITS.indexOf(b)]!; at !== null; at = this.parents[at]!) {
      if (COMMITS[at] === a) return true;
    }
    return false;
  };

  private relation(a: string, b: string): Relation {
    if (a === b) return 'same';
    if (this.isAncestor(a, b)) return 'ancestor';
    return this.isAncestor(b, a) ? 'descendant' : 'diverged';
  }

  read(env: number): Read {
    const below = new Map(this.models[0]!.accepts.map((each) => [each.sha, { ...each }]));
    const { acceptances } = this.real[0]!;
    return { revision: this.real[env]!.revision, below: env === 0 ? null : below, acceptances };
  }

  private context(env: number, ask: Ask, read: Read): Context {
    const environment = this.real[env]!;
    const number = 'release' in ask ? ask.release : null;
    const commit = number === null ? this.commitOf(env, ask) : findRelease(environment, number)?.sha;
    const to = ask.type === 'report' ? this.latestSha(env) : environment.deployed?.sha;
    const ran = [environment.deployed?.sha ?? null, ...(environment.movedFrom ?? [])];
    const waiting = environment.open.filter(isWaiting).map((each) => each.sha);
    const shas = [...new Set([...waiting, ...ran, commit ?? null])];
    return {
      now: this.wall,
      policy: this.policies[env]!,
      built: commit && !this.unbuilt.has(commit) ? 'succeeded' : 'pending',
      order:
        env === 0
          ? null
          : (read.acceptances.find((each) => each.acceptance.sha === commit)?.acceptance ?? null),
      relations: shas.flatMap((each) =>
        [to, ask.type === 'adopt' ? ask.sha : to].flatMap((target) =>
          each && target ? [{ sha: each, to: target, relation: this.relation(each, target) }] : [],
        ),
      ),
      acceptances: [],
      ...this.crossed(env, ask),
      past: null,
      guardGone: false,
      groups: [],
      authors: [],
      unknownAuthors: null,
    };
  }

  /** What the rollback in question goes past, as git tells it. */
  private crossed(env: number, ask: Ask): Pick<Context, 'irreversible'> {
    const facts = { environment: this.real[env]!, policy: this.policies[env]!, acceptances: [] };
    const { irreversible } = this;
    if (irreversible === null || (ask.type !== 'rollback' && ask.type !== 'report')) return {};
    const way =
      ask.type === 'report'
        ? wayByItself(facts)
        : wayBack({ ...facts, now: this.wall, order: null }, { to: ask.to?.sha ?? null }, null);
    if ('refusal' in way) return {};
    const [leaves, to] = [way.left.sha, way.target.sha];
    const has = (commit: string) => commit === irreversible || this.isAncestor(irreversible, commit);
    return { irreversible: { leaves, to, crossed: has(leaves) && !has(to) ? [irreversible] : [] } };
  }

  private commitOf(env: number, ask: Ask): string | null {
    if (ask.type === 'redeploy') return this.real[env]?.deployed?.sha ?? null;
    if (ask.type === 'rollback') return ask.to?.sha ?? null;
    return 'sha' in ask ? ask.sha : null;
  }

  private latestSha(env: number): string | undefined {
    const { open, ended, attempts } = this.real[env]!;
    return [...open, ...ended.map(({ release }) => release)].find((release) =>
      release.attempts.some(({ number }) => number === attempts),
    )?.sha;
  }

  /** Decides about the domain; the rule that refuses, or null. */
  private ask(
    env: number,
    ask: Ask,
    actor: EnvironmentCommand['actor'],
    read: Read,
    twice = false,
  ): string | null {
    const command = { ...ask, id: this.newId(), actor } as EnvironmentCommand;
    return this.send(env, command, read, twice);
  }

  private send(env: number, command: EnvironmentCommand, read: Read, twice = false): string | null {
    const before = this.real[env]!;
    const decision = decide(frozen(before), command, this.context(env, command, read));
    const { aggregate } = decision;
    same(aggregate.time >= before.time, true, 'time of a document');
    this.real[env] = aggregate;
    for (const { to, command: effect } of decision.effects) {
      if (to.kind === 'environments') this.told.push(effect as EnvironmentCommand);
    }
    const rule = decision.kind === 'refused' ? decision.refusal.rule : null;
    if (twice) {
      const known = answerBefore(aggregate, command.id);
      same(known ? (known.kind === 'refused' ? known.refusal.rule : null) : undefined, rule, 'heard twice');
    }
    if (aggregate.effects.length > 40) this.carry(env);
    this.counts.set(command.type, (this.counts.get(command.type) ?? 0) + 1);
    return rule;
  }

  private carry(env: number): void {
    const { effects, settled } = this.real[env]!;
    const done = { effects: effects.map(({ id }) => id), settled: settled.map(({ id }) => id) };
    const carried: Ask & { id: string } = { type: 'carried', ...done, releases: [], acceptances: [], id: '' };
    const command: EnvironmentCommand = { ...carried, actor: SLIPWAY };
    this.real[env] = decide(this.real[env]!, command, this.context(env, command, this.read(env))).aggregate;
  }

  private facts(env: number, ask: Ask | null, read: Read): Facts {
    const { accepts } = this.models[0]!;
    const below = read.below ?? (env === 0 ? null : new Map(accepts.map((each) => [each.sha, each])));
    const commit = ask && this.commitOf(env, ask);
    return {
      now: this.wall,
      time: Math.max(this.wall, this.real[env]!.time),
      below,
      built: commit !== null && !this.unbuilt.has(commit),
      guardGone: false,
      isAncestor: this.isAncestor,
    };
  }

  /** Both must say the same: accepted, or refused by one of the rules that apply. */
  private both(
    env: number,
    ask: Ask,
    actor: EnvironmentCommand['actor'],
    does: (model: Model) => string[],
    { read = this.read(env), twice = false, reported = false } = {},
  ): void {
    const model = this.models[env]!;
    model.at(this.facts(env, ask, read), reported);
    const rules = does(model);
    model.makeWay();
    const rule = this.ask(env, ask, actor, read, twice);
    if (rule === null) same([], rules, `${ask.type} was accepted`);
    else if (!rules.includes(rule)) same(rule, rules, `${ask.type} was refused`);
  }

  /** Does it to both, then compares what they are. */
  run(step: Step): void {
    this.step(step);
    this.compare();
  }

  private step(step: Step, read?: Read): void {
    const { env } = step;
    const model = this.models[env]!;
    switch (step.do) {
      case 'person':
        this.person(step, read);
        return;
      case 'on':
        this.getOn(step);
        return;
      case 'head': {
        if (!step.old) this.heads += 1;
        this.head(env, step.commit, step.old ? Math.max(1, this.heads - 1) : this.heads);
        return;
      }
      case 'work':
        this.work(env, step.remote ?? false, read);
        return;
      case 'stop':
        this.stop(env, step.by);
        return;
      case 'saw':
      case 'asked':
      case 'ring':
        this.outside(env, step);
        return;
      case 'report':
        this.report(env, step);
        return;
      case 'renew': {
        const { attempts: attempt } = this.real[env]!;
        const ask = { type: 'renew', attempt, leaseUntil: this.wall + LEASE_MS, lastLine: null } as const;
        const rules = this.renewed(env);
        const rule = this.ask(env, ask, SLIPWAY, this.read(env));
        same(rule === null ? [] : [rule], rules, 'renew');
        return;
      }
      case 'gone':
        this.both(env, { type: 'workersGone', except: 'new' }, SLIPWAY, () => model.gone());
        return;
      case 'tick':
        this.both(env, { type: 'tick' }, SLIPWAY, () => []);
        return;
      case 'wait':
        this.wall += step.ms;
        return;
      case 'back':
        this.wall -= HOUR;
        return;
      case 'built': {
        const commit = COMMITS[step.commit]!;
        if (!this.unbuilt.delete(commit)) return;
        for (const at of [0, 1]) {
          const ask = { type: 'buildEnded', sha: commit, succeeded: true } as const;
          this.both(at, ask, SLIPWAY, (each) => each.built(commit));
        }
        return;
      }
      case 'tell':
        this.tell(step.again);
        return;
      case 'lockAll': {
        const owner = PEOPLE[step.by]!;
        const at = this.facts(env, null, this.read(env)).now;
        const rest = {
          reason: 'migration',
          at,
          askedBy: [],
          remindAt: at + HOUR,
          reminders: 0,
          card: 'shop:lock',
        };
        const lock = step.lift ? null : { owner, until: at + 2 * HOUR, ...rest };
        const known = lock && { owner: owner.id, until: lock.until };
        this.both(env, { type: 'productLock', lock }, SLIPWAY, (each) => each.lockOfAll(known));
        return;
      }
      case 'mode': {
        const policy = this.policies[env]!;
        const mode = policy.mode === 'continuous' ? 'approval' : 'continuous';
        this.policies[env] = { ...policy, mode };
        model.rules.continuous = mode === 'continuous';
        return;
      }
      case 'race': {
        const early = this.read(step.first.env);
        this.step(step.meanwhile);
        // A write that lost the race is decided again from a fresh read.
        const lost = this.real[step.first.env]!.revision !== early.revision;
        this.step(step.first, lost ? this.read(step.first.env) : early);
        return;
      }
      default:
        step satisfies never;
    }
  }

  /** A sign of life is no look at the clock: nothing else is decided with it. */
  private renewed(env: number): string[] {
    const model = this.models[env]!;
    const { latest } = model;
    if (latest?.out !== 'runs') return ['staleAttempt'];
    latest.lease = Math.max(latest.lease, this.facts(env, null, this.read(env)).now + LEASE_MS);
    return [];
  }

  private head(env: number, commit: number, head: number): void {
    const ask = { type: 'makeRelease', sha: COMMITS[commit]!, ref: 'main', head, card: null } as const;
    if (this.unbuilt.has(ask.sha)) return;
    this.both(env, ask, SLIPWAY, (model) => model.head(ask.sha, head));
  }

  private person(step: Step & { do: 'person' }, read?: Read): void {
    const { env, what, odd, twice } = step;
    // What a continuous environment above another one is given is made by effects, which this world does not carry.
    if (what === 'redeploy' && this.policies[env]!.below && this.models[env]!.rules.continuous) return;
    const release = Math.max(1, this.real[env]!.releases - step.back);
    const commit = COMMITS[step.commit]!;
    const by = PEOPLE[step.by]!;
    const reason = odd ? 'because' : '';
    const to = odd ? commit : null;
    // What the person was shown: with 0 some commit and a lock that is over, with 1 what is there now, else nothing.
    const some = COMMITS[(step.commit + 1) % COMMITS.length]!;
    const left = [some, this.models[env]!.left()?.sha][step.back] ?? null;
    const confirms = step.by % 2 === 0;
    const past = confirms && this.irreversible ? { past: { newest: this.irreversible, count: 1 } } : {};
    const isOver = step.back === 0;
    const card = ['over', this.real[env]!.lock?.card][step.back];
    const shown = card === undefined ? {} : { card };
    const does: Record<Person, [Ask, (model: Model) => string[]]> = {
      prepare: [
        { type: 'prepare', sha: commit, ref: null, note: null },
        (model) => model.prepare('promotion', commit, by.id, ''),
      ],
      hotfix: [
        { type: 'hotfix', sha: commit, ref: null, reason },
        (model) => model.prepare('hotfix', commit, by.id, reason),
      ],
      approve: [{ type: 'approve', release }, (model) => model.approve(release, by.id)],
      reject: [{ type: 'reject', release, reason: 'no' }, (model) => model.reject(release, by.id)],
      deploy: [{ type: 'deploy', release }, (model) => model.deploy(release, by.id)],
      cancel: [{ type: 'cancel', release, reason: null }, (model) => model.cancel(release, by.id)],
      retry: [{ type: 'retry', release }, (model) => model.retry(release, by.id)],
      accept: [
        { type: 'accept', release, reason: reason || null },
        (model) => model.accept(release, by.id, reason),
      ],
      fail: [{ type: 'fail', release, reason: 'bad' }, (model) => model.fail(release, by.id)],
      rollback: [
        {
          type: 'rollback',
          to: to === null ? null : { sha: to, ref: null },
          reason: 'burns',
          ...(left === null ? {} : { leaves: left }),
          ...past,
        },
        (model) => model.rollback(to, by.id, 'burns', left, confirms),
      ],
      adopt: [
        { type: 'adopt', sha: commit, ref: null, reason: 'runs' },
        (model) => model.adopt(commit, by.id),
      ],
      redeploy: [
        { type: 'redeploy', sha: null, reason: reason || null },
        (model) => model.redeploy(by.id, reason),
      ],
      lock: [
        { type: 'lock', reason: 'migration', forMs: odd ? HOUR : null },
        (model) => model.take(by.id, odd ? HOUR : null),
      ],
      unlock: [{ type: 'unlock', ownerGone: odd, ...shown }, (model) => model.unlock(by.id, odd, isOver)],
      takeOver: [
        { type: 'takeOver', reason: 'mine', forMs: null, ...shown },
        (model) => model.takeOver(by.id, isOver),
      ],
      pause: [{ type: 'pause', reason: 'look' }, (model) => model.pause(by.id)],
      resume: [{ type: 'resume', reason: null }, (model) => model.resume(by.id)],
      override: [{ type: 'override', release, reason: 'must' }, (model) => model.override(release, by.id)],
    };
    const [ask, model] = does[what];
    this.both(env, ask, by, model, { read: read ?? this.read(env), twice });
  }

  /** What a team that gets on would do next. */
  private getOn({ env, pick, odd }: Step & { do: 'on' }): void {
    const model = this.models[env]!;
    const live = model.rels.filter(({ status }) => NEXT[status] !== undefined);
    const rel = live[pick % Math.max(1, live.length)];
    const commit = pick % COMMITS.length;
    if (!rel) {
      if (env === 0) this.step({ do: 'head', env, commit, old: false });
      else this.person({ do: 'person', env, what: 'prepare', back: 0, commit, by: 0, odd, twice: false });
      return;
    }
    const next = NEXT[rel.status]!;
    if (next === 'work' || (next === 'report' && model.latest?.out !== 'runs')) {
      this.work(env, odd);
      return;
    }
    if (next === 'report') {
      this.report(env, { outcome: 'succeeded', stale: false, twice: false });
      return;
    }
    const back = this.real[env]!.releases - rel.n;
    const by = next === 'deploy' || next === 'retry' ? 0 : 1 + Number(odd);
    this.person({ do: 'person', env, what: next, back, commit, by, odd: true, twice: false });
  }

  private stop(env: number, by: number): void {
    const running = this.models[env]!.rels.find(
      ({ status }) => status === 'deploying' || status === 'verifying',
    );
    if (!running) return;
    const back = this.real[env]!.releases - running.n;
    this.person({ do: 'person', env, what: 'cancel', back, commit: 0, by, odd: false, twice: false });
  }

  /** Another system is asked about the latest attempt, or tells something of it; or of the one before. */
  private outside(env: number, step: Step & { do: 'saw' | 'asked' | 'ring' }): void {
    const attempt = this.real[env]!.attempts - Number(step.stale);
    const seen = (what: Seen): Sight => {
      if (what === 'running') return { kind: what, run: { id: '7', url: null }, waits: null, lastLine: null };
      return what === 'unknown' ? { kind: what, reason: 'silent', until: null } : { kind: what };
    };
    const answer = (what: Asked): CancelAnswer => {
      if (what === 'unknown') return { kind: what, reason: 'silent', until: null };
      return what === 'impossible' ? { kind: what, reason: 'end it there' } : { kind: what };
    };
    const asks: Record<typeof step.do, () => [Ask, (model: Model) => string[]]> = {
      saw: () => {
        const what = step.do === 'saw' ? step.seen : 'unknown';
        return [{ type: 'sawRemote', attempt, seen: seen(what) }, (model) => model.saw(what)];
      },
      asked: () => {
        const what = step.do === 'asked' ? step.answer : 'unknown';
        return [{ type: 'askedToEnd', attempt, answer: answer(what) }, (model) => model.asked(what)];
      },
      ring: () => [{ type: 'ringRemote', key: `key ${attempt}` }, (model) => model.ring()],
    };
    const [ask, does] = asks[step.do]();
    const stale = ask.type === 'ringRemote' ? 'nothingToDo' : 'staleAttempt';
    this.both(env, ask, SLIPWAY, step.stale ? () => [stale] : does);
  }

  /** Rings until something begins, or nothing can. */
  private work(env: number, elsewhere = false, read = this.read(env)): void {
    const model = this.models[env]!;
    model.at(this.facts(env, null, read));
    model.makeWay();
    const expected = model.work(elsewhere);
    model.makeWay();
    const leaseUntil = this.wall + LEASE_MS;
    // A worker's ring is preceded by a look at the clock.
    this.ask(env, { type: 'tick' }, SLIPWAY, read);
    let began: number | null = null;
    for (let tries = 0; tries < 30 && began === null; tries += 1) {
      const work = nextWork(this.real[env]!);
      if (!work) break;
      const { number } = work.release;
      const key = `key ${this.real[env]!.attempts + 1}`;
      const remote = elsewhere
        ? { remote: { system: 'http' as const, key, timeoutMs: REMOTE_LIMIT_MS } }
        : {};
      const { step } = work;
      const ask = { type: 'begin', release: number, step, worker: 'w', leaseUntil, ...remote } as const;
      const rule = this.ask(env, ask, SLIPWAY, read);
      if (rule === null) began = number;
      else if (rule !== 'sentBack') break;
    }
    same(began, expected, 'begins');
  }

  private report(
    env: number,
    { outcome, stale, twice }: { outcome: Outcome; stale: boolean; twice: boolean },
  ) {
    const attempt = this.real[env]!.attempts - Number(stale);
    const ask = { type: 'report', attempt, outcome: OUTCOMES[outcome], log: '' } as const;
    const does = (model: Model) => (stale ? ['staleAttempt'] : model.report(outcome));
    this.both(env, ask, SLIPWAY, does, { reported: !stale });
    if (!twice) return;
    const again = (model: Model) => (stale ? ['staleAttempt'] : model.report(outcome));
    this.both(env, ask, SLIPWAY, again, { reported: !stale });
  }

  /** An effect to the environment above arrives, late as may be, or once more. */
  private tell(again: boolean): void {
    const command = again ? this.lastTold : this.told.shift();
    if (command?.type !== 'revokedBelow') return;
    this.lastTold = command;
    if (answerBefore(this.real[1]!, command.id)) return;
    const read = this.read(1);
    const model = this.models[1]!;
    model.at(this.facts(1, null, read));
    model.revokedBelow(command.sha);
    model.makeWay();
    same(this.send(1, command, read), null, 'a revocation is heard');
  }

  compare(): void {
    for (const [env, model] of this.models.entries()) {
      const real = this.real[env]!;
      const releases = [...real.open, ...real.ended.map(({ release }) => release)];
      const statuses = releases
        .sort((a, b) => a.number - b.number)
        .map(
          ({ number, kind, status, erroredIn }) => `${number} ${kind} ${status} ${erroredIn === 'verify'}`,
        );
      const known = model.rels.map(
        ({ n, kind, status, inVerification }) => `${n} ${kind} ${status} ${inVerification}`,
      );
      // What a waiting retry was errored in is kept until it begins.
      const plain = (all: string[]) =>
        all.map((each) => (each.includes('errored') ? each : each.replace(/ \w+$/, '')));
      same(plain(statuses), plain(known), `${model.rules.name}: statuses`);
      const { deployed, desired } = real;
      same(
        deployed && `${deployed.release} ${deployed.sha}`,
        model.deployed && `${model.deployed.rel} ${model.deployed.sha}`,
        'deployed',
      );
      same(
        desired && `${desired.release} ${desired.sha}`,
        model.desired && `${model.desired.rel} ${model.desired.sha}`,
        'desired',
      );
      const { outcome = null, remote } = latestAttempt(real)?.attempt ?? {};
      const { latest } = model;
      if (latest)
        same(outcome?.kind ?? null, latest.end === 'didNotRun' ? 'errored' : latest.end, 'its outcome');
      same(remote?.cancel?.why, latest?.remote?.cancel?.why, 'its cancel');
      same(real.uncertain, model.uncertain, 'uncertain');
      same(real.accepted?.sha, model.accepts.filter(({ revoked }) => !revoked).at(-1)?.sha, 'accepted');
      const waiting = queue(real).map(({ number }) => number);
      const expected = model.queue().map(({ n }) => n);
      same(
        waiting,
        expected.filter((n) => waiting.includes(n)),
        'the queue',
      );
    }
  }
}

const NEXT: Partial<Record<Model['rels'][number]['status'], Person | 'work' | 'report'>> = {
  prepared: 'approve',
  approved: 'deploy',
  queued: 'work',
  deploying: 'report',
  verifying: 'report',
  testing: 'accept',
  unverified: 'accept',
};

function windowOf(from: number, to: number): FreezeWindow {
  const time = (at: number) => new Date(START + at).toISOString().slice(0, -1);
  return { kind: 'dated', from: time(from), to: time(to), timezone: 'UTC', reason: 'Weekend' };
}

/** Domain and model differ. */
export class Differ extends Error {}

function same(real: unknown, model: unknown, what: string): void {
  if (JSON.stringify(real) === JSON.stringify(model)) return;
  throw new Differ(`${what}: ${JSON.stringify(real)}, by the rules ${JSON.stringify(model)}`);
}

/** One step of a sequence that fast-check makes and shrinks. */
export class Run implements fc.Command<object, Pair> {
  readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  check(): boolean {
    return true;
  }

  run(_model: object, pair: Pair): void {
    pair.run(this.step);
  }

  toString(): string {
    return JSON.stringify(this.step);
  }
}

export const WAITS = [
  1_000,
  8_000,
  LEASE_MS + MARGIN_MS,
  61_000,
  301_000,
  HOUR,
  2 * HOUR,
  13 * HOUR,
  24 * HOUR,
];
