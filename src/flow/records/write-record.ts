import type { Unsent } from '../../domain/documents/commands/commands.ts';
import type { RecordsCommand } from '../../domain/documents/commands/records.ts';
import type { CommitRecord } from '../../domain/documents/records.ts';
import type { Failed } from '../../domain/documents/values/record.ts';
import { ROBOT } from '../../domain/people/people.ts';
import { renderFile } from '../../domain/records/file.ts';
import { acceptedTag, recordMessage, tagMessage } from '../../domain/records/message.ts';
import { backoff } from '../../domain/time/duration.ts';
import { SLIPWAY } from '../../git/changes/author.ts';
import { type Change, ChangeError, type PushRefusal } from '../../git/changes/types.ts';
import { GitError, type GitErrorKind } from '../../git/commands/git-error.ts';
import { type Applied, apply } from '../commands/apply.ts';
import { said } from '../remote/said.ts';
import { NotConfigured } from '../services/errors.ts';
import type { Services } from '../services/services.ts';
import { type RecordsSettings, recordFile } from '../settings/records.ts';
import { findEnvironment, type ProductSettings } from '../settings/settings.ts';
import { isSame, type Known, readKnown } from './read.ts';

/** How often the write is begun anew because the environment has changed meanwhile. */
const ROUNDS = 5;

/** Where the file of an environment is. */
interface Place {
  id: string;
  product: ProductSettings;
  records: RecordsSettings;
  /** True: it is no longer configured, so its file is written only when something changes there. */
  retired: boolean;
}

/**
 * Writes what is deployed and accepted in an environment into the repository of records, and its tag. Its document is claimed, so
 * one worker writes at a time; what is written is read just before the push, and writing it twice makes no second commit. Throws
 * `NotConfigured` and `OldConfiguration`.
 */
export async function writeRecord(services: Services, id: string): Promise<void> {
  const stored = await services.store.load('records', id);
  if (stored === null || services.stopping.aborted) return;
  const found = findEnvironment(services.settings, id);
  if (!found) throw new NotConfigured(id);
  const { product, environment } = found;
  // An older configuration may name another place.
  await services.configurations.refreshProduct(services, product);
  services.configurations.mustBeNewest(product.name);
  const { records } = product;
  if (records === undefined) {
    await record(services, id, { type: 'recordNothing' }, stored);
    return;
  }
  const { clock, timing, worker } = services;
  const until = clock.leaseNow() + timing.recordClaimMs;
  const claimed = await record(services, id, { type: 'claimRecord', worker, until }, stored);
  if (claimed.answer.kind === 'refused') return;
  const place = { id, product, records, retired: environment.policy.retired };
  const outcome = await write(services, place, claimed.aggregate);
  await record(services, id, outcome, claimed.aggregate);
}

/** What became of it, for the document. */
async function write(
  services: Services,
  place: Place,
  claimed: CommitRecord,
): Promise<Unsent<RecordsCommand>> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const known = await readKnown(services, place.product, place.id);
    if (known === null) return written(services, place, claimed);
    try {
      const failed = await pushAll(services, place, known, claimed.wanted > claimed.written);
      return failed === null ? written(services, place, claimed) : deferred(services, place, claimed, failed);
    } catch (error) {
      if (error instanceof Outdated) continue;
      if (error instanceof GitError) return deferred(services, place, claimed, failedBy(error));
      if (error instanceof ChangeError)
        return deferred(services, place, claimed, { reason: error.message, lasting: true });
      throw error;
    }
  }
  return deferred(services, place, claimed, {
    reason: 'the environment changed all the time',
    lasting: false,
  });
}

/** The environment has changed since it was read. */
class Outdated extends Error {}

type Tag = NonNullable<Change['tag']>;

/** The file first: a host that does not take the tag has what runs all the same. Why it failed; null: it did not. */
async function pushAll(
  services: Services,
  place: Place,
  known: Known,
  isNew: boolean,
): Promise<Failed | null> {
  const { environment } = known;
  const change = changeOf(services, place, known, isNew);
  const tags: Tag[] =
    place.records.tags && environment.accepted !== null
      ? [
          {
            name: acceptedTag(environment, environment.accepted),
            message: tagMessage(environment, environment.accepted),
          },
        ]
      : [];
  for (const tag of [null, ...tags]) {
    const changed = await services.records(place.product.name).change({ ...change, ...(tag && { tag }) });
    if (changed.kind === 'refused')
      return { reason: refusedWords(changed, tag?.name ?? change.branch), lasting: true };
    if (changed.kind === 'late' || changed.kind === 'unknown')
      return { reason: changed.reason, lasting: false };
    if (changed.kind === 'pushed')
      services.log.info({ environment: place.id, commit: changed.sha }, 'recorded what runs');
  }
  return null;
}

function changeOf(
  { store, timing }: Services,
  { id, product, records }: Place,
  { environment, release, tag }: Known,
  isNew: boolean,
): Omit<Change, 'tag'> {
  return {
    branch: records.branch,
    file: recordFile(records, { product: product.name, environment: environment.name }),
    // After the fetch: whoever pushes later reads later too, so nothing older replaces what is newer.
    edit: async (present) => {
      if (!isSame(await store.load('environments', id), environment)) throw new Outdated();
      return renderFile(present, { environment, tag, formats: records.formats });
    },
    author: SLIPWAY,
    message: recordMessage(environment, release, isNew),
    trailers: {},
    withinMs: timing.recordMs,
  };
}

function written(
  { clock, timing, worker }: Services,
  { retired }: Place,
  { wanted }: CommitRecord,
): Unsent<RecordsCommand> {
  const compareAt = retired ? null : clock.leaseNow() + timing.recordCompareMs;
  return { type: 'recordWritten', worker, wanted, compareAt };
}

function deferred(
  { clock, log, timing, worker }: Services,
  { product }: Place,
  { id, failures }: CommitRecord,
  { reason: words, lasting }: Failed,
): Unsent<RecordsCommand> {
  // Hosts print what they like, also of what they were sent.
  const failed = { reason: said(words, product.secrets), lasting };
  const waits = failed.lasting ? timing.recordAwayMs : timing.recordBackoffMs;
  const waitMs = backoff(waits, failures + 1);
  log.warn({ environment: id, wait: waitMs, reason: failed.reason }, 'what runs could not be recorded');
  return { type: 'recordDeferred', worker, until: clock.leaseNow() + waitMs, failed };
}

function refusedWords({ why, says }: PushRefusal, what: string): string {
  return why === 'access'
    ? `the login may not push there: ${says}`
    : `it does not take a push of ${what}: ${says}`;
}

/** Nobody has to act where the host is away. */
const PASSES: ReadonlySet<GitErrorKind> = new Set(['unreachable', 'timeout']);

function failedBy({ kind, message }: GitError): Failed {
  return { reason: message, lasting: !PASSES.has(kind) };
}

function record(
  services: Services,
  id: string,
  command: Unsent<RecordsCommand>,
  known: CommitRecord,
): Promise<Applied<'records'>> {
  return apply(services, 'records', id, { ...command, id: services.newId(), actor: ROBOT }, known);
}
