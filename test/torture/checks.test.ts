import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Card, newCard } from '../../src/domain/documents/card.ts';
import { newProfile } from '../../src/domain/documents/profile.ts';
import type { CardSubject } from '../../src/domain/documents/values/card-subject.ts';
import type { AttemptOutcome } from '../../src/domain/documents/values/release.ts';
import type { Remote } from '../../src/domain/documents/values/remote.ts';
import { attempt, LIN, release } from '../chat/build.ts';
import { A, allWell, B, type LEDGER, message, record, type Told } from './checks/all-well.ts';
import { checkCards } from './checks/cards.ts';
import { checkDeploys } from './checks/deploys.ts';
import type { Facts } from './checks/facts.ts';
import { checkOrder } from './checks/order.ts';
import { checkReferences } from './checks/references.ts';
import { checkRemote } from './checks/remote.ts';
import { checkSettled } from './checks/settled.ts';
import { readLedger } from './report/ledger.ts';
import { type FindingKind, Timeline } from './report/timeline.ts';
import type { Stage } from './stage.ts';

type Change = (told: Told) => void;

const PUSH = { kind: 'push', head: 9, sha: B } as const;
const ENDED = {
  kind: 'notice',
  place: 'shop/preprod',
  notice: { kind: 'releaseEnded', to: LIN, release: release() },
} as const;

/** A card that was left out. */
function unposted(id: string, subject: CardSubject): Card {
  return { ...newCard(id, 'shop', subject), revision: 3, wanted: 1, shown: 1 };
}

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

/** The deploy to preprod was carried out by another system. `outcome`: what Slipway says of it. */
const elsewhere =
  (outcome: AttemptOutcome | null, ...changes: Change[]): Change =>
  (told) => {
    lines('shop~preprod', ([begin = '', ...rest]) => [begin.replace(/13$/, 'key=k1'), ...rest])(told);
    const above = told.facts.releases.get('shop/preprod#1');
    above?.attempts.push(attempt({ outcome, remote: REMOTE, startedAt: 2_050 }));
    for (const change of changes) change(told);
  };

const REMOTE: Remote = {
  system: 'http',
  key: 'k1',
  run: { id: 'k1', url: null },
  lookAt: null,
  deadline: 9_000,
  timeoutMs: 5_000,
};
const SUCCEEDED = { kind: 'succeeded' } as const;
const endsWith = (code: number): Change =>
  lines('shop~preprod', (all) => all.map((line) => line.replace(/ 0$/, ` ${code}`)));

