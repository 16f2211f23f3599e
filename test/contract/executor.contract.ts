import { inspect } from 'node:util';
import type { RemoteRun } from '../../src/domain/documents/values/remote.ts';
import type { Cancel, Executor, RemoteAttempt, Seen } from '../../src/ports/executor.ts';
import { attemptOf, type ExecutorKindUnderTest, type ExecutorWorld } from '../support/executors/world.ts';
import { type Fault, serve } from '../support/forges/server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const HTML_TYPE = { 'content-type': 'text/html; charset=utf-8' };
const PAGE = '<!DOCTYPE html><html><body>Down for maintenance</body></html>';
const answer = (status: number, text: string, headers: Record<string, string> = JSON_TYPE): Fault => ({
  kind: 'answer',
  status,
  text,
  headers,
});

/** What a system says to a request that it did not carry out, and never will. */
const REFUSALS: readonly [what: string, fault: Fault][] = [400, 401, 403, 404, 405, 410, 413, 422].map(
  (status) => [String(status), answer(status, '{"message":"No."}')],
);

/** What comes instead of an answer. Nobody knows whether the request had an effect. */
const SILENCES: readonly [what: string, fault: Fault][] = [
  ['a failure of its own', answer(500, '{}')],
  ['a page of a gateway', answer(502, PAGE, HTML_TYPE)],
  ['no service', answer(503, '{}')],
  ['a time limit of a gateway', answer(504, '')],
  ['a time limit', answer(408, '{}')],
  ['too early', answer(425, '{}')],
  ['a page instead of an answer', answer(200, PAGE, HTML_TYPE)],
  ['a page without a type', answer(200, `\n${PAGE}`, {})],
  ['a page to log in at', answer(302, '', { location: 'https://login.acme.test/' })],
  ['a circle', answer(307, '', { location: '/again' })],
  ['another document', answer(200, '{"hello":"world"}')],
  ['a list', answer(200, '[{"hello":"world"}]')],
  ['half an answer', answer(200, '{"id":1,')],
  ['an empty answer', answer(200, '')],
  ['null', answer(200, 'null')],
  ['no answer', { kind: 'silence' }],
  ['a closed connection', { kind: 'reset' }],
];

/** An answer that nobody reads to its end. */
const TOO_MUCH = answer(200, `{"x":"${'x'.repeat(33 * 1024 * 1024)}"}`);

/** The silences to the wish to end something. What a success looks like differs, and what became of it is looked at anyway. */
const UNHEARD = SILENCES.filter(([, fault]) => fault.kind !== 'answer' || fault.status >= 400);

/** What a system says that wants to be left alone for half a minute. */
const LIMITS: readonly [what: string, fault: Fault][] = [
  ['429', answer(429, '{}', { ...JSON_TYPE, 'retry-after': '30' })],
  ['429 with a page', answer(429, PAGE, { ...HTML_TYPE, 'retry-after': '30' })],
  ['403 with Retry-After', answer(403, '{}', { ...JSON_TYPE, 'retry-after': '30' })],
];

const ERRORED = { kind: 'ended', outcome: { kind: 'errored', ran: false } } as const;

