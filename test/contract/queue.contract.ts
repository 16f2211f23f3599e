import type { DocumentRef } from '../../src/domain/documents/document.ts';
import { ONCE_MS, type Queue } from '../../src/ports/queue.ts';
import { until } from '../support/until.ts';

export interface OpenQueue {
  queue: Queue;
  close(): Promise<void>;
}

const card = (id: string | number): DocumentRef => ({ kind: 'cards', id: String(id) });

/** A promise that a test settles. */
function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** The promises of the queue port. `open`: a queue without wake-ups that repeats reminders by the clock `now`. */
export function queueContract(name: string, open: (now: () => number) => Promise<OpenQueue>): void {
  describe(`queue: ${name}`, () => {
    let opened: OpenQueue;
    let queue: Queue;
    /** Stands still, so that no reminder repeats because the machine is slow. */
    let time = 1_000_000;
    const errors: { error: unknown; place: DocumentRef | null }[] = [];
    const onError = (error: unknown, place: DocumentRef | null) => {
      errors.push({ error, place });
    };

    beforeEach(async () => {
      opened = await open(() => time);
      queue = opened.queue;
      errors.length = 0;
    }, 60_000);
    afterEach(async () => await opened.close());

    test('a wake-up arrives with its document, whether or not somebody was listening', async () => {
      const heard: DocumentRef[] = [];
      await queue.enqueue('tell', { kind: 'environments', id: 'storefront/prod' });
      queue.answer('tell', 1, async (place) => void heard.push(place), onError);
      await until('the first wake-up', () => heard.length === 1);
      await queue.enqueue('tell', { kind: 'builds', id: 'storefront@abc' });
      await until('the second wake-up', () => heard.length === 2);
      expect(heard).toEqual([
        { kind: 'environments', id: 'storefront/prod' },
        { kind: 'builds', id: 'storefront@abc' },
      ]);
      expect(errors).toEqual([]);
    });

    test('the same document can be woken again, even while it is being handled', async () => {
      const heard: DocumentRef[] = [];
      const first = gate();
      queue.answer(
        'tell',
        2,
        async (place) => {
          heard.push(place);
          if (heard.length === 1) await first.opened;
        },
        onError,
      );
      await queue.enqueue('tell', card('same'));
      await until('the first wake-up', () => heard.length === 1);
      await queue.enqueue('tell', card('same'));
      await until('the second wake-up', () => heard.length === 2);
      first.open();
      await queue.enqueue('tell', card('same'));
      await until('the third wake-up', () => heard.length === 3);
    });

    test('a delayed wake-up arrives after its delay, not before, and holds up no other', async () => {
      const heard = new Map<string, number>();
      queue.answer('tell', 1, async ({ id }) => void heard.set(id, Date.now()), onError);
      const start = Date.now();
      await queue.enqueue('tell', card('in an hour'), 3_600_000);
      await queue.enqueue('tell', card('later'), 300);
      await queue.enqueue('tell', card('now'));
      await until('two wake-ups', () => heard.size === 2);
      expect([...heard.keys()].sort()).toEqual([card('later').id, card('now').id]);
      expect(heard.get(card('later').id)).toBeGreaterThanOrEqual(start + 300);
    });

    test('a lane handles as many wake-ups at once as configured, and no more', async () => {
      let running = 0;
      let most = 0;
      let ended = 0;
      const all = gate();
      queue.answer(
        'build',
        3,
        async () => {
          running += 1;
          most = Math.max(most, running);
          await all.opened;
          running -= 1;
          ended += 1;
        },
        onError,
      );
      for (let n = 0; n < 8; n++) await queue.enqueue('build', card(n));
      await until('three handlers at once', () => running === 3);
      all.open();
      await until('the end of all', () => ended === 8);
      expect(most).toBe(3);
    });

    test('an error of a handler goes to onError, its wake-up is finished, and the next arrives', async () => {
      const heard: string[] = [];
      queue.answer(
        'tell',
        1,
        async ({ id }) => {
          heard.push(id);
          if (id === 'bad') throw new Error('as planned');
          if (id === 'worse') throw undefined;
        },
        onError,
      );
      for (const id of ['bad', 'worse', 'good']) await queue.enqueue('tell', card(id));
      await until('all three', () => heard.length === 3);
      expect(heard).toEqual(['bad', 'worse', 'good']);
      await until('both errors', () => errors.length === 2);
      expect(errors).toEqual([
        { error: new Error('as planned'), place: card('bad') },
        { error: undefined, place: card('worse') },
      ]);
    });

    test('a reminder is added once while an earlier one waits or is handled, and again after it', async () => {
      const heard: string[] = [];
      let first = gate();
      for (let n = 0; n < 5; n++) await queue.enqueueOnce('tell', card('same'));
      await queue.enqueueOnce('tell', card('other'));
      queue.answer(
        'tell',
        1,
        async ({ id }) => {
          heard.push(id);
          await first.opened;
        },
        onError,
      );
      await until('the first wake-up', () => heard.length === 1);
      await queue.enqueueOnce('tell', card('same'));
      // `enqueue` adds whatever waits.
      await queue.enqueue('tell', card('same'));
      first.open();
      await until('all that may be heard', () => heard.length === 3);
      expect(heard).toEqual(['same', 'other', 'same']);
      first = gate();
      first.open();
      await queue.enqueueOnce('tell', card('same'));
      await until('a wake-up after the end of the one before', () => heard.length === 4);
      expect(heard[3]).toBe('same');
    });

    describe.each([
      { lane: 'through the backend', isAtHand: false },
      { lane: 'at hand', isAtHand: true },
    ])('a reminder $lane', ({ isAtHand }) => {
      test('is heard again after a time although the first handler never ends, and takes no third slot', async () => {
        const hangs = gate();
        const heard: string[] = [];
        const handler = async ({ id }: DocumentRef) => {
          heard.push(id);
          if (id === 'hangs') await hangs.opened;
        };
        queue.answer('fetch', 3, handler, onError, isAtHand);
        const remind = async (...ids: string[]) => {
          for (const id of ids) await queue.enqueueOnce('fetch', card(id));
        };
        await remind('hangs', 'hangs', 'other');
        await until('both', () => heard.includes('other'));
        expect(heard).toEqual(['hangs', 'other']);
        time += ONCE_MS;
        await remind('hangs', 'hangs');
        await until('the second handler', () => heard.length === 3);
        time += ONCE_MS;
        await remind('hangs', 'last');
        await until('the last', () => heard.includes('last'));
        hangs.open();
        expect(heard).toEqual(['hangs', 'other', 'hangs', 'last']);
      });

      test('is dropped while a handler that something else woke is at the document', async () => {
        const first = gate();
        const heard: string[] = [];
        const handler = async ({ id }: DocumentRef) => {
          heard.push(id);
          await first.opened;
        };
        queue.answer('fetch', 3, handler, onError, isAtHand);
        await queue.enqueue('fetch', card('same'));
        await until('the first', () => heard.length === 1);
        await queue.enqueueOnce('fetch', card('same'));
        await queue.enqueueOnce('fetch', card('other'));
        await until('the other', () => heard.includes('other'));
        first.open();
        expect(heard).toEqual(['same', 'other']);
      });
    });

    test('a local reminder is handled directly while a slot is free, and through the backend when none is', async () => {
      const first = gate();
      const heard: string[] = [];
      const handler = async ({ id }: DocumentRef) => {
        heard.push(id);
        await first.opened;
      };
      queue.answer('fetch', 1, handler, onError, true);
      await queue.enqueueOnce('fetch', card('direct'));
      // There was no time for a way through any backend: a backend that delivers nothing does not matter.
      expect(heard).toEqual(['direct']);
      await queue.enqueueOnce('fetch', card('later'));
      await queue.enqueueOnce('fetch', card('later'));
      expect(heard).toEqual(['direct']);
      first.open();
      await until('the other', () => heard.length === 2);
      expect(heard).toEqual(['direct', 'later']);
    });

    test('a ping is answered', async () => {
      await expect(queue.ping()).resolves.toBeUndefined();
    });

    test('five hundred wake-ups all arrive, each once', async () => {
      const heard: string[] = [];
      queue.answer('tell', 8, async ({ id }) => void heard.push(id), onError);
      // A wake-up that the backend does not answer in time is refused: fifty at once are within what any machine answers.
      for (let from = 0; from < 500; from += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, n) => queue.enqueue('tell', card(from + n))));
      }
      await until('all of them', () => heard.length >= 500, 25_000);
      expect(new Set(heard).size).toBe(500);
      expect(heard).toHaveLength(500);
    });

    test('a lane whose handlers are all busy does not delay other lanes', async () => {
      const build = gate();
      const heard: string[] = [];
      queue.answer('build', 1, async () => await build.opened, onError);
      queue.answer('tell', 1, async ({ id }) => void heard.push(id), onError);
      queue.answer('deploy', 1, async ({ id }) => void heard.push(id), onError);
      await queue.enqueue('build', card('long'));
      await queue.enqueue('build', card('longer'));
      await queue.enqueue('tell', card('tell'));
      await until('the word', () => heard.includes('tell'));
      await queue.enqueue('deploy', card('deploy'));
      await until('the deploy', () => heard.includes('deploy'));
      build.open();
    });

    test('close waits for running handlers, and accepts no more wake-ups', async () => {
      const handler = gate();
      let started = 0;
      let ended = 0;
      queue.answer(
        'build',
        1,
        async () => {
          started += 1;
          await handler.opened;
          ended += 1;
        },
        onError,
      );
      await queue.enqueue('build', card('running'));
      await queue.enqueue('build', card('waiting'));
      await until('the handler', () => started === 1);
      let closed = false;
      const closing = queue.close(20_000).then(() => {
        closed = true;
      });
      // Long enough for a close that does not wait: a whole turn through the backend and back.
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(closed).toBe(false);
      handler.open();
      await closing;
      expect({ started, ended }).toEqual({ started: 1, ended: 1 });
    });

    test('local wake-ups are handled directly while a slot is free, and the rest go through the backend', async () => {
      let first = gate();
      const started: string[] = [];
      let running = 0;
      let most = 0;
      const handler = async ({ id }: DocumentRef) => {
        started.push(id);
        running += 1;
        most = Math.max(most, running);
        await first.opened;
        running -= 1;
      };
      queue.answer('tell', 2, handler, onError, true);
      for (const id of ['a', 'b', 'c', 'd']) await queue.enqueue('tell', card(id));
      // There was no time for a way through any backend, and both hands are full.
      expect(started).toEqual(['a', 'b']);
      first.open();
      await until('the others', () => started.length === 4);
      expect(new Set(started)).toEqual(new Set(['a', 'b', 'c', 'd']));
      expect(most).toBe(2);
      await until('the end of all', () => running === 0);
      first = gate();
      await queue.enqueue('tell', card('e'));
      expect(started.at(-1)).toBe('e');
      let closed = false;
      const closing = queue.close(20_000).then(() => {
        closed = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(closed).toBe(false);
      first.open();
      await closing;
      expect(running).toBe(0);
    });

    test('an error of a local handler goes to onError, and its slot is free again', async () => {
      let fails = true;
      const heard: string[] = [];
      const handler = async ({ id }: DocumentRef) => {
        if (fails) throw new Error('as planned');
        heard.push(id);
      };
      queue.answer('tell', 1, handler, onError, true);
      await queue.enqueue('tell', card('bad'));
      await until('the error', () => errors.length === 1);
      expect(errors).toEqual([{ error: new Error('as planned'), place: card('bad') }]);
      fails = false;
      await queue.enqueue('tell', card('good'));
      await until('the next', () => heard.length === 1);
    });

    test('close waits no longer than its limit', async () => {
      const handler = gate();
      let started = false;
      queue.answer(
        'build',
        1,
        async () => {
          started = true;
          await handler.opened;
        },
        onError,
      );
      await queue.enqueue('build', card('endless'));
      await until('the handler', () => started);
      // Without a bound this would wait for ever, and the test would run into its time limit.
      await queue.close(50);
      handler.open();
    });
  });
}
