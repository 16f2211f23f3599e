import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newBuild } from '../../src/domain/build.ts';
import { newCard } from '../../src/domain/card.ts';
import { newEnvironment } from '../../src/domain/environment.ts';
import { newProduct } from '../../src/domain/product.ts';
import type { AuditRecord } from '../../src/ports/store.ts';
import { LIN, release } from '../unit/chat/build.ts';
import { checkCards } from './checks/cards.ts';
import { checkDeploys } from './checks/deploys.ts';
import type { Facts } from './checks/facts.ts';
import { checkOrder } from './checks/order.ts';
import { checkReferences } from './checks/references.ts';
import { checkSettled } from './checks/settled.ts';
import { readLedger } from './ledger.ts';
import type { Stage } from './stage.ts';
import { type FindingKind, Timeline } from './timeline.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

/** One commit on its way: integration by itself and checked, then preprod, where Lin accepted it. */
const LEDGER = {
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

function record(
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
    reason: null,
    revision,
    product: 'shop',
    place: { kind: 'environments', id: `shop/${environment}` },
  };
}

function message(card: string, text: string, reply?: string) {
  const event_payload = reply === undefined ? { card } : { card, reply };
  return { ts: reply === undefined ? '1.1' : '1.2', text, metadata: { event_payload } };
}

/** What is to be found in a run in which all went well, and what is changed of it. */
interface Told {
  ledger: Record<string, string[]>;
  messages: ReturnType<typeof message>[];
  facts: Omit<Facts, 'stage' | 'ledger'>;
}

function allWell(): Told {
  const deployed = (at: number) => ({ sha: A, ref: null, release: 1, at, by: LIN });
  const accepted = { status: 'accepted', sha: A, number: 1, begun: true, build: 'succeeded' } as const;
  const below = release({ ...accepted, kind: 'continuous', deployedAt: 1_210, card: 'shop@head-1' });
  const above = release({ ...accepted, kind: 'promotion', deployedAt: 2_210, card: 'shop/preprod#1' });
  const approve = record('approve', 'preprod', 2_010, { revision: 2 });
  const card = (id: string, environment: string) => ({
    ...newCard(id, 'shop', { kind: 'release' as const, environment: `shop/${environment}`, number: 1 }),
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
      toldUndeliverable: '',
    },
  };
}

type Change = (told: Told) => void;

const environment = ({ facts }: Told, name: string) => {
  const found = facts.environments.find((one) => one.name === name);
  if (!found) throw new TypeError(`no environment ${name}`);
  return found;
};

const without =
  (type: string): Change =>
  (told) => {
    told.facts.audit = told.facts.audit.filter((one) => one.type !== type);
  };

const lines =
  (file: keyof typeof LEDGER, change: (before: string[]) => string[]): Change =>
  (told) => {
    told.ledger[file] = change(told.ledger[file] ?? []);
  };

