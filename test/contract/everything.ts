import { newBuild } from '../../src/domain/documents/build.ts';
import { newCard } from '../../src/domain/documents/card.ts';
import { AGGREGATE_KINDS, type AggregateKind } from '../../src/domain/documents/document.ts';
import { newEnvironment } from '../../src/domain/documents/environment.ts';
import { newCommitRecord } from '../../src/domain/documents/records.ts';
import { newReports } from '../../src/domain/documents/reports.ts';
import { environmentId } from '../../src/domain/ids.ts';
import { COLLECTIONS, type Collection, type Portable, type Records } from '../../src/ports/portable.ts';
import { acceptance, audit, product, profile, released } from './samples.ts';

/** Documents of every collection, in order of id. */
export type Everything = { [C in Collection]: Records[C][] };

/** Text that not everything can hold: NUL, half a surrogate pair, what BSON or SQL may take for something else. */
const ODD = 'a\u0000b \ud83d \u{1F4A9} "\\u0000" \'$1\' {"x",NULL} \u2028';

const PROD = environmentId('shop', 'prod');
const SHA = 'a'.repeat(40);

/** A little of everything: `audits` records of the audit, of each other kind at least one, with odd texts and large numbers. */
export function everything(audits = 3): Everything {
  const card = newCard('card-1', 'shop', { kind: 'release', environment: PROD, number: 1 });
  const record = released(PROD, 1, 7, ODD);
  return {
    builds: [{ ...newBuild('shop', SHA), revision: 3, wakeAt: 5 }],
    cards: [
      { ...card, revision: 4, ts: '1.2', channel: 'C1' },
      { ...card, id: 'card-2', revision: 1, undeliverable: 'not_in_channel', time: 9 },
    ],
    environments: [
      { ...newEnvironment('shop', 'prod'), revision: 9, wakeAt: 4, open: [record.release] },
      { ...newEnvironment('shop', 'prod-eu'), revision: 2 },
    ],
    people: [
      profile('U1', {
        revision: 2,
        home: { openedAt: 1, page: 0, search: ODD, clickedAt: 1_700_000_000_123_456 },
      }),
    ],
    products: [product('shop', { revision: 12, time: 1_700_000_000_000.5, wakeAt: 0 })],
    records: [{ ...newCommitRecord('shop', 'prod'), revision: 2 }],
    reports: [{ ...newReports('shop', 'prod'), revision: 2 }],
    releases: [record, released(PROD, 2, 9)],
    acceptances: [
      acceptance(environmentId('shop', 'prod-eu'), SHA, { revision: 3, ref: ODD }),
      acceptance(PROD, SHA, { revision: 8 }),
      acceptance(PROD, 'b'.repeat(40), { revoked: null, revision: 9 }),
    ],
    audit: Array.from({ length: audits }, (_one, at) =>
      audit(`command-${String(at).padStart(6, '0')}`, { at: 1_000 + at, reason: at === 1 ? ODD : null }),
    ),
    deliveries: [
      { id: 'github:1:shop', product: 'shop', at: 1_700_000_000_000, outcome: 'built "it"' },
      { id: 'github:2:shop', product: 'shop', at: 2, outcome: null },
    ],
    requests: [{ id: 'r1', at: 3, until: 4, taken: 1, body: JSON.stringify({ text: ODD }) }],
  };
}

/** Adds all of it. */
export async function addAll(portable: Portable, all: Everything): Promise<void> {
  for (const collection of COLLECTIONS) await portable.add(collection, all[collection]);
}

/** What the store has, in the order in which it gives it. */
export async function allOf(portable: Pick<Portable, 'pages'>): Promise<Everything> {
  const found = Object.fromEntries(COLLECTIONS.map((name) => [name, []])) as unknown as Everything;
  for await (const { collection, documents } of portable.pages()) {
    const of: unknown[] = found[collection];
    of.push(...documents.map(({ value }) => value));
  }
  return found;
}

/** The documents that commands change. */
export function aggregatesOf(all: Everything): [AggregateKind, Records[AggregateKind]][] {
  return AGGREGATE_KINDS.flatMap((kind) =>
    all[kind].map((document): [AggregateKind, Records[AggregateKind]] => [kind, document]),
  );
}
