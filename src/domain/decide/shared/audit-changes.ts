import type { Build } from '../../documents/build.ts';
import type { Command } from '../../documents/commands/commands.ts';
import type { Aggregate, Answer, Change } from '../../documents/document.ts';
import type { Environment } from '../../documents/environment.ts';
import type { Product } from '../../documents/product.ts';
import type { Lock } from '../../documents/values/lock.ts';
import type { Release } from '../../documents/values/release.ts';
import type { Actor } from '../../people/people.ts';

/** How many changes a processed command keeps; this keeps a document small whatever happens (DESIGN §4). */
const CHANGES_KEPT = 12;

/** The latest time that a `Date` can hold. Milliseconds since the epoch. */
const LAST_DATE = 8.64e15;

type Fields = Omit<Environment & Build & Product, keyof Aggregate>;

/** Whether the audit needs a field. Every field of an environment, a build and a product is listed. */
const FIELDS = {
  sha: true,
  status: true,
  attempts: true,
  open: true,
  ended: true,
  deployed: true,
  accepted: true,
  lock: true,
  paused: true,
  name: false,
  releases: false,
  places: false,
  deployedRevision: false,
  uncertain: false,
  current: false,
  desired: false,
  newestHead: false,
  relationsOwed: false,
  movedFrom: false,
  // The product's own audit has it.
  productLock: false,
  frozen: false,
  freezeChangesAt: false,
  retriesChangeAt: false,
  acceptances: false,
  held: false,
  toldHead: false,
  discarded: false,
  interruptions: false,
  attempt: false,
  checks: false,
  reported: false,
  pushes: false,
  watchers: false,
  heads: false,
  asked: false,
  looked: false,
  announced: false,
  awaits: false,
  unseen: false,
  missing: false,
  pollAt: false,
  tags: false,
  pending: false,
  concluded: false,
  configuration: false,
  toldIn: false,
  fetchError: false,
} as const satisfies Record<keyof Fields, boolean>;

type AuditedField = { [F in keyof Fields]-?: (typeof FIELDS)[F] extends true ? F : never }[keyof Fields];

/** What the audit needs of a document; each kind has a part of it. */
type Audited = Partial<Pick<Fields, AuditedField>>;

/**
 * What one write changes, for the audit: statuses of releases and builds, the commit references, locks and pauses. It
 * compares the documents, so no rule can forget to report a change. `past`: a release that had left the document.
 */
export function changesBetween(
  before: Aggregate & Audited,
  next: Aggregate & Audited,
  past: Release | null,
): Change[] {
  const changes: Change[] = [];
  if (next.status !== undefined && next.status !== before.status) {
    changes.push(change('build', next.attempts || null, before.status ?? null, next.status));
  }
  const known = [...(past ? [past] : []), ...releasesOf(before)];
  const was = new Map(known.map(({ number, status }) => [number, status]));
  for (const { number, status } of releasesOf(next)) {
    const from = was.get(number) ?? null;
    if (from !== status) changes.push(change('release', number, from, status));
  }
  for (const what of ['deployed', 'accepted'] as const) {
    const [from, to] = [before[what], next[what]];
    if (from?.sha !== to?.sha)
      changes.push(change(what, to?.release ?? null, from?.sha ?? null, to?.sha ?? null));
  }
  if (holder(before.lock) !== holder(next.lock)) {
    changes.push(change('lock', null, holder(before.lock), holder(next.lock)));
  }
  const [wasPaused, isPaused] = [before.paused, next.paused].map((pause) => (pause ? named(pause.by) : null));
  if (wasPaused !== isPaused) changes.push(change('paused', null, wasPaused ?? null, isPaused ?? null));
  return changes.slice(0, CHANGES_KEPT);
}

/** "Ada (U0ADA) until 2026-01-05T14:30:00.000Z"; null: nobody has locked it. */
function holder(lock: Lock | null | undefined): string | null {
  if (!lock) return null;
  if (lock.until === null) return named(lock.owner);
  return `${named(lock.owner)} until ${new Date(Math.min(lock.until, LAST_DATE)).toISOString()}`;
}

function named(actor: Actor): string {
  return actor.kind === 'person' ? `${actor.name} (${actor.id})` : actor.name;
}

/**
 * The commit that a command was about: that of the release it made or named, that of its build, or the one it names
 * itself; null: none.
 */
export function commitOf(next: Aggregate & Audited, command: Command, answer: Answer): string | null {
  const made = answer.kind === 'accepted' ? answer.release : undefined;
  const number = made ?? ('release' in command ? command.release : undefined);
  const release = releasesOf(next).find((candidate) => candidate.number === number);
  const chosen = command.type === 'rollback' ? command.to?.sha : undefined;
  return release?.sha ?? next.sha ?? ('sha' in command ? command.sha : chosen) ?? null;
}

function releasesOf({ open = [], ended = [] }: Audited): Release[] {
  return [...open, ...ended.map(({ release }) => release)];
}

function change(what: Change['what'], number: number | null, from: string | null, to: string | null): Change {
  return { what, number, from, to };
}
