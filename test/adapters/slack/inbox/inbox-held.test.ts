import type { ReceiverEvent } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { pino } from 'pino';
import { Inbox } from '../../../../src/adapters/slack/inbox/inbox.ts';
import { NotTaken } from '../../../../src/adapters/slack/inbox/not-taken.ts';
import type { ChatServices } from '../../../../src/flow/services/services.ts';
import { TIMING } from '../../../../src/flow/services/timing.ts';
import { type RequestRecord, StoreError } from '../../../../src/ports/store.ts';

const NOW = 1_800_000_000_000;

const COMMAND = {
  command: '/release',
  text: 'deploy prod',
  user_id: 'U1',
  channel_id: 'C1',
  trigger_id: 't.1',
};
const SUBMISSION = {
  type: 'view_submission',
  user: { id: 'U1' },
  view: { id: 'V1', title: { text: 'Reject' }, state: { values: { reason: {} } } },
};
const MENTION = {
  type: 'event_callback',
  event_id: 'Ev1',
  event_time: (NOW - 360_000) / 1_000,
  event: { type: 'app_mention', user: 'U1', channel: 'C1', text: '<@B1> deploy prod' },
};

/** Something that ends when the test says so. */
function pending() {
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { ended, end, fail };
}

let now: number;
let kept: Map<string, RequestRecord>;
let told: string[];
let done: unknown[];
let leaseReads: () => void;

/** An inbox whose store answers at once, but for the calls that wait for what is `slow`. */
function inboxWith(
  slow: { keep?: Promise<void>; finish?: () => Promise<void>; hold?: () => Promise<void> } = {},
  work: () => Promise<void> = async () => undefined,
) {
  const store = {
    ping: async () => undefined,
    async keepRequest(record: RequestRecord) {
      await slow.keep;
      kept.set(record.id, record);
    },
    async finishRequest(id: string, at: number) {
      await slow.finish?.();
      if (kept.get(id)?.at === at) kept.delete(id);
    },
    holdRequests: async () => slow.hold?.(),
    takeRequests: async () => [],
  };
  const clock = {
    now: () => now,
    leaseNow() {
      leaseReads();
      return now;
    },
    wrong: null,
  };
  const log = pino({ level: 'silent' });
  const services = { store, clock, log, timing: { ...TIMING, sweepMs: 1 } } as unknown as ChatServices;
  const say = async ({ text }: { text: string }) => {
    told.push(text);
    return { ok: true };
  };
  const client = { chat: { postEphemeral: say, postMessage: say } } as unknown as WebClient;
  const inbox = new Inbox({
    services: () => services,
    log,
    client,
    async process(event) {
      done.push(event.body);
      await event.ack();
      await work();
    },
  });
  return { inbox, services };
}

const event = (body: Record<string, unknown>, more: Partial<ReceiverEvent> = {}): ReceiverEvent => ({
  body,
  ack: async (said) => {
    if (said) told.push(JSON.stringify(said));
  },
  ...more,
});

beforeEach(() => {
  now = NOW;
  kept = new Map();
  told = [];
  done = [];
  leaseReads = () => undefined;
});

describe('a request that the store takes after its person was told that it is not taken', () => {
  test.each([
    ['takes', (keep: ReturnType<typeof pending>) => keep.end()],
    ['refuses', (keep: ReturnType<typeof pending>) => keep.fail(new StoreError('gone'))],
  ])('is not done later: the store %s it', async (_name, answer) => {
    const keep = pending();
    const { inbox } = inboxWith({ keep: keep.ended });
    await inbox.take(event(COMMAND));
    expect(told.join()).toContain('does not know whether this was done');
    // What a store that reports an error may have written all the same.
    kept.set('t.1', { id: 't.1', at: NOW, until: NOW, taken: 0, body: '{}' });
    answer(keep);
    await inbox.idle(10_000);
    expect(kept.size).toBe(0);
    expect(done).toEqual([]);
  });

  test('stays where Slack sends it again', async () => {
    const keep = pending();
    const { inbox } = inboxWith({ keep: keep.ended });
    await expect(inbox.take(event(MENTION))).rejects.toThrow(NotTaken);
    keep.end();
    await inbox.idle(10_000);
    expect([...kept.keys()]).toEqual(['Ev1']);
  });
});

test('a dialog that is submitted again is not ended by the first submission', async () => {
  const finishing = pending();
  const finish = pending();
  const working = pending();
  const work = pending();
  const { inbox } = inboxWith(
    {
      finish() {
        finishing.end();
        return finish.ended;
      },
    },
    async () => {
      if (done.length === 1) return;
      working.end();
      await work.ended;
    },
  );
  const first = inbox.take(event(SUBMISSION));
  await finishing.ended;
  now += 1;
  const again = inbox.take(event(SUBMISSION));
  await working.ended;
  finish.end();
  await first;
  expect(kept.get('view:V1')?.at).toBe(NOW + 1);
  work.end();
  await again;
  expect(kept.size).toBe(0);
});

describe('a mention that Slack sends again', () => {
  test.each([
    ['six minutes later is not done', { retryNum: 3 }, MENTION, 0],
    ['at once is done', { retryNum: 1 }, { ...MENTION, event_time: NOW / 1_000 }, 1],
    ['without its time is done', { retryNum: 3 }, { ...MENTION, event_time: undefined }, 1],
    ['is timed by this clock the first time', {}, MENTION, 1],
  ])('%s', async (_name, retry, body, times) => {
    const { inbox } = inboxWith();
    await inbox.take(event(body, retry));
    expect(done).toHaveLength(times);
    expect(told.join()).toContain(times === 0 ? 'Slipway was interrupted while it worked on' : '');
    expect(kept.size).toBe(0);
  });
});

test('a store that is slow to hold requests is asked once at a time', async () => {
  const hold = pending();
  const work = pending();
  const looked = pending();
  let holds = 0;
  let reads = 0;
  const { inbox, services } = inboxWith(
    {
      hold() {
        holds += 1;
        return hold.ended;
      },
    },
    () => work.ended,
  );
  const asking = inbox.take(event(COMMAND));
  leaseReads = () => {
    reads += 1;
    if (reads > 8) looked.end();
  };
  const begun = inbox.begin(services, false);
  await looked.ended;
  inbox.stop();
  expect(holds).toBe(1);
  hold.end();
  work.end();
  await Promise.all([begun, asking]);
});