/** The promises of the executor port. */
export function executorContract({ name, open, can }: ExecutorKindUnderTest): void {
  describe(`an executor: ${name}`, () => {
    const closing: (() => Promise<void>)[] = [];
    let clock = 0;
    let world: ExecutorWorld;
    let executor: Executor;

    beforeEach(async () => {
      clock = Date.now();
      world = await open();
      closing.push(() => world.close());
      executor = await another();
    });
    afterEach(shut);

    async function shut() {
      for (const close of closing.splice(0)) await close();
    }

    const another = (timeoutMs = 5_000) => world.open({ now: () => clock, timeoutMs });

    /** What an attempt is that has begun, where it did not fail. */
    const begunKind = can.atOnce ? 'ended' : 'running';
    /** What attempts come to by themselves. */
    const ends = (...states: ('succeeded' | 'failed' | 'cancelled')[]) =>
      can.atOnce ? states.filter((state) => state === 'succeeded') : states;

    /** The run that an answer is about. */
    const sameRun = ({ id }: RemoteRun) => ({ id: can.renames ? expect.any(String) : id });

    /** An answer as it came; nothing in it may be secret, and people may be led to web pages only. */
    async function told<T extends Seen | Cancel | string | null>(call: Promise<T>): Promise<T> {
      const answered = await call;
      const shown = `${inspect(answered, { depth: 20 })} ${JSON.stringify(answered)}`;
      for (const secret of world.secrets)
        for (const spelled of [secret, Buffer.from(secret).toString('base64')])
          expect(shown).not.toContain(spelled);
      if (answered !== null && typeof answered === 'object') {
        if ('run' in answered && answered.run?.url) expect(answered.run.url).toMatch(/^https?:\/\/[^@]+$/);
        if ('reason' in answered) expect(answered.reason).toMatch(/\S{3}/);
        if (answered.kind === 'ended' && answered.outcome.kind === 'errored')
          expect(answered.outcome.reason).toMatch(/\S{3}/);
      }
      return answered;
    }

    /** Starts an attempt, and answers its run. Some systems name it only when they are asked for it. */
    async function begun(attempt: RemoteAttempt) {
      let seen = await told(executor.start(attempt));
      if (seen.kind === 'unknown' || seen.kind === 'notFound') seen = await told(executor.find(attempt));
      const run = seen.kind === begunKind && 'run' in seen ? seen.run : null;
      if (run === null) throw new Error(`it does not run: ${inspect(seen)}`);
      expect(world.starts(attempt.key)).toBe(1);
      return run;
    }

    describe('an attempt', () => {
      test('is started, runs, and succeeds', async () => {
        const attempt = attemptOf();
        const run = await begun(attempt);
        if (!can.atOnce) {
          world.become(attempt.key, 'queued');
          expect(await told(executor.look(attempt, run))).toMatchObject({ kind: 'running' });
          world.become(attempt.key, 'running');
          expect(await told(executor.look(attempt, run))).toMatchObject({ kind: 'running', waits: null });
        }
        world.become(attempt.key, 'succeeded');
        const succeeded = { kind: 'ended', run: sameRun(run), outcome: { kind: 'succeeded' } };
        expect(await told(executor.look(attempt, run))).toMatchObject(succeeded);
        expect(await told((await another()).look(attempt, run))).toMatchObject(succeeded);
      });

      if (!can.atOnce)
        test.each(['failed', 'cancelled'] as const)('may end as %s', async (state) => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, state);
          expect(await told(executor.look(attempt, run))).toMatchObject({
            kind: 'ended',
            run: sameRun(run),
            outcome: { kind: state },
          });
        });

      if (can.rerun)
        test('that is run again there after its end is seen', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, 'failed');
          expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: 'failed' } });
          world.become(attempt.key, 'running');
          expect(await told(executor.look(attempt, run))).toMatchObject({ kind: 'running' });
          world.become(attempt.key, 'succeeded');
          expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: 'succeeded' } });
        });

      test('may be a verification, of a first release, of what has odd names', async () => {
        const attempts = [
          attemptOf({ key: 'slip-1', step: 'verify' }),
          attemptOf({ key: 'slip-2', previous: null, ref: null }),
          attemptOf({ key: 'slip-3', ref: 'Füße/"quoted" {attempt} \\ & <x> %20 ?a=b#c' }),
        ];
        const runs = [];
        for (const attempt of attempts) runs.push(await begun(attempt));
        expect(new Set(runs.map(({ id }) => id)).size).toBe(attempts.length);
      });
    });

    describe('an attempt whose start had no known answer', () => {
      const others = ['slip-1', 'slip-11', 'slip-2'].map((key) => attemptOf({ key }));

      test('is found, and not begun a second time', async () => {
        const attempt = attemptOf({ key: 'slip-111' });
        await begun(attemptOf({ key: 'slip-1' }));
        world.server.fault = { kind: 'lost', at: /./ };
        const started = await told(executor.start(attempt));
        // It may have looked already.
        if (!can.atOnce) expect(started).toMatchObject({ kind: 'unknown' });
        world.server.fault = null;
        await begun(attemptOf({ key: 'slip-11' }));
        const found = await told(executor.find(attempt));
        const run = found.kind === begunKind && 'run' in found ? found.run : null;
        if (run === null) throw new Error(`not found: ${inspect(found)}`);
        const clients = await Promise.all([another(), another(), another()]);
        const again = await Promise.all(clients.map((client) => told(client.find(attempt))));
        for (const seen of again) expect(seen).toMatchObject({ kind: begunKind, run: { id: run.id } });
        expect(world.starts(attempt.key)).toBe(1);
        world.become(attempt.key, 'succeeded');
        expect(await told(executor.look(attempt, run))).toMatchObject({
          outcome: { kind: 'succeeded' },
        });
      });

      test.each(ends('succeeded', 'failed', 'cancelled'))('is found after it %s', async (state) => {
        const attempt = attemptOf();
        world.server.fault = { kind: 'lost', at: /./ };
        await told(executor.start(attempt));
        world.server.fault = null;
        world.become(attempt.key, state);
        const found = await told(executor.find(attempt));
        const run = found.kind === 'running' || found.kind === 'ended' ? found.run : null;
        if (run === null) throw new Error(`not found: ${inspect(found)}`);
        expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: state } });
        expect(world.starts(attempt.key)).toBe(1);
      });

      test('is found among others as the run that is its own', async () => {
        const runs = [];
        for (const attempt of others) runs.push(await begun(attempt));
        for (const [at, attempt] of others.entries())
          expect(await told(executor.find(attempt))).toMatchObject({ run: { id: runs[at]?.id } });
      });

      test(`that never began is ${can.findBegins ? 'begun once' : 'not found'}`, async () => {
        const attempt = attemptOf({ key: 'slip-22' });
        for (const other of others) await begun(other);
        world.server.fault = { kind: 'reset' };
        expect(await told(executor.start(attempt))).toMatchObject(can.atOnce ? ERRORED : { kind: 'unknown' });
        expect(world.starts(attempt.key)).toBe(0);
        world.server.fault = null;
        const clients = await Promise.all([another(), another()]);
        const found = await Promise.all(clients.map((client) => told(client.find(attempt))));
        for (const seen of found)
          expect(seen).toMatchObject({ kind: can.findBegins ? 'running' : 'notFound' });
        expect(world.starts(attempt.key)).toBe(can.findBegins ? 1 : 0);
      });
    });

    describe('the wish to end it', () => {
      if (can.cancel) {
        test('is passed on, and what happened is seen', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, 'running');
          expect(await told(executor.cancel(attempt, run))).toEqual({ kind: 'asked' });
          expect(world.cancels(attempt.key)).toBeGreaterThan(0);
          world.become(attempt.key, 'cancelled');
          expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: 'cancelled' } });
        });

        test('of a run that does nothing yet is passed on', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, 'queued');
          expect(await told(executor.cancel(attempt, run))).toEqual({ kind: 'asked' });
          expect(world.cancels(attempt.key)).toBeGreaterThan(0);
        });

        test('may come twice, also from another process', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          for (const client of [executor, executor, await another()])
            expect((await told(client.cancel(attempt, run))).kind).not.toBe('unknown');
          world.become(attempt.key, 'cancelled');
          expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: 'cancelled' } });
        });

        test('whose answer is lost is unknown', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, 'running');
          world.server.fault = { kind: 'lost', at: /./ };
          expect(await told(executor.cancel(attempt, run))).toMatchObject({ kind: 'unknown' });
          expect(world.cancels(attempt.key)).toBeGreaterThan(0);
        });

        test.each(UNHEARD)('that is answered with %s is unknown', async (_, fault) => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          const cancelled = await told(withFault(fault, (client) => client.cancel(attempt, run)));
          expect(cancelled).toMatchObject({ kind: 'unknown', until: null });
        });

        test.each(REFUSALS)('that is refused with %s is not passed off as asked', async (_, fault) => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          const cancelled = await told(withFault(fault, (client) => client.cancel(attempt, run)));
          expect(['impossible', 'unknown']).toContain(cancelled.kind);
        });

        test.each(LIMITS)('comes too soon for a system that says %s', async (_, fault) => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          expect(await told(withFault(fault, (client) => client.cancel(attempt, run)))).toMatchObject({
            kind: 'unknown',
            until: clock + 30_000,
          });
        });
      } else {
        test('cannot be passed on, which is said', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          expect(await told(executor.cancel(attempt, run))).toMatchObject({ kind: 'impossible' });
        });
      }

      test.each(ends('succeeded', 'failed'))('that comes after it %s changes nothing', async (state) => {
        const attempt = attemptOf();
        const run = await begun(attempt);
        world.become(attempt.key, state);
        expect((await told(executor.cancel(attempt, run))).kind).not.toBe('unknown');
        expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: state } });
      });
    });

    /** Calls while `fault` happens to everything. */
    async function withFault<T>(fault: Fault, call: (client: Executor) => Promise<T>): Promise<T> {
      const client = fault.kind === 'silence' ? await another(50) : executor;
      world.server.fault = fault;
      const answered = await call(client);
      world.server.fault = null;
      return answered;
    }

    describe('a start', () => {
      test.each(REFUSALS)('that is refused with %s did not happen', async (_, fault) => {
        const attempt = attemptOf();
        const seen = await told(withFault(fault, (client) => client.start(attempt)));
        expect(seen).toMatchObject({ ...ERRORED, run: null });
        expect(world.starts(attempt.key)).toBe(0);
      });

      test.each<[what: string, fault: Fault]>([...SILENCES, ['too much', TOO_MUCH]])(
        'that is answered with %s may have happened',
        async (_, fault) => {
          const attempt = attemptOf();
          const seen = await told(withFault(fault, (client) => client.start(attempt)));
          if (can.atOnce && seen.kind !== 'unknown') expect(seen).toMatchObject(ERRORED);
          else expect(seen).toMatchObject({ kind: 'unknown', until: null });
        },
      );

      test.each(LIMITS)('comes too soon for a system that says %s, and did not happen', async (_, fault) => {
        const seen = await told(withFault(fault, (client) => client.start(attemptOf())));
        // Whoever asks again with the same id begins it then.
        expect(seen).toMatchObject(can.findBegins ? { kind: 'unknown', until: clock + 30_000 } : ERRORED);
        clock += 30_001;
        await begun(attemptOf({ key: 'slip-later' }));
      });

      test('that is refused with a page has not failed', async () => {
        for (const status of [401, 403, 404]) {
          const fault = answer(status, PAGE, HTML_TYPE);
          const seen = await told(withFault(fault, (client) => client.start(attemptOf())));
          if (seen.kind !== 'unknown') expect(seen).toMatchObject({ ...ERRORED, run: null });
        }
      });

      test('that nobody listens to is not taken for a failure', async () => {
        await shut();
        const seen = await told(executor.start(attemptOf()));
        if (seen.kind !== 'unknown') expect(seen).toMatchObject({ ...ERRORED, run: null });
      });
    });

    describe('a look', () => {
      test.each([...SILENCES, ...REFUSALS])(
        'that is answered with %s learns nothing',
        async (what, fault) => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          const gone = what === '404' || what === '410';
          const found = await told(withFault(fault, (client) => client.find(attempt)));
          const seen = await told(withFault(fault, (client) => client.look(attempt, run)));
          for (const one of [found, seen])
            if (!gone || one.kind !== 'notFound') expect(one).toMatchObject({ kind: 'unknown', until: null });
          world.become(attempt.key, 'succeeded');
          expect(await told(executor.look(attempt, run))).toMatchObject({ outcome: { kind: 'succeeded' } });
          expect(world.starts(attempt.key)).toBe(1);
        },
      );

      test.each(LIMITS)('comes too soon for a system that says %s', async (_, fault) => {
        const attempt = attemptOf();
        const run = await begun(attempt);
        const limited = () => ({ kind: 'unknown', until: can.atOnce ? null : clock + 30_000 });
        const seen = await told(withFault(fault, (client) => client.look(attempt, run)));
        expect(seen).toMatchObject(limited());
        clock += 30_001;
        const found = await told(withFault(fault, (client) => client.find(attempt)));
        expect(found).toMatchObject(limited());
        clock += 30_001;
        expect(await told(executor.look(attempt, run))).toMatchObject({ kind: begunKind });
      });

      if (can.project)
        test.each([404, 410])(
          'by an account to which the project is hidden (%s) learns nothing',
          async (status) => {
            const attempt = attemptOf();
            const run = await begun(attempt);
            const fault = answer(status, '{"message":"Not Found"}');
            for (const look of ['look', 'find'] as const)
              expect(await told(withFault(fault, (client) => client[look](attempt, run)))).toMatchObject({
                kind: 'unknown',
                reason: expect.stringMatching(/not (see|show) it/),
              });
          },
        );

      test('that is answered with too much learns nothing', async () => {
        const attempt = attemptOf();
        const run = await begun(attempt);
        const seen = await told(withFault(TOO_MUCH, (client) => client.look(attempt, run)));
        expect(seen).toMatchObject({ kind: 'unknown', until: null });
      });

      test('at a system that is away learns nothing', async () => {
        const attempt = attemptOf();
        const run = await begun(attempt);
        await shut();
        expect(await told(executor.look(attempt, run))).toMatchObject({ kind: 'unknown' });
        expect(await told(executor.find(attempt))).toMatchObject({ kind: 'unknown' });
        expect((await told(executor.cancel(attempt, run))).kind).not.toBe('asked');
        expect(await told(executor.log(attempt, run))).toBeNull();
      });
    });

    describe('credentials', () => {
      test('go nowhere else', async () => {
        const elsewhere = await serve(() => ({ status: 200, body: {} }), { etags: false });
        closing.push(() => elsewhere.close());
        const attempt = attemptOf();
        const run = await begun(attempt);
        const fault = answer(307, '', { location: `${elsewhere.origin}/stolen` });
        await told(withFault(fault, (client) => client.start(attemptOf({ key: 'slip-2' }))));
        await told(withFault(fault, (client) => client.find(attempt)));
        await told(withFault(fault, (client) => client.look(attempt, run)));
        await told(withFault(fault, (client) => client.cancel(attempt, run)));
        if (!can.atOnce) expect(elsewhere.calls).toEqual([]);
        // A log may be kept somewhere else, where an address is all that it takes.
        await told(withFault(fault, (client) => client.log(attempt, run)));
        const shown = JSON.stringify(elsewhere.calls.map(({ headers, text }) => ({ headers, text })));
        for (const secret of world.secrets) expect(shown).not.toContain(secret);
      });

      test('are not repeated, also where the system repeats them', async () => {
        const attempt = attemptOf();
        const run = await begun(attempt);
        const text = world.secrets.join(' ');
        const body = JSON.stringify({ message: text, error: text, reason: text, errors: [text] });
        for (const status of [200, 400, 401, 403, 404, 422, 500]) {
          const fault = answer(status, body, { ...JSON_TYPE, 'x-error': text });
          await told(withFault(fault, (client) => client.start(attemptOf({ key: 'slip-2' }))));
          await told(withFault(fault, (client) => client.find(attempt)));
          await told(withFault(fault, (client) => client.look(attempt, run)));
          await told(withFault(fault, (client) => client.cancel(attempt, run)));
        }
      });
    });

    describe('a log', () => {
      if (can.log) {
        test('is told, its end where it is long', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, 'running');
          world.print(attempt.key, 'copying files\nrestarting\n');
          expect(await told(executor.log(attempt, run))).toContain('restarting');
          world.become(attempt.key, 'failed');
          const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at}`);
          world.print(attempt.key, `${lines.join('\n')}\nthe end\n`);
          const log = await told(executor.log(attempt, run));
          expect(log).toMatch(/the end\s*$/);
          expect(log?.split('\n').length).toBeLessThan(1_000);
        });

        test('of one endless line is bounded', async () => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          world.become(attempt.key, 'failed');
          world.print(attempt.key, 'x'.repeat(800_000));
          expect((await told(executor.log(attempt, run)))?.length ?? 0).toBeLessThan(100_000);
        });
      } else {
        test('is not told', async () => {
          const attempt = attemptOf();
          expect(await told(executor.log(attempt, await begun(attempt)))).toBeNull();
        });
      }

      test.each([...SILENCES, ...REFUSALS, ...LIMITS])(
        'that is answered with %s is none',
        async (_, fault) => {
          const attempt = attemptOf();
          const run = await begun(attempt);
          const log = await told(withFault(fault, (client) => client.log(attempt, run)));
          expect(log?.length ?? 0).toBeLessThan(100_000);
        },
      );
    });
  });
}
