import type { HumanCommand } from '../../../src/domain/documents/commands/environment.ts';
import type { LockCommand } from '../../../src/domain/documents/commands/lock.ts';
import type { AggregateKind, DocumentRef } from '../../../src/domain/documents/document.ts';
import { type Environment, findRelease } from '../../../src/domain/documents/environment.ts';
import { isRunning, isSettled, isWaiting } from '../../../src/domain/documents/values/release.ts';
import { untold } from '../../../src/domain/documents/values/report.ts';
import { followed } from '../../../src/domain/gates/followed.ts';
import type { Person } from '../../../src/domain/people/people.ts';
import { isFinal, saysOf } from '../../../src/domain/reports/says.ts';
import type { Crew } from './crew.ts';
import { ada, eve, guest, HOUR, lin, mo } from './given.ts';

/** One thing that happens; `a` and `b` choose to whom and how. */
export type Action = [kind: number, a: number, b: number];

const PEOPLE: Person[] = [lin, mo, ada, eve, guest, lin, mo];
const WAITS = [100, 700, 3_000, 8_000, 16_000, 16_000, HOUR, 13 * HOUR];

function pick<T>(from: readonly T[], at: number): T | undefined {
  return from.length === 0 ? undefined : from[at % from.length];
}

export function places(crew: Crew): DocumentRef[] {
  return [...crew.world.docs.keys()].map((key) => {
    const [kind, id] = key.split(' ') as [AggregateKind, string];
    return { kind, id };
  });
}

type Asked = HumanCommand | LockCommand;
type Bare = Asked extends infer C ? (C extends unknown ? Omit<C, 'id' | 'actor'> : never) : never;

function asks(environment: Environment, crew: Crew, a: number, b: number): Bare {
  const release =
    environment.releases === 0 ? 1 : environment.releases - (b % Math.min(environment.releases, 4));
  const commit = pick(crew.world.commits, b)!;
  const all: Bare[] = [
    { type: 'prepare', sha: commit, ref: null, note: null },
    { type: 'approve', release },
    { type: 'deploy', release },
    { type: 'accept', release, reason: b % 2 ? 'seen' : null },
    { type: 'retry', release },
    { type: 'cancel', release, reason: null },
    { type: 'fail', release, reason: 'bad' },
    { type: 'rollback', to: b % 3 ? null : { sha: commit, ref: null }, reason: 'burns' },
    { type: 'reject', release, reason: 'no' },
    { type: 'hotfix', sha: commit, ref: null, reason: 'burns' },
    { type: 'adopt', sha: commit, ref: null, reason: 'it runs' },
    { type: 'override', release, reason: 'must' },
    { type: 'pause', reason: 'look' },
    { type: 'resume', reason: null },
    { type: 'lock', reason: 'migration', forMs: b % 2 ? 8_000 : null },
    { type: 'unlock', ownerGone: b % 3 === 0 },
    { type: 'takeOver', reason: 'mine', forMs: null },
  ];
  return pick(all, a)!;
}

/** What a team that gets on would do next in an environment. */
function nextAsk(environment: Environment, crew: Crew, b: number): [Bare, Person] | null {
  const policy = crew.world.policies.find(({ name }) => name === environment.name)!;
  const release = pick(environment.open, b);
  if (!release) {
    const below = crew.world.environments().find(({ name }) => name === policy.below);
    const sha = below?.accepted?.sha;
    return sha && policy.mode === 'approval' ? [{ type: 'prepare', sha, ref: null, note: null }, ada] : null;
  }
  const { number } = release;
  switch (release.status) {
    case 'prepared':
      return [
        { type: 'approve', release: number },
        release.approvals.some(({ by }) => by.kind === 'person' && by.id === lin.id) ? mo : lin,
      ];
    case 'approved':
      return [{ type: 'deploy', release: number }, ada];
    case 'testing':
      return [{ type: 'accept', release: number, reason: null }, mo];
    case 'unverified':
      return [{ type: 'accept', release: number, reason: 'seen' }, eve];
    case 'failed':
    case 'errored':
    case 'cancelled':
      return [{ type: 'retry', release: number }, ada];
    default:
      return null;
  }
}