/** What must not happen, and under which name it is found. */
const WRONG: [what: string, kind: FindingKind, change: Change][] = [
  [
    'an orphan deploys on',
    'deploys at once',
    lines('shop~integration', (all) => [...all, `1500 beat r1 shop/integration#1 deploy continuous ${A}`]),
  ],
  [
    'one attempt runs twice',
    'double deploys',
    lines('shop~preprod', (all) => [...all, ...all.map((line) => line.replace('r3', 'r4'))]),
  ],
  ['a command runs that nobody began', 'double deploys', without('begin')],
  [
    'a deploy runs again that nobody asked for',
    'double deploys',
    (told) => {
      lines('shop~integration', (all) => [
        ...all,
        `1600 begin r9 shop/integration#1 deploy continuous ${A} 14`,
        `1700 end r9 shop/integration#1 deploy continuous ${A} 0`,
      ])(told);
      environment(told, 'integration').attempts = 3;
      told.facts.audit.push(record('begin', 'integration', 1_550, { attempt: 3 }));
    },
  ],
  [
    'an attempt is missing',
    'lost',
    (told) => {
      environment(told, 'preprod').attempts = 2;
    },
  ],
  ['the check below failed', 'deployed unaccepted', lines('shop~integration', (all) => all.slice(0, 4))],
  [
    'the acceptance below was revoked before the begin',
    'deployed unaccepted',
    (told) => {
      told.facts.audit.push(record('fail', 'integration', 1_900, { revision: 30 }));
      const id = 'shop/integration:30:0';
      told.facts.audit.push(record('revokedBelow', 'preprod', 1_950, { id, revision: 1 }));
    },
  ],
  [
    'a rollback to what was never accepted there',
    'deployed unaccepted',
    lines('shop~preprod', (all) => all.map((line) => line.replace('promotion', 'rollback'))),
  ],
  [
    'deployed without a success',
    'untrue references',
    lines('shop~preprod', (all) => all.map((line) => line.replace(/0$/, '1'))),
  ],
  [
    'sure of what was overtaken',
    'untrue references',
    lines('shop~preprod', (all) => [...all, `2500 begin r5 shop/preprod#2 deploy promotion ${B} 15`]),
  ],
  [
    'another tree than was built',
    'untrue references',
    lines('shop~preprod', ([first = '', ...rest]) => [first, first.replace('begin', 'wrong'), ...rest]),
  ],
  ['a settled command without an audit record', 'lost', without('approve')],
  ['a release that nobody asked for', 'lost', without('makeRelease')],
  [
    'a release asked for twice',
    'settled twice',
    ({ facts }) => void facts.audit.push(record('prepare', 'preprod', 2_001)),
  ],
  ['a release that is gone', 'lost', ({ facts }) => void facts.releases.delete('shop/preprod#1')],
  [
    'one command settled in two documents',
    'settled twice',
    (told) => void environment(told, 'integration').settled.push(...environment(told, 'preprod').settled),
  ],
  [
    'a delivery that came to nothing',
    'unsettled',
    ({ facts }) => {
      facts.deliveries = facts.deliveries.map((one) => ({
        ...one,
        record: one.record && { ...one.record, outcome: null },
      }));
    },
  ],
  [
    'a delivery that was taken and forgotten',
    'lost',
    ({ facts }) => {
      facts.deliveries = facts.deliveries.map((one) => ({ ...one, record: null }));
    },
  ],
  [
    'a head that was not built',
    'lost',
    ({ facts }) => {
      facts.builds = [];
    },
  ],
  [
    'something that is due',
    'unsettled',
    ({ facts }) => void facts.due.push({ kind: 'cards', id: 'shop@head-1' }),
  ],
  [
    'a card that is posted twice',
    'duplicate cards',
    ({ messages }) => void messages.push(message('shop@head-1', 'shop/integration#1 Accepted: …')),
  ],
  ['a card that is not posted', 'cards wrong', (told) => void told.messages.splice(0, 1)],
  [
    'a card that says what was',
    'cards wrong',
    ({ messages }) => {
      messages[0] = message('shop@head-1', 'shop/integration#1 Deploying: …');
    },
  ],
  ['a reply that is not posted', 'lost', (told) => void told.messages.splice(2, 1)],
  [
    'a card that cannot be delivered, and nobody says so',
    'cards wrong',
    ({ facts }) => {
      facts.cards = facts.cards.map((one) => ({ ...one, undeliverable: 'is_archived' }));
    },
  ],
];

describe('the checks of the torture', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'slipway-checks-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function findings(change: Change): Promise<{ kind: FindingKind; what: string }[]> {
    const told = allWell();
    change(told);
    const ledgers = join(directory, 'ledger');
    await mkdir(ledgers);
    for (const [file, all] of Object.entries(told.ledger)) {
      await writeFile(join(ledgers, file), `${all.join('\n')}\n`);
    }
    const timeline = new Timeline(join(directory, 'timeline.log'));
    const stage = {
      timeline,
      repositories: new Map([['shop', { head: () => A }]]),
      sandbox: { messages: (channel: string) => (channel === '#shop-releases' ? told.messages : []) },
    } as unknown as Stage;
    const facts: Facts = { ...told.facts, stage, ledger: await readLedger(ledgers, timeline) };
    for (const check of [checkDeploys, checkOrder, checkReferences, checkSettled, checkCards]) check(facts);
    return timeline.findings;
  }

  test('find nothing where all went well', async () => {
    expect(await findings(() => undefined)).toEqual([]);
  });

  test.each(WRONG)('find %s: %s', async (_what, kind, change) => {
    expect((await findings(change)).map((finding) => finding.kind)).toContain(kind);
  });
});