/** What must not happen, and under which name it is found. */
const WRONG: [what: string, kind: FindingKind, change: Change][] = [
  [
    'an orphan continues its deploy',
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
    'a deploy runs again that nobody requested',
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
  [
    'the verification below failed',
    'deployed unaccepted',
    lines('shop~integration', (all) => all.slice(0, 4)),
  ],
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
    'a rollback to a commit that was never accepted there',
    'deployed unaccepted',
    lines('shop~preprod', (all) => all.map((line) => line.replace('promotion', 'rollback'))),
  ],
  [
    'deployed without a success',
    'untrue references',
    lines('shop~preprod', (all) => all.map((line) => line.replace(/0$/, '1'))),
  ],
  [
    'certain although it was overtaken',
    'untrue references',
    lines('shop~preprod', (all) => [...all, `2500 begin r5 shop/preprod#2 deploy promotion ${B} 15`]),
  ],
  [
    'a tree other than the built one',
    'untrue references',
    lines('shop~preprod', ([first = '', ...rest]) => [first, first.replace('begin', 'wrong'), ...rest]),
  ],
  [
    'an attempt elsewhere that was started twice',
    'double deploys',
    elsewhere(
      SUCCEEDED,
      lines('shop~preprod', (all) => [...all, ...all.map((line) => line.replace('r3', 'r4'))]),
    ),
  ],
  [
    'what runs elsewhere and is no attempt',
    'double deploys',
    elsewhere(
      SUCCEEDED,
      lines('shop~preprod', (all) => all.map((line) => line.replace('key=k1', 'key=k2'))),
    ),
  ],
  ['a success that failed elsewhere', 'untrue references', elsewhere(SUCCEEDED, endsWith(1))],
  [
    'a success of what never ran elsewhere',
    'untrue references',
    elsewhere(
      SUCCEEDED,
      lines('shop~preprod', () => []),
    ),
  ],
  [
    'a failure that succeeded elsewhere',
    'untrue references',
    elsewhere({ kind: 'failed', how: { kind: 'outside', says: 'it failed' } }),
  ],
  ['what was cancelled and succeeded elsewhere', 'untrue references', elsewhere({ kind: 'cancelled' })],
  [
    'what did not run, and ran elsewhere',
    'untrue references',
    elsewhere({ kind: 'errored', reason: 'it said 422', ran: false }),
  ],
  ['a settled command without an audit record', 'lost', without('approve')],
  ['a release that nobody requested', 'lost', without('makeRelease')],
  [
    'a release requested twice',
    'settled twice',
    ({ facts }) => void facts.audit.push(record('prepare', 'preprod', 2_001)),
  ],
  [
    'a release that was prepared and then resumed',
    'settled twice',
    ({ facts }) => void facts.audit.push(record('resume', 'preprod', 2_001)),
  ],
  ['a missing release', 'lost', ({ facts }) => void facts.releases.delete('shop/preprod#1')],
  [
    'one command settled in two documents',
    'settled twice',
    (told) => void environment(told, 'integration').settled.push(...environment(told, 'preprod').settled),
  ],
  [
    'a delivery without a result',
    'unsettled',
    ({ facts }) => {
      facts.deliveries = facts.deliveries.map((one) => ({
        ...one,
        record: one.record && { ...one.record, outcome: null },
      }));
    },
  ],
  [
    'a delivery that was accepted and lost',
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
    'a document that is still due',
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
    'a card with an old state',
    'cards wrong',
    ({ messages }) => {
      messages[0] = message('shop@head-1', 'shop/integration#1 Deploying: …');
    },
  ],
  [
    'a message that its reader wants and nobody posted',
    'cards wrong',
    (told) => {
      told.facts.people = [{ ...newProfile(LIN.id), switches: { ended: true } }];
      told.facts.cards.push(unposted('direct', ENDED));
    },
  ],
  [
    'a card outside of a burst that is not posted',
    'cards wrong',
    ({ facts }) => void facts.cards.push(unposted('shop@head-9', PUSH)),
  ],
  ['a reply that is not posted', 'lost', (told) => void told.messages.splice(2, 1)],
  [
    'a request that nobody finished',
    'lost',
    ({ facts }) => {
      facts.requests = [{ id: 'trigger.1', at: 2_000, until: 9_000, taken: 1, body: '{}' }];
    },
  ],
  [
    'a request of which nothing came',
    'lost',
    ({ facts }) => {
      facts.asked = [{ person: LIN.id, what: 'approve preprod', at: 5_000, seen: false }];
    },
  ],
  [
    'an undeliverable card that nobody reports',
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
    const checks = [checkDeploys, checkRemote, checkOrder, checkReferences, checkSettled, checkCards];
    for (const check of checks) check(facts);
    return timeline.findings;
  }

  test('find nothing when all went well', async () => {
    expect(await findings(() => undefined)).toEqual([]);
  });

  test('find nothing when a resume made the release', async () => {
    const resumed: Change = ({ facts }) => {
      facts.audit = facts.audit.map((one) => (one.type === 'makeRelease' ? { ...one, type: 'resume' } : one));
    };
    expect(await findings(resumed)).toEqual([]);
  });

  test.each([SUCCEEDED, { kind: 'interrupted' } as const])(
    'find nothing when another system carried it out, and Slipway says that it $kind',
    async (outcome) => {
      expect(await findings(elsewhere(outcome))).toEqual([]);
    },
  );

  test('find nothing when an attempt elsewhere is kept no more', async () => {
    const later: Change = ({ facts }) => {
      facts.releases.get('shop/preprod#1')!.attempts = [attempt({ startedAt: 2_300 })];
    };
    expect(await findings(elsewhere(SUCCEEDED, later))).toEqual([]);
  });

  test('find nothing when a message is not posted that its reader has not switched on', async () => {
    expect(await findings(({ facts }) => void facts.cards.push(unposted('direct', ENDED)))).toEqual([]);
  });

  test.each(WRONG)('find %s: %s', async (_what, kind, change) => {
    expect((await findings(change)).map((finding) => finding.kind)).toContain(kind);
  });
});
