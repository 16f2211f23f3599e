import type { Authorship } from '../../../src/domain/approvals/approvals.ts';
import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { decide } from '../../../src/domain/decide/environment/decide.ts';
import type { Context, Relation } from '../../../src/domain/decide/environment/draft/context.ts';
import type { Command } from '../../../src/domain/documents/commands/commands.ts';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { Decision, Effect } from '../../../src/domain/documents/document.ts';
import {
  type Acceptance,
  type Environment,
  findRelease,
  newEnvironment,
} from '../../../src/domain/documents/environment.ts';
import type { Refusal, Rule } from '../../../src/domain/documents/refusal.ts';
import type { Asked } from '../../../src/domain/documents/values/approval.ts';
import type { AttemptOutcome, Release, Status } from '../../../src/domain/documents/values/release.ts';
import type { GroupMembers } from '../../../src/domain/people/groups.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { LEASE_MS } from '../../../src/domain/time/lease.ts';

import { acceptedBelow, ada, frozen, lin, mo, policyOf, START, SUCCEEDED } from './given.ts';

export * from './given.ts';

/** Without its id and actor, member by member of the union. */
type Bare<T> = T extends unknown ? Omit<T, 'id' | 'actor'> : never;
export type Ask = Bare<EnvironmentCommand>;

export const refusedBy = (decision: Decision<Environment>): Rule | null =>
  decision.kind === 'refused' ? decision.refusal.rule : null;

/** One environment that commands are walked through, with the facts that the flow would read for it. */
export class Walk {
  environment: Environment;
  policy: EnvironmentPolicy;
  now = START;
  /** The clock that leases are counted by; null: `now`. */
  leaseNow: number | null = null;
  built: Context['built'] = 'succeeded';
  /** What is accepted below; absent: accepted, as far as this walk is concerned. */
  below = new Map<string, Acceptance | null>();
  /** By `sha:to`; absent: `otherwise`. */
  known = new Map<string, Relation | null>();
  otherwise: Relation | null = 'descendant';
  memory: Acceptance[] = [];
  past: Release | null = null;
  groups: GroupMembers[] = [];
  authors: Authorship[] = [];
  unknownAuthors: string[] | null = null;
  /** Who wants to be told that an approval is awaited. */
  readers: Asked[] = [];
  /** What a rollback goes past; absent: the product names no irreversible paths. */
  irreversible: Context['irreversible'];
  guardGone = true;
  /** A forge is told. */
  reports = false;
  effects: Effect[] = [];
  private commands = 0;

  constructor(policy: EnvironmentPolicy = policyOf()) {
    this.policy = policy;
    this.environment = newEnvironment(policy.product, policy.name);
  }

  /** The last refusal, for its facts. */
  refusal: Refusal | null = null;

  /** Goes on by itself from here. */
  copy(): Walk {
    return Object.assign(new Walk(this.policy), this, {
      below: new Map(this.below),
      known: new Map(this.known),
      effects: [...this.effects],
    });
  }

  context(commit: string | null): Context {
    const to = this.environment.deployed?.sha;
    const commits = [...this.environment.open.map((release) => release.sha), ...(commit ? [commit] : [])];
    const targets = [...new Set([...(to ? [to] : []), ...commits])];
    const ran = [...(to ? [to] : []), ...(this.environment.movedFrom ?? [])];
    const relations = targets.flatMap((target) =>
      [...new Set([...commits, ...ran])].flatMap((from) => {
        const relation = this.relation(from, target, ran.includes(from));
        return relation === null || from === target ? [] : [{ sha: from, to: target, relation }];
      }),
    );
    const accepted = commit === null || this.policy.below === null ? null : this.below.get(commit);
    return {
      now: this.now,
      ...(this.leaseNow === null ? {} : { leaseNow: this.leaseNow }),
      policy: this.policy,
      built: this.built,
      order:
        commit === null || this.policy.below === null
          ? null
          : accepted === undefined
            ? acceptedBelow(commit)
            : accepted,
      relations,
      acceptances: this.memory,
      past: this.past,
      groups: this.groups,
      authors: this.authors,
      unknownAuthors: this.unknownAuthors,
      readers: this.readers,
      reports: this.reports,
      ...(this.irreversible && { irreversible: this.irreversible }),
      guardGone: this.guardGone,
    };
  }

  /** `ran`: of a commit that has run here, which what is new is compared to, not the other way round. */
  private relation(from: string, to: string, ran: boolean): Relation | null {
    const key = `${from}:${to}`;
    if (this.known.has(key)) return this.known.get(key) ?? null;
    if (!ran) return this.otherwise;
    const back = `${to}:${from}`;
    const other = this.known.has(back) ? (this.known.get(back) ?? null) : this.otherwise;
    return other === 'descendant' ? 'ancestor' : other === 'ancestor' ? 'descendant' : other;
  }

  /** Decides without keeping the answer. */
  try(ask: Ask, actor: EnvironmentCommand['actor'] = ROBOT): Decision<Environment> {
    this.commands += 1;
    const command = { ...ask, id: `c${this.commands}`, actor } as EnvironmentCommand;
    const commit =
      command.type === 'redeploy'
        ? (this.environment.deployed?.sha ?? null)
        : 'sha' in command
          ? command.sha
          : 'release' in command
            ? (findRelease(this.environment, command.release)?.sha ?? null)
            : null;
    return decide(frozen(this.environment), frozen(command), frozen(this.context(commit)));
  }

