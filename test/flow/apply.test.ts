import { apply } from '../../src/flow/apply.ts';
import type { Parts } from '../../src/flow/parts.ts';
import { Turns } from '../../src/flow/turns.ts';
import { openStage, type Stage } from './support.ts';

const RIVALS = 40;

describe('many commands for one document at the same instant', () => {
  let stage: Stage;
  let parts: Parts;
  let reads: number;

  beforeEach(async () => {
    stage = await openStage({ deploy: 'true' });
    reads = 0;
    const { store } = stage.parts;
    const counting = new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'load') return value.bind(target);
        return (...args: Parameters<typeof store.load>) => {
          reads += 1;
          return store.load(...args);
        };
      },
    });
    parts = { ...stage.parts, store: counting };
  }, 60_000);
  afterEach(() => stage.close());

  const retry = (id: string) =>
    apply(parts, 'environments', 'shop/integration', {
      id,
      actor: { kind: 'person', id: 'U1', name: 'Ada', member: true },
      type: 'retry',
      release: 7,
    });

  it('are each settled once, and none reads anew for every other that wins', async () => {
    const ids = Array.from({ length: RIVALS }, (_, rival) => `rival-${rival}`);
    const answers = await Promise.all(ids.map((id) => retry(id)));
    expect(answers.map(({ answer }) => answer.kind)).toEqual(ids.map(() => 'refused'));
    // Each read once with all others, and once or a few times more in its turn, with what carries the answers.
    expect(reads).toBeLessThan(RIVALS * 8);
    expect((await retry('rival-3')).answer).toEqual(answers[3]?.answer);
  }, 60_000);
});

describe('turns', () => {
  it('go on after one that failed, in the order they came', async () => {
    const turns = new Turns();
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

  it('of one document hold up no other', async () => {
    const turns = new Turns();
    let free = (): void => undefined;
    const held = turns.take('a', () => new Promise<void>((resolve) => (free = resolve)));
    await turns.take('b', async () => undefined);
    free();
    await held;
  });

  it('are not waited for without end: who waits for git or Slack holds up nobody for long', async () => {
    const turns = new Turns();
    let free = (): void => undefined;
    const hangs = turns.take('a', () => new Promise<void>((resolve) => (free = resolve)));
    await expect(turns.take('a', async () => 'renewed')).resolves.toBe('renewed');
    free();
    await hangs;
  });
});
