import type { EnvironmentPolicy } from '../../../src/domain/approvals/policy.ts';
import { decideBuild } from '../../../src/domain/decide/build/decide.ts';
import type { BuildContext } from '../../../src/domain/decide/build/draft.ts';
import { decideCard } from '../../../src/domain/decide/card/decide.ts';
import { decide } from '../../../src/domain/decide/environment/decide.ts';
import type { Context, Relation } from '../../../src/domain/decide/environment/draft/context.ts';
import { decidePerson, type PersonContext } from '../../../src/domain/decide/person/decide.ts';
import type { ProductContext } from '../../../src/domain/decide/product/context.ts';
import { decideProduct } from '../../../src/domain/decide/product/decide.ts';
import { decideRecords } from '../../../src/domain/decide/records/decide.ts';
import { decideReports } from '../../../src/domain/decide/reports/decide.ts';
import { answerBefore } from '../../../src/domain/decide/shared/finish.ts';
import { type Build, newBuild } from '../../../src/domain/documents/build.ts';
import { type Card, newCard } from '../../../src/domain/documents/card.ts';
import type { BuildCommand } from '../../../src/domain/documents/commands/build.ts';
import type { CardCommand } from '../../../src/domain/documents/commands/card.ts';
import type { Command } from '../../../src/domain/documents/commands/commands.ts';
import type { EnvironmentCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { PersonCommand } from '../../../src/domain/documents/commands/person.ts';
import type { ProductCommand } from '../../../src/domain/documents/commands/product.ts';
import type { RecordsCommand } from '../../../src/domain/documents/commands/records.ts';
import type { ReportsCommand } from '../../../src/domain/documents/commands/reports.ts';
import type { Aggregate, AggregateKind, Answer, Decision } from '../../../src/domain/documents/document.ts';
import {
  type Acceptance,
  type Environment,
  findRelease,
  newEnvironment,
} from '../../../src/domain/documents/environment.ts';
import { newProduct, type Product } from '../../../src/domain/documents/product.ts';
import { newProfile, type Profile } from '../../../src/domain/documents/profile.ts';
import { type CommitRecord, newCommitRecord } from '../../../src/domain/documents/records.ts';
import { newReports, type Reports } from '../../../src/domain/documents/reports.ts';
import { isWaiting, type Release } from '../../../src/domain/documents/values/release.ts';
import { wayBack, wayByItself } from '../../../src/domain/eligibility/environment.ts';
import { buildId, environmentId } from '../../../src/domain/ids.ts';
import type { FreezeWindow } from '../../../src/domain/time/freeze.ts';
import { approvalsOf, continuousPolicy, frozen, HOUR, policyOf, START } from '../support/given.ts';

export const PRODUCT = 'shop';

/** What a world is made of. */
export interface Setup {
  /** Parents of each commit, by index; the first is the root. */
  history: number[][];
  /** True: integration and staging are continuous, prod asks for approvals; false: preprod and prod do. */
  twoContinuous: boolean;
  /** One process that knows at its start that all before it are gone; false: two workers that know nothing. */
  embedded: boolean;
  idempotent: boolean;
  /** Slipway rolls back by itself. */
  rollsBack: boolean;
  /** Index of the commit that touched irreversible paths; past the history: none did. */
  irreversible: number;
  /** Another system carries out most steps. */
  remote: boolean;
  /** Whether verifications are repeated for a while, and what another release does meanwhile. */
  bake: 'none' | 'wait' | 'replace';
  /** False: what is told to cards is thrown away. */
  cards: boolean;
  /** True: nothing may be changed by a decision about it. Not always: it takes as long as to decide. */
  frozen: boolean;
}

/** Nobody deploys then: the worlds' time comes there, goes through, and may be set back into it. */
const FREEZE: FreezeWindow = {
  kind: 'dated',
  from: new Date(START + 2 * HOUR).toISOString().slice(0, -1),
  to: new Date(START + 3 * HOUR).toISOString().slice(0, -1),
  timezone: 'UTC',
  reason: 'Weekend',
};
const SOAK_MS = 5_000;
export const BAKE = { forMs: 6_000, everyMs: 3_000, failures: 2 };

type Kinds = {
  environments: Environment;
  builds: Build;
  products: Product;
  cards: Card;
  people: Profile;
  records: CommitRecord;
  reports: Reports;
};

/** A decision whose facts were read, and that is still to be made and saved. */
export interface Pending {
  kind: AggregateKind;
  id: string;
  command: Command;
  before: Aggregate;
  context: unknown;
}

export type Watch = (made: {
  kind: AggregateKind;
  before: Aggregate;
  command: Command;
  context: unknown;
  decision: Decision<Aggregate>;
}) => void;

/** Perhaps a late success, as a report of one. */
function isToSettle(command: EnvironmentCommand): boolean {
  return command.type === 'sawCurrent' && command.asked.decides === 'deploy';
}

/** Documents, git, memory and clocks of a small world; decisions are saved under the revision that was read. */
export class World {
  readonly setup: Setup;
  readonly commits: string[];
  readonly policies: EnvironmentPolicy[];
  docs = new Map<string, Aggregate>();
  audit = new Map<string, Answer>();
  history = new Map<string, { release: Release; revision: number }>();
  /** What the file of each environment in the repository of records says. */
  files = new Map<string, Pick<Environment, 'deployed' | 'accepted'>>();
  memory = new Map<string, Acceptance>();
  /** Real time, which only grows; wall clocks are `offset` away from it. */
  real = START;
  offset = 0;
  gitAnswers = true;
  /** Whether the guard of this document's latest attempt is known to be gone. */
  guardGone: (document: string) => boolean = () => false;
  watch: Watch = () => {};
  private readonly ancestors: Set<number>[] = [];

  constructor(setup: Setup) {
    this.setup = setup;
    this.commits = setup.history.map((_, index) => `c${index}`.padEnd(40, '0'));
    for (const parents of setup.history) {
      this.ancestors.push(new Set(parents.flatMap((parent) => [parent, ...this.ancestors[parent]!])));
    }
    const { idempotent, twoContinuous } = setup;
    const verified = {
      idempotent,
      ...(setup.bake !== 'none' && { bake: { ...BAKE, yields: setup.bake === 'replace' } }),
    };
    const middle = twoContinuous
      ? continuousPolicy({ name: 'staging', below: 'integration', approvals: approvalsOf(), ...verified })
      : policyOf({ name: 'preprod', below: 'integration', ...verified });
    const freeze = [FREEZE];
    const current = { everyMs: HOUR };
    const policies: EnvironmentPolicy[] = [
      continuousPolicy({ ...verified, freeze, above: { name: middle.name, mode: middle.mode } }),
      { ...middle, current, above: { name: 'prod', mode: 'approval' } },
      policyOf({
        below: middle.name,
        approvals: approvalsOf({ required: 2 }),
        verify: false,
        freeze,
        soakMs: SOAK_MS,
        current,
      }),
    ];
    this.policies = policies.map((policy) =>
      setup.rollsBack ? { ...policy, onFailure: 'rollback' } : policy,
    );
  }

  wall(): number {
    return this.real + this.offset;
  }

  relation(sha: string, to: string): Relation {
    const [a, b] = [this.commits.indexOf(sha), this.commits.indexOf(to)];
    if (a === b) return 'same';
    if (this.ancestors[b]!.has(a)) return 'ancestor';
    return this.ancestors[a]!.has(b) ? 'descendant' : 'diverged';
  }

  load<K extends AggregateKind>(kind: K, id: string): Kinds[K] {
    const stored = this.docs.get(`${kind} ${id}`);
    if (stored) return stored as Kinds[K];
    const make: { [Kind in AggregateKind]: () => Kinds[Kind] } = {
      environments: () => newEnvironment(PRODUCT, id.split('/')[1]!),
      builds: () => newBuild(PRODUCT, id.split('@')[1]!),
      products: () => newProduct(id),
      cards: () => newCard(id, '', { kind: 'push', head: 0, sha: '' }),
      people: () => newProfile(id),
      records: () => newCommitRecord(PRODUCT, id.split('/')[1]!),
      reports: () => newReports(PRODUCT, id.split('/')[1]!),
    };
    return make[kind]();
  }

  environments(): Environment[] {
    return this.policies.map(({ name }) => this.load('environments', environmentId(PRODUCT, name)));
  }

  /** Loads the document, then the facts (RULES 22). */
  read(kind: AggregateKind, id: string, command: Command): Pending {
    const before = this.load(kind, id);
    const pending = { kind, id, command, before, context: this.contextOf(kind, before, command) };
    return this.setup.frozen ? frozen(pending) : pending;
  }

  /** Decides from what was read; a lost race is decided again from a fresh read. */
  finish(pending: Pending): Answer {
    const { kind, id, command, before, context } = pending;
    const known = answerBefore(this.load(kind, id), command.id) ?? this.audit.get(command.id);
    if (known) return known;
    const decision = decideAny(kind, before, command, context);
    const { aggregate } = decision;
    if (decision.changed) {
      if (this.load(kind, id).revision !== before.revision) return this.apply(kind, id, command);
      this.docs.set(`${kind} ${id}`, aggregate);
    }
    this.watch({ kind, before, command, context, decision });
    return decision.kind === 'accepted' ? answered(decision) : { kind: 'refused', refusal: decision.refusal };
  }

  apply(kind: AggregateKind, id: string, command: Command): Answer {
    return this.finish(this.read(kind, id, command));
  }

  private contextOf(kind: AggregateKind, before: Aggregate, command: Command): unknown {
    if (kind === 'environments') {
      return this.environmentContext(before as Environment, command as EnvironmentCommand);
    }
    const lowest = { id: environmentId(PRODUCT, 'integration'), mode: 'continuous' };
    return {
      environments: [],
      mayLock: true,
      now: this.wall(),
      lowest,
      guardGone: this.guardGone(before.id),
    };
  }

  private environmentContext(environment: Environment, command: EnvironmentCommand): Context {
    const policy = this.policies.find(({ name }) => name === environment.name)!;
    const number = 'release' in command ? command.release : null;
    const release = number === null ? undefined : findRelease(environment, number);
    const past = number === null || release ? null : this.history.get(`${environment.id}#${number}`)?.release;
    const running = environment.open.find(({ status }) => status === 'deploying');
    const sha =
      command.type === 'rollback'
        ? (command.to?.sha ?? null)
        : 'sha' in command
          ? command.sha
          : (release ?? past ?? running)?.sha;
    const build = sha ? this.load('builds', buildId(PRODUCT, sha)).status : 'none';
    return {
      now: this.wall(),
      policy,
      built: build === 'succeeded' ? build : build === 'failed' || build === 'errored' ? 'failed' : 'pending',
      order: sha && policy.below ? this.acceptanceBelow(environmentId(PRODUCT, policy.below), sha) : null,
      relations: this.gitAnswers ? this.relations(environment, sha ?? null, command) : [],
      acceptances: [...this.memory.values()].filter((each) => each.environment === environment.id),
      ...this.crossed(environment, command, policy),
      past: past ?? null,
      groups: [],
      authors: [],
      unknownAuthors: null,
      reports: true,
      records: true,
      guardGone: this.guardGone(environment.id),
    };
  }

  /** Whether going back from one commit to the other goes past what is irreversible. */
  crosses(leaves: string, to: string): boolean {
    const commit = this.commits[this.setup.irreversible];
    const has = (sha: string) =>
      commit !== undefined && ['same', 'ancestor'].includes(this.relation(commit, sha));
    return has(leaves) && !has(to);
  }

  private crossed(
    environment: Environment,
    command: EnvironmentCommand,
    policy: EnvironmentPolicy,
  ): Pick<Context, 'irreversible'> {
    if (command.type !== 'rollback' && command.type !== 'report') return {};
    const acceptances = [...this.memory.values()].filter((each) => each.environment === environment.id);
    const facts = { environment, policy, acceptances, now: this.wall(), order: null };
    const way =
      command.type === 'report'
        ? wayByItself(facts)
        : wayBack(facts, { to: command.to?.sha ?? null, leaves: command.leaves }, null);
    if ('refusal' in way) return {};
    const [leaves, to] = [way.left.sha, way.target.sha];
    const commit = this.commits[this.setup.irreversible];
    const crossed = commit && this.crosses(leaves, to) ? [commit] : [];
    return { irreversible: { leaves, to, crossed: this.gitAnswers ? crossed : null } };
  }

  private relations(
    environment: Environment,
    sha: string | null,
    command: EnvironmentCommand,
  ): Context['relations'] {
    const waiting = environment.open.filter(isWaiting).map((release) => release.sha);
    const shas = [...new Set(sha === null ? waiting : [...waiting, sha])];
    const latest = environment.open.find(({ attempts }) => attempts.at(-1)?.number === environment.attempts);
    const runs = environment.deployed?.sha;
    const ran = [...(environment.movedFrom ?? []), ...(runs === undefined ? [] : [runs])];
    const targets = [
      command.type === 'report' || isToSettle(command) ? latest?.sha : runs,
      command.type === 'adopt' ? command.sha : undefined,
    ];
    return targets.flatMap((to) =>
      to === undefined
        ? []
        : [...shas, ...ran].map((each) => ({ sha: each, to, relation: this.relation(each, to) })),
    );
  }

  /** The aggregate below first, then the memory; the later of the two is what holds. */
  private acceptanceBelow(below: string, sha: string): Acceptance | null {
    const fresh = this.load('environments', below).acceptances.find((each) => each.acceptance.sha === sha);
    const kept = this.memory.get(`${below} ${sha}`) ?? null;
    if (!fresh || !kept) return fresh?.acceptance ?? kept;
    return fresh.acceptance.revision >= kept.revision ? fresh.acceptance : kept;
  }

  /**
   * The team has another mind: nobody is asked there from now on, or people are. The lowest environment stays continuous, so that
   * pushes go on.
   */
  changeMode(index: number): void {
    const at = 1 + (index % (this.policies.length - 1));
    const policy = this.policies[at]!;
    const mode = policy.mode === 'continuous' ? 'approval' : 'continuous';
    this.policies[at] = { ...policy, mode };
    const below = this.policies[at - 1]!;
    this.policies[at - 1] = { ...below, above: { name: policy.name, mode } };
  }

  /** Other people are asked from now on: what was approved under another policy is void. */
  changePolicy(index: number): void {
    const at = index % this.policies.length;
    const { approvals, ...policy } = this.policies[at]!;
    const validForMs = approvals.validForMs === 24 * HOUR ? 12 * HOUR : 24 * HOUR;
    this.policies[at] = { ...policy, approvals: { ...approvals, validForMs } };
  }
}

function answered(decision: Decision<Aggregate> & { kind: 'accepted' }): Answer {
  const { release, attempt, warnings } = decision;
  return {
    kind: 'accepted',
    ...(release === undefined ? {} : { release }),
    ...(attempt === undefined ? {} : { attempt }),
    ...(warnings && { warnings }),
  };
}

export function decideAny(
  kind: AggregateKind,
  before: Aggregate,
  command: Command,
  context: unknown,
): Decision<Aggregate> {
  switch (kind) {
    case 'environments':
      return decide(before as Environment, command as EnvironmentCommand, context as Context);
    case 'builds':
      return decideBuild(before as Build, command as BuildCommand, context as BuildContext);
    case 'products':
      return decideProduct(before as Product, command as ProductCommand, context as ProductContext);
    case 'cards':
      return decideCard(before as Card, command as CardCommand, context as { now: number });
    case 'people':
      return decidePerson(before as Profile, command as PersonCommand, context as PersonContext);
    case 'records':
      return decideRecords(before as CommitRecord, command as RecordsCommand, context as { now: number });
    case 'reports':
      return decideReports(before as Reports, command as ReportsCommand, context as { now: number });
    default:
      return kind satisfies never;
  }
}
