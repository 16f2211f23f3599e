import type { Unsent } from '../../../src/domain/documents/commands/commands.ts';
import type { EnvironmentReport } from '../../../src/domain/documents/commands/environment.ts';
import { ROBOT } from '../../../src/domain/people/people.ts';
import { apply } from '../../../src/flow/commands/apply.ts';
import { KeyedMutex } from '../../../src/flow/services/keyed-mutex.ts';
import type { Services } from '../../../src/flow/services/services.ts';
import type { Store } from '../../../src/ports/store.ts';
import { QUICK } from '../../support/timing.ts';
import { makeRelease, openStage, type Stage } from '../support.ts';

const RIVALS = 40;

type Told = Unsent<EnvironmentReport>;

/** The same store with one of its methods replaced. */
function overriding<K extends keyof Store>(store: Store, method: K, by: Store[K]): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === method) return by;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Somebody else wrote first, once. */
function losesOnce(store: Store): Store['save'] {
  let lost = false;
  return (kind, aggregate) => {
    if (lost) return store.save(kind, aggregate);
    lost = true;
    return Promise.resolve('conflict');
  };
}

describe('many commands for one document at the same instant', () => {
  let stage: Stage;
  let services: Services;
  let reads: number;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    reads = 0;
    const { store } = stage.services;
    const counting = overriding(store, 'load', (...args) => {
      reads += 1;
      return store.load(...args);
    });
    services = { ...stage.services, store: counting };
  }, 60_000);
  afterEach(() => stage.close());

  const tell = (command: Told, by = services) =>
    apply(by, 'environments', 'shop/integration', {
      ...command,
      id: by.newId(),
      actor: ROBOT,
    } as EnvironmentReport);
  const retry = (id: string) =>
    apply(services, 'environments', 'shop/integration', {
      id,
      actor: { kind: 'person', id: 'U1', name: 'Ada', member: true },
      type: 'retry',
      release: 7,
    });

  it('are each settled once, without reading again for every other that wins', async () => {
    const ids = Array.from({ length: RIVALS }, (_, rival) => `rival-${rival}`);
    const answers = await Promise.all(ids.map((id) => retry(id)));
    expect(answers.map(({ answer }) => answer.kind)).toEqual(ids.map(() => 'refused'));
    // Each read once with all others, and once or a few times more in its turn, with what carries the answers.
    expect(reads).toBeLessThan(RIVALS * 8);
    expect((await retry('rival-3')).answer).toEqual(answers[3]?.answer);
  }, 60_000);

  it('do not delay a sign of life, which tries again at once', async () => {
    const sha = 'a'.repeat(40);
    await makeRelease(services, sha);
    await tell({ type: 'buildEnded', sha, succeeded: true });
    const { worker } = services;
    const leaseUntil = services.now() + QUICK.leaseMs;
    await tell({ type: 'begin', release: 1, step: 'deploy', worker, leaseUntil });
    const waited: string[] = [];
    const turns = new KeyedMutex();
    turns.take = (line, work) => {
      waited.push(line);
      return work();
    };
    const renewal = { type: 'renew', attempt: 1, leaseUntil: leaseUntil + 1, lastLine: null } as const;
    const losing = () => ({
      ...services,
      turns,
      store: overriding(services.store, 'save', losesOnce(services.store)),
    });
    expect((await tell(renewal, losing())).answer.kind).toBe('accepted');
    expect(waited).toEqual([]);
    await makeRelease(losing(), 'b'.repeat(40), 2);
    expect(waited).toEqual(['environments shop/integration']);
  });
});

describe('the turns of a document', () => {
  it('continue after one that failed, in order', async () => {
    const turns = new KeyedMutex();
    const done: number[] = [];
    const works = [1, 2, 3].map((number) =>
      turns.take('a', async () => {
        if (number === 2) throw new Error('no');
        done.push(number);
      }),
    );
    expect((await Promise.allSettled(works)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(done).toEqual([1, 3]);
  });

  it('do not delay other documents', async () => {
    const turns = new KeyedMutex();
    let free = (): void => undefined;
    const held = turns.take('a', () => new Promise<void>((resolve) => (free = resolve)));
    await turns.take('b', async () => undefined);
    free();
    await held;
  });

  it('end after a while, so that waiting for git or Slack delays nobody for long', async () => {
    const turns = new KeyedMutex();
    let free = (): void => undefined;
    const hangs = turns.take('a', () => new Promise<void>((resolve) => (free = resolve)));
    await expect(turns.take('a', async () => 'goes on')).resolves.toBe('goes on');
    free();
    await hangs;
  });
});
