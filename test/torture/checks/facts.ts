import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build } from '../../../src/domain/documents/build.ts';
import { type Card, isGivenUp } from '../../../src/domain/documents/card.ts';
import type { AggregateKind, DocumentRef } from '../../../src/domain/documents/document.ts';
import type { Environment } from '../../../src/domain/documents/environment.ts';
import type { Product } from '../../../src/domain/documents/product.ts';
import type { Profile } from '../../../src/domain/documents/profile.ts';
import type { Release } from '../../../src/domain/documents/values/release.ts';
import { releaseId } from '../../../src/domain/ids.ts';
import type { Aggregates, AuditRecord, DeliveryRecord, RequestRecord } from '../../../src/ports/store.ts';
import type { Delivery } from '../acts/forge.ts';
import type { Books } from '../fleet/tiers.ts';
import { channelOf, PRODUCTS } from '../products.ts';
import type { Ledger, Run } from '../report/ledger.ts';
import { type Asked, PEOPLE, type Stage } from '../stage.ts';

/** Everything that is known after a run, from the store and from outside. */
export interface Facts {
  stage: Stage;
  ledger: Ledger;
  deliveries: (Delivery & { record: DeliveryRecord | null })[];
  environments: Environment[];
  builds: Build[];
  products: Product[];
  cards: Card[];
  people: Profile[];
  audit: AuditRecord[];
  /** By full name; what the document says before what the history says. */
  releases: Map<string, Release>;
  /** Documents whose time had come when the bot was stopped. */
  due: DocumentRef[];
  /** Requests of people that are not finished. */
  requests: RequestRecord[];
  /** Requests of people that were acknowledged, in their order. */
  asked: readonly Asked[];
  /** When each person was told something, or a dialog opened or changed for them. In order; by user id. */
  told: ReadonlyMap<string, readonly number[]>;
  /** What `/release status` told of cards that cannot be delivered, of all products. */
  toldUndeliverable: string;
}

/** What is due is carried out within a sweep or two. */
const CARRIED_WITHIN_MS = 6_000;

export async function readFacts(
  books: Books,
  given: Pick<Facts, 'stage' | 'ledger' | 'toldUndeliverable'> & {
    deliveries: Delivery[];
    stoppedAt: number;
  },
): Promise<Facts> {
  const { store } = books;
  const environments = await all(books, 'environments');
  const releases = new Map<string, Release>();
  for (const environment of environments) {
    for (const record of await store.releases(environment.id, null, 1_000_000))
      releases.set(record.id, record.release);
    for (const release of [...environment.ended.map((entry) => entry.release), ...environment.open]) {
      releases.set(releaseId(environment.id, release.number), release);
    }
  }
  return {
    ...given,
    deliveries: await Promise.all(
      given.deliveries.map(async (delivery) => ({
        ...delivery,
        record: await store.findDelivery(`github:${delivery.id}:${delivery.product}`),
      })),
    ),
    environments,
    releases,
    builds: await all(books, 'builds'),
    products: await all(books, 'products'),
    cards: await all(books, 'cards'),
    people: await all(books, 'people'),
    audit: await books.audit(),
    due: await store.due(given.stoppedAt - CARRIED_WITHIN_MS, 1_000),
    requests: await store.takeRequests(Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER, 1_000),
    asked: given.stage.asked,
    told: new Map(PEOPLE.map((person) => [person, toldTo(given.stage, person)])),
  };
}

/** When a person was told something for them alone: in a channel, in a direct message or in a dialog. */
function toldTo({ sandbox }: Stage, person: string): number[] {
  const messages = [...sandbox.ephemerals(person), ...sandbox.messages(person)];
  return messages.flatMap(({ ts, edited }) =>
    [ts, ...(edited === null ? [] : [edited])].map((at) => Number(at) * 1_000),
  );
}