  /** Decides and keeps the answer. */
  do(ask: Ask, actor: EnvironmentCommand['actor'] = ROBOT): Decision<Environment> {
    const decision = this.try(ask, actor);
    this.environment = decision.aggregate;
    this.effects.push(...decision.effects);
    this.refusal = decision.kind === 'refused' ? decision.refusal : null;
    if (this.environment.effects.length > 30) this.carry();
    return decision;
  }

  /** What a carrier does: everything that the document owes was sent and stored. */
  carry(): void {
    const { effects, settled, ended, acceptances } = this.environment;
    const decision = this.try({
      type: 'carried',
      effects: effects.map(({ id }) => id),
      settled: settled.map(({ id }) => id),
      releases: ended.map(({ release, revision }) => ({ number: release.number, revision })),
      acceptances: acceptances.map(({ acceptance: { sha, revision } }) => ({ sha, revision })),
    });
    this.environment = decision.aggregate;
  }

  /** As `do`, and it must be accepted. */
  ok(ask: Ask, actor: EnvironmentCommand['actor'] = ROBOT): Decision<Environment> & { kind: 'accepted' } {
    const decision = this.do(ask, actor);
    if (decision.kind === 'refused') {
      throw new Error(`${ask.type} was refused: ${JSON.stringify(decision.refusal)}`);
    }
    return decision;
  }

  /** As `do`, and it must be refused by this rule. */
  no(rule: Rule, ask: Ask, actor: EnvironmentCommand['actor'] = ROBOT): Refusal {
    const decision = this.do(ask, actor);
    expect(refusedBy(decision)).toBe(rule);
    if (decision.kind !== 'refused') throw new Error(`${ask.type} was accepted`);
    return decision.refusal;
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }

  release(number: number): Release {
    const release = findRelease(this.environment, number);
    if (!release) throw new Error(`no release ${number}`);
    return release;
  }

  status(number: number): Status {
    return this.release(number).status;
  }

  isOpen(number: number): boolean {
    return this.environment.open.some((release) => release.number === number);
  }

  acceptance(commit: string): Acceptance | undefined {
    return this.environment.acceptances.find((entry) => entry.acceptance.sha === commit)?.acceptance;
  }

  prepare(commit: string, actor = ada): number {
    return this.ok({ type: 'prepare', sha: commit, ref: null, note: null }, actor).release ?? 0;
  }

  approved(commit: string): number {
    const number = this.prepare(commit);
    this.ok({ type: 'approve', release: number }, lin);
    return number;
  }

  queued(commit: string): number {
    const number = this.approved(commit);
    this.ok({ type: 'deploy', release: number }, ada);
    return number;
  }

  begin(release: number, step: 'deploy' | 'verify' = 'deploy', worker = 'w1'): number {
    const leaseUntil = this.now + LEASE_MS;
    return this.ok({ type: 'begin', release, step, worker, leaseUntil }).attempt ?? 0;
  }

  report(attempt: number, outcome: AttemptOutcome = SUCCEEDED): Decision<Environment> {
    return this.do({ type: 'report', attempt, outcome, log: 'log' });
  }

  deploying(commit: string): number {
    const number = this.queued(commit);
    this.begin(number);
    return number;
  }

  /** The deploy succeeded; nothing is verified yet. */
  deployed(commit: string): number {
    const number = this.deploying(commit);
    this.report(this.environment.attempts);
    return number;
  }

  testing(commit: string): number {
    const number = this.deployed(commit);
    if (this.policy.verify) this.report(this.begin(number, 'verify'));
    return number;
  }

  accepted(commit: string): number {
    const number = this.testing(commit);
    this.ok({ type: 'accept', release: number, reason: null }, mo);
    return number;
  }

  /** A head of the branch, on its way into a continuous environment. */
  head(commit: string, head: number): number {
    const card = `shop@head-${head}`;
    return this.ok({ type: 'makeRelease', sha: commit, ref: 'main', head, card }).release ?? 0;
  }

  rollback(to: string | null = null, actor = mo): number {
    const chosen = to === null ? null : { sha: to, ref: null };
    return this.ok({ type: 'rollback', to: chosen, reason: 'it burns' }, actor).release ?? 0;
  }

  /** Runs a queued release to its end: deploy, then verification. */
  run(release: number): void {
    this.report(this.begin(release));
    if (this.status(release) === 'verifying') this.report(this.begin(release, 'verify'));
  }

  /** Commands sent so far, of one kind. */
  sent<T extends Command['type']>(type: T): Extract<Command, { type: T }>[] {
    return this.effects.map((effect) => effect.command).filter((command) => command.type === type) as Extract<
      Command,
      { type: T }
    >[];
  }

  replies(release: number): string[] {
    return this.sent('reply')
      .filter(({ subject }) => subject.kind === 'release' && subject.number === release)
      .map(({ reply }) => reply.event.kind);
  }
}