/** Hands on all that a document owes, in order. */
export function carryAll(crew: Crew, { kind, id }: DocumentRef): void {
  const document = crew.world.load(kind, id);
  if (document.wakeAt !== 0) return;
  for (const effect of document.effects) crew.send(effect);
  crew.record(
    document,
    kind,
    document.effects.map((effect) => effect.id),
    false,
  );
}

/** What another system carries out there goes on or ends, and is looked at. */
function workRemote(crew: Crew, id: string, b: number): void {
  const found = followed(crew.world.load('environments', id));
  if (!found) return;
  const { outcome, remote, number } = found.attempt;
  // Some take long, and half of the time whoever asks may hear nothing.
  const ends = number % 2 === 0 ? b % 5 === 0 : b % 3 !== 1;
  if (ends && outcome === null && remote) {
    if (crew.outside.runs.get(remote.key) === 'running') crew.outside.end(remote.key, b);
    crew.ring(id);
  }
  crew.look(id, ends ? 5 : b, false);
}

/** Works one document off as far as it goes, with nothing going wrong but commands that fail. */
export function work(crew: Crew, { kind, id }: DocumentRef, b: number): void {
  if (kind === 'environments') workRemote(crew, id, b);
  if (kind === 'products') {
    crew.fetch();
    crew.fetched(0);
  }
  if (kind !== 'environments' && kind !== 'builds') return;
  for (let i = 0; i < 3; i += 1) {
    crew.begin(kind, id, b, false);
    const job = crew.jobs.find((each) => each.id === id);
    if (!job) return;
    for (let step = 0; step < 3; step += 1) crew.step(job, b + i);
    if (job.key !== undefined) workRemote(crew, id, b + i);
  }
}

export function post(crew: Crew, id: string): void {
  const { world } = crew;
  const worker = crew.workers[0]!.id;
  const told = (ask: Parameters<Crew['robot']>[0]) => world.apply('cards', id, crew.robot(ask));
  const until = world.wall() + 30_000;
  if (told({ type: 'claimCard', worker, until }).kind === 'refused') return;
  const { wanted, replies } = world.load('cards', id);
  told({ type: 'cardShown', worker, wanted, channel: 'C1', ts: '1.1', until });
  for (const reply of replies) told({ type: 'replied', worker, reply: reply.id, until });
  told({ type: 'releaseCard', worker });
}

/** Tells the forge all that an environment has to say. */
export function tell(crew: Crew, id: string): void {
  const { world } = crew;
  const worker = crew.workers[0]!.id;
  const ask = (command: Parameters<Crew['robot']>[0]) => world.apply('reports', id, crew.robot(command));
  const until = world.wall() + 30_000;
  if (ask({ type: 'claimReports', worker, until }).kind === 'refused') return;
  const environment = world.environments().find((each) => each.id === id)!;
  for (const report of world.load('reports', id).releases.filter((each) => untold(each).length > 0)) {
    const { release: number, wanted } = report;
    const release = findRelease(environment, number) ?? world.history.get(`${id}#${number}`)?.release;
    const says = release && saysOf(environment, release);
    const over = !release || !says || (isFinal(says) && isSettled(release));
    const deployment = says?.deployment ? { id: String(number), state: says.deployment } : null;
    const told = { type: 'reported', worker, until, release: number, wanted, over } as const;
    ask({ ...told, use: 'statuses', deployment: null });
    ask({ ...told, use: 'deployments', deployment });
  }
  ask({ type: 'releaseReports', worker });
}

/** Writes the file of an environment. */
export function write(crew: Crew, id: string): void {
  const { world } = crew;
  const worker = crew.workers[0]!.id;
  const ask = (command: Parameters<Crew['robot']>[0]) => world.apply('records', id, crew.robot(command));
  if (ask({ type: 'claimRecord', worker, until: world.wall() + 30_000 }).kind === 'refused') return;
  const { wanted } = world.load('records', id);
  const { deployed, accepted } = world.environments().find((each) => each.id === id)!;
  world.files.set(id, { deployed, accepted });
  ask({ type: 'recordWritten', worker, wanted, compareAt: null });
}

