import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import { Bodies } from '../../../src/adapters/http/bodies.ts';
import { mountWebhooks } from '../../../src/adapters/webhooks/receive.ts';
import { closeServer, createHttp, listen } from '../../../src/app/http.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import { type DeliveryRecord, StoreError } from '../../../src/ports/store.ts';
import { openStage, type Stage } from '../../flow/support.ts';

describe('a push to a repository that two products follow', () => {
  let stage: Stage;
  let services: Services | null;
  let failing: boolean;
  let lines: Record<string, unknown>[];
  let close: () => Promise<void>;
  let push: () => Promise<{ status: number; body: unknown }>;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    const [shop] = stage.services.settings.products;
    const { store } = stage.services;
    failing = true;
    services = {
      ...stage.services,
      settings: { products: [shop!, { ...shop!, name: 'other' }] },
      store: new Proxy(store, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key);
          if (key !== 'addDelivery') return typeof value === 'function' ? value.bind(target) : value;
          return (record: DeliveryRecord) =>
            failing && record.product === 'shop'
              ? Promise.reject(new StoreError('gone'))
              : target.addDelivery(record);
        },
      }),
    };
    lines = [];
    const log = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
    const http = createHttp(async () => ({ ready: true }));
    mountWebhooks(http, new Bodies(), () => services, { log, now: Date.now });
    const { server, port } = await listen(http, 0, '127.0.0.1');
    close = () => closeServer(server, 1_000);
    const body = JSON.stringify({
      ref: 'refs/heads/main',
      after: 'a'.repeat(40),
      repository: { clone_url: shop!.repository },
    });
    const signature = createHmac('sha256', shop!.webhookSecret!).update(body).digest('hex');
    push = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/hooks/github`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-github-delivery': 'd1',
          'x-hub-signature-256': `sha256=${signature}`,
        },
        body,
      });
      return { status: answer.status, body: await answer.json() };
    };
  }, 60_000);
  afterEach(async () => {
    await close();
    await stage.close();
  });

  test('is stored for the second although the first fails, answered 500, logged, and stored for both when it is sent again', async () => {
    expect(await push()).toMatchObject({
      status: 500,
      body: { products: [{ product: 'other', outcome: { kind: 'accepted' } }] },
    });
    expect(lines).toMatchObject([
      {
        level: 50,
        forge: 'github',
        delivery: 'd1',
        status: 500,
        product: 'shop',
        err: { type: 'StoreError', message: 'gone' },
      },
    ]);
    failing = false;
    expect(await push()).toMatchObject({ status: 202, body: { products: [{}, {}] } });
    for (const product of ['shop', 'other'])
      expect(await stage.services.store.load('products', product)).toMatchObject({ asked: 1 });
  });

  test('is logged with its id while the process is starting', async () => {
    services = null;
    expect(await push()).toMatchObject({ status: 503 });
    expect(lines).toMatchObject([{ level: 40, delivery: 'd1', status: 503, errored: 'Slipway is starting' }]);
  });
});