async function all<K extends AggregateKind>({ store }: Books, kind: K): Promise<Aggregates[K][]> {
  const found: Aggregates[K][] = [];
  for (let after: string | null = null; ; ) {
    const ids = await store.ids(kind, after, 500);
    for (const id of ids) {
      const aggregate = await store.load(kind, id);
      if (aggregate) found.push(aggregate);
    }
    after = ids.at(-1) ?? null;
    if (after === null) return found;
  }
}

/** Attempts as they were begun, by the audit, in their order. */
export function begins(
  facts: Facts,
  environment: string,
): (AuditRecord & { release: number; attempt: number })[] {
  return facts.audit
    .flatMap((record) => {
      const { answer, place, type } = record;
      if (type !== 'begin' || place.id !== environment || answer.kind !== 'accepted') return [];
      return [{ ...record, release: answer.release ?? 0, attempt: answer.attempt ?? 0 }];
    })
    .sort((a, b) => a.attempt - b.attempt);
}

/** Commands of a type that were accepted there. */
export function accepted(facts: Facts, environment: string, type: AuditRecord['type']) {
  return facts.audit.flatMap((record) => {
    const { answer } = record;
    if (record.type !== type || record.place.id !== environment || answer.kind !== 'accepted') return [];
    return [{ ...record, release: answer.release ?? 0 }];
  });
}

export function runsIn(facts: Facts, environment: string): Run[] {
  return facts.ledger.runs.filter(({ place }) => place === environment);
}

/** What ran between the begin of an attempt and the next one's; undefined: nothing did. */
export function runOf(facts: Facts, environment: string, attempt: number): Run | undefined {
  const begun = begins(facts, environment);
  const from = begun.find((one) => one.attempt === attempt)?.at ?? Number.POSITIVE_INFINITY;
  const to = begun.find((one) => one.attempt === attempt + 1)?.at ?? Number.POSITIVE_INFINITY;
  return runsIn(facts, environment).find(({ begunAt }) => begunAt >= from && begunAt < to);
}

/** How much came of it all, for the report. */
export function countsOf(facts: Facts): Record<string, number> {
  const releases = [...facts.releases.values()];
  const runs = (step: Run['step']) => facts.ledger.runs.filter((run) => run.step === step);
  return {
    releases: releases.length,
    'releases that were deployed': releases.filter(({ deployedAt }) => deployedAt !== null).length,
    rollbacks: releases.filter(({ kind }) => kind === 'rollback').length,
    'builds run': runs('build').length,
    'deploys run': runs('deploy').length,
    'deploys cut off': runs('deploy').filter(({ end }) => end === null).length,
    'verifications run': runs('verify').length,
    'verifications cut off': runs('verify').filter(({ end }) => end === null).length,
    'commands settled': facts.audit.length,
    cards: facts.cards.length,
    'cards undeliverable in the end': facts.cards.filter(({ undeliverable }) => undeliverable !== null)
      .length,
  };
}

/** For people who look into a finding: every document, and what Slack has, as files. */
export async function keepFacts({ stage, ledger: _, releases, ...facts }: Facts): Promise<void> {
  const messages = PRODUCTS.map(({ name }) =>
    stage.sandbox.messages(channelOf(name)).map(({ blocks: _blocks, versions: _versions, ...said }) => said),
  );
  const all = { ...facts, releases: Object.fromEntries(releases), messages: messages.flat() };
  const directory = join(stage.directory, 'store');
  await mkdir(directory);
  await Promise.all(
    Object.entries(all).map(([name, value]) =>
      writeFile(join(directory, `${name}.json`), `${JSON.stringify(value, null, 1)}\n`),
    ),
  );
}

/** When the last of the cards comes that Slack did not take, or that may have been posted twice; null: none waits, or its time has come long since. */
export async function nextTryOfACard(books: Books, now: number): Promise<number | null> {
  const cards = await all(books, 'cards');
  const times = cards.flatMap((card) => {
    const { failures, doubtUntil, wakeAt } = card;
    const waits = !isGivenUp(card) && (failures > 0 || doubtUntil !== null);
    return waits && wakeAt !== null && wakeAt > now - CARRIED_WITHIN_MS ? [wakeAt] : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}