/** One thing that a team that gets on does in an environment. */
export function getOn(crew: Crew, a: number, b: number): void {
  const environment = pick(crew.world.environments(), a)!;
  const next = nextAsk(environment, crew, b);
  if (!next) return;
  const [ask, actor] = next;
  crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor });
}

export const ACTIONS: Record<string, (crew: Crew, a: number, b: number) => void> = {
  push: (crew, a) => crew.push(pick(crew.world.commits, a)!),
  fetch: (crew) => crew.fetch(),
  fetched: (crew, a) => crew.fetched(a),
  begin: (crew, a, b) => crew.begin('environments', pick(crew.world.environments(), a)!.id, b, b % 3 === 0),
  build: (crew, a, b) => {
    const builds = places(crew).filter(({ kind }) => kind === 'builds');
    const build = pick(builds, a);
    if (build) crew.begin('builds', build.id, b, b % 3 === 0);
  },
  step: (crew, a, b) => {
    const job = pick(crew.jobs, a);
    if (job) crew.step(job, b);
  },
  /** Somebody asks another system about what is due. */
  look: (crew, a, b) => {
    const { id } = pick(crew.world.environments(), a)!;
    crew.look(id, b, b % 3 === 0);
  },
  /** Something happens there to a run, whether or not it has ended; its event arrives, or not. */
  outside: (crew, a, b) => {
    const { id } = pick(crew.world.environments(), a)!;
    const key = followed(crew.world.load('environments', id))?.remote.key;
    if (key === undefined) return;
    crew.outside.end(key, b);
    if (b % 2 === 0) crew.ring(id);
  },
  ring: (crew, a) => crew.ring(pick(crew.world.environments(), a)!.id),
  /** An environment says which commit runs there, whether or not that is true. */
  says: (crew, a, b) => crew.says(pick(crew.world.environments(), a)!.id, b >> 1, b % 4 === 0),
  renew: (crew, a) => {
    const job = pick(crew.jobs, a);
    if (job) crew.renew(job);
  },
  settle: (crew, a) => {
    const [late] = crew.pending.splice(a % Math.max(1, crew.pending.length), 1);
    if (late) crew.settle(late.read, late.deadline);
  },
  sendOne: (crew, a, b) => {
    const { kind, id } = pick(places(crew), a) ?? { kind: 'products', id: 'shop' };
    const effect = pick(crew.world.load(kind, id).effects, b);
    if (effect) crew.send(effect);
  },
  recordAndDie: (crew, a, b) => {
    const place = pick(places(crew), a);
    if (place) crew.record(crew.world.load(place.kind, place.id), place.kind, [], b % 2 === 0);
  },
  carry: (crew, a) => {
    const place = pick(places(crew), a);
    if (place) carryAll(crew, place);
  },
  carryEverything: (crew) => {
    for (const place of places(crew)) carryAll(crew, place);
  },
  work: (crew, a, b) => {
    const place = pick(places(crew), a);
    if (place) work(crew, place, b);
  },
  flow: (crew, _a, b) => flow(crew, b % 12, 2),
  post: (crew, a) => {
    const card = pick(
      places(crew).filter(({ kind }) => kind === 'cards'),
      a,
    );
    if (card) post(crew, card.id);
  },
  tell: (crew, a) => {
    const { id } = pick(crew.world.environments(), a)!;
    tell(crew, id);
  },
  ask: (crew, a, b) => {
    const environment = pick(crew.world.environments(), b)!;
    const command = { ...asks(environment, crew, a, b >> 2), id: crew.newId(), actor: pick(PEOPLE, b >> 3)! };
    const first = crew.world.apply('environments', environment.id, command);
    const again = crew.world.apply('environments', environment.id, command);
    if (JSON.stringify(first) !== JSON.stringify(again)) throw new Error('asked twice, answered twice');
  },
  askLater: (crew, a, b) => {
    const environment = pick(crew.world.environments(), b)!;
    const command = { ...asks(environment, crew, a, b >> 2), id: crew.newId(), actor: pick(PEOPLE, b >> 3)! };
    crew.pending.push({ read: crew.world.read('environments', environment.id, command), deadline: 0 });
  },
  getOn: (crew, a, b) => {
    for (let i = 0; i <= b % 5; i += 1) getOn(crew, a, b >> 3);
  },
  prepare: (crew, a, b) => {
    const environment = pick(crew.world.environments(), a)!;
    const ask = { type: 'prepare', sha: pick(crew.world.commits, b)!, ref: null, note: null } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: ada });
  },
  rollback: (crew, a) => {
    const environment = pick(crew.world.environments(), a)!;
    const ask = { type: 'rollback', to: null, reason: 'burns' } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: mo });
  },
  hotfix: (crew, a, b) => {
    const environment = crew.world.environments().at(-1 - (a % 2))!;
    const ask = { type: 'hotfix', sha: pick(crew.world.commits, b)!, ref: null, reason: 'burns' } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: ada });
  },
  /** A lock comes, or goes: for a while or until somebody lifts it. */
  lock: (crew, a, b) => {
    const environment = pick(crew.world.environments(), a)!;
    const ask: Bare = environment.lock
      ? { type: 'unlock', ownerGone: true }
      : { type: 'lock', reason: 'migration', forMs: b % 2 ? 8_000 : null };
    const actor = pick([ada, eve, lin], b)!;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor });
  },
  pause: (crew, a) => {
    const environment = pick(crew.world.environments(), a % 2)!;
    const ask: Bare = environment.paused
      ? { type: 'resume', reason: null }
      : { type: 'pause', reason: 'look' };
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: lin });
  },
  override: (crew, a, b) => {
    const environment = pick(crew.world.environments(), a)!;
    const waits = pick(environment.open.filter(isWaiting), b);
    if (!waits) return;
    const ask = { type: 'override', release: waits.number, reason: 'must' } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: mo });
  },
  reject: (crew, a) => {
    const environment = pick(crew.world.environments(), a)!;
    const waits = environment.open.find((release) => release.kind === 'promotion' && isWaiting(release));
    if (!waits) return;
    const ask = { type: 'reject', release: waits.number, reason: 'no' } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: mo });
  },
  wish: (crew, a) => {
    const environment = pick(crew.world.environments(), a)!;
    const running = environment.open.find(isRunning);
    if (!running) return;
    const ask = { type: 'cancel', release: running.number, reason: null } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: mo });
  },
  retryBuild: (crew, a) => {
    const build = pick(
      places(crew).filter(({ kind }) => kind === 'builds'),
      a,
    );
    if (build) crew.world.apply('builds', build.id, { type: 'retryBuild', id: crew.newId(), actor: lin });
  },
  tick: (crew, a) => {
    const place = pick(
      places(crew).filter(({ kind }) => kind === 'environments' || kind === 'builds'),
      a,
    );
    if (place) crew.world.apply(place.kind, place.id, crew.robot({ type: 'tick' }));
  },
  wait: (crew, a) => {
    crew.world.real += pick(WAITS, a)!;
  },
  setClockBack: (crew, a) => {
    crew.world.offset -= pick([1_000, 20_000, HOUR], a)!;
  },
  kill: (crew, a) => crew.kill(a),
  freeze: (crew, a) => {
    const worker = pick(crew.workers, a)!;
    worker.stuck = !worker.stuck;
  },
  changePolicy: (crew, a) => crew.world.changePolicy(a),
  changeMode: (crew, a) => crew.world.changeMode(a),
  adopt: (crew, a, b) => {
    const environment = pick(crew.world.environments(), a)!;
    const ask = { type: 'adopt', sha: pick(crew.world.commits, b)!, ref: null, reason: 'runs' } as const;
    crew.world.apply('environments', environment.id, { ...ask, id: crew.newId(), actor: mo });
  },
  gitFails: (crew) => {
    crew.world.gitAnswers = !crew.world.gitAnswers;
  },
};

/** Hands on and works off everything, a few times over. */
export function flow(crew: Crew, b: number, times: number): void {
  for (let i = 0; i < times; i += 1) {
    for (const place of places(crew)) {
      carryAll(crew, place);
      work(crew, place, b);
    }
  }
}
