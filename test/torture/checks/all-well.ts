import { newBuild } from '../../../src/domain/documents/build.ts';
import { newCard } from '../../../src/domain/documents/card.ts';
import { newEnvironment } from '../../../src/domain/documents/environment.ts';
import { newProduct } from '../../../src/domain/documents/product.ts';
import { environmentId } from '../../../src/domain/ids.ts';
import type { AuditRecord } from '../../../src/ports/store.ts';
import { LIN, release } from '../../chat/build.ts';
import type { Facts } from './facts.ts';

export const A = 'a'.repeat(40);
export const B = 'b'.repeat(40);

/** One commit on its way: integration by itself and checked, then preprod, where Lin accepted it. */
export const LEDGER = {
  'shop~integration': [
    `1100 begin r1 shop/integration#1 deploy continuous ${A} 11`,
    `1150 beat r1 shop/integration#1 deploy continuous ${A}`,
    `1200 end r1 shop/integration#1 deploy continuous ${A} 0`,
    `1300 begin r2 shop/integration#1 verify continuous ${A} 12`,
    `1400 end r2 shop/integration#1 verify continuous ${A} 0`,
  ],
  'shop~preprod': [
    `2100 begin r3 shop/preprod#1 deploy promotion ${A} 13`,
    `2200 end r3 shop/preprod#1 deploy promotion ${A} 0`,
  ],
};

export function record(
  type: AuditRecord['type'],
  environment: string,
  at: number,
  more: { attempt?: number; id?: string; revision?: number } = {},
): AuditRecord {
  const { attempt, id = `${type}-${environment}-${at}`, revision = at } = more;
  return {
    id,
    type,
    actor: LIN,
    at,
    answer: { kind: 'accepted', release: 1, ...(attempt === undefined ? {} : { attempt }) },
    sha: A,
    reason: null,
    revision,
    changed: [],
    product: 'shop',
    place: { kind: 'environments', id: `shop/${environment}` },
  };
}

export function message(card: string, text: string, reply?: string) {
  const event_payload = reply === undefined ? { card } : { card, reply };
  return { ts: reply === undefined ? '1.1' : '1.2', text, metadata: { event_payload } };
}

/** What is to be found in a run in which all went well, and what is changed of it. */
export interface Told {
  ledger: Record<string, string[]>;
  messages: ReturnType<typeof message>[];
  facts: Omit<Facts, 'stage' | 'ledger'>;
}

export function allWell(): Told {
  const deployed = (at: number) => ({ sha: A, ref: null, release: 1, at, by: LIN });
  const accepted = { status: 'accepted', sha: A, number: 1, begun: true, build: 'succeeded' } as const;
  const below = release({ ...accepted, kind: 'continuous', deployedAt: 1_210, card: 'shop@head-1' });
  const above = release({ ...accepted, kind: 'promotion', deployedAt: 2_210, card: 'shop/preprod#1' });
  const approve = record('approve', 'preprod', 2_010, { revision: 2 });
  const card = (id: string, environment: string) => ({
    ...newCard(id, 'shop', {
      kind: 'release' as const,
      environment: environmentId('shop', environment),
      number: 1,
    }),
    ts: '1.1',
    wanted: 2,
    shown: 2,
  });
  return {
    ledger: structuredClone(LEDGER),
    messages: [
      message('shop@head-1', 'shop/integration#1 Accepted: …'),
      message('shop/preprod#1', 'shop/preprod#1 Accepted: …'),
      message('shop/preprod#1', 'Lin approved', 'shop/preprod:2:0'),
      message('shop/preprod#1', 'is accepted', 'shop/preprod:2300:0'),
    ],
    facts: {
      environments: [
        {
          ...newEnvironment('shop', 'integration'),
          releases: 1,
          attempts: 2,
          deployed: deployed(1_210),
          ended: [{ release: below, revision: 9, recorded: true }],
        },
        {
          ...newEnvironment('shop', 'preprod'),
          releases: 1,
          attempts: 1,
          deployed: deployed(2_210),
          ended: [{ release: above, revision: 9, recorded: true }],
          settled: [{ ...approve, recorded: true }],
        },
      ],
      releases: new Map([
        ['shop/integration#1', below],
        ['shop/preprod#1', above],
      ]),
      builds: [{ ...newBuild('shop', A), status: 'succeeded' }],
      products: [{ ...newProduct('shop'), heads: [{ number: 1, sha: A, at: 1, pushedBy: null }] }],
      people: [],
      cards: [card('shop@head-1', 'integration'), card('shop/preprod#1', 'preprod')],
      audit: [
        record('makeRelease', 'integration', 1_000),
        record('begin', 'integration', 1_050, { attempt: 1 }),
        record('begin', 'integration', 1_250, { attempt: 2 }),
        record('prepare', 'preprod', 2_000),
        approve,
        record('begin', 'preprod', 2_050, { attempt: 1 }),
        record('accept', 'preprod', 2_300),
      ],
      deliveries: [
        {
          id: 'd1',
          product: 'shop',
          sha: A,
          ref: 'refs/heads/main',
          taken: true,
          record: { id: 'github:d1:shop', product: 'shop', at: 1, outcome: `build of ${A}, head 1` },
        },
      ],
      due: [],
      requests: [],
      asked: [
        { person: LIN.id, what: 'approve preprod', at: 2_000, seen: false },
        { person: 'U0GUEST', what: 'help', at: 2_000, seen: false },
      ],
      told: new Map([['U0GUEST', [2_100]]]),
      toldUndeliverable: '',
    },
  };
}
