import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataDirectory } from '../../../src/adapters/data-directory.ts';
import { directoryQuestion } from '../../../src/app/doctor/store/directory.ts';
import { embeddedQuestion } from '../../../src/app/doctor/store/embedded.ts';
import { answersTo } from '../../../src/app/online/question.ts';
import { serve } from '../../support/forges/server.ts';
import { toldOf } from './support.ts';

let directory: string;
/** Not there yet. */
let place: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-doctor-'));
  place = join(directory, 'data');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the store in DATA_DIR', () => {
  const WHAT = 'store in DATA_DIR';
  const askStore = (port = 1) => embeddedQuestion({ dataDirectory: place, port, timeoutMs: 5_000 }).ask();

  test('is looked at without making it', async () => {
    const findings = await askStore();
    expect(toldOf(findings, WHAT)).toEqual([
      `ok: is made at the first start, in ${place}; no bot runs on it`,
    ]);
    expect(() => mkdirSync(place)).not.toThrow();
    mkdirSync(join(place, 'pglite'));
    expect(toldOf(await askStore(), WHAT)).toEqual([`ok: is there, in ${place}; no bot runs on it`]);
  });

  test('a file in its place', async () => {
    writeFileSync(place, '');
    expect(toldOf(await askStore(), WHAT)).toEqual([
      `wrong: ${place} is no directory. To do: set DATA_DIR to a directory that belongs to Slipway's user, on a disk with free space, and ask as that user`,
    ]);
  });

  // Root may write everywhere.
  (process.getuid?.() === 0 ? test.skip : test)('a directory that may not be written', async () => {
    mkdirSync(place, { mode: 0o500 });
    expect(toldOf(await askStore(), WHAT)[0]).toMatch(/^wrong: Slipway's user may not write to /);
    chmodSync(place, 0o700);
  });

  describe('where a bot has it open, that bot is asked', () => {
    let claimed: ReturnType<typeof claimDataDirectory>;
    beforeEach(() => {
      claimed = claimDataDirectory(place);
    });
    afterEach(() => claimed.release());

    const asked = async (answer: object | string, status = 200) => {
      const server = await serve(
        async () => (typeof answer === 'string' ? { status, text: answer } : { status, body: answer }),
        { etags: false },
      );
      try {
        const port = Number(new URL(server.origin).port);
        return await askStore(port);
      } finally {
        await server.close();
      }
    };

    test('which is ready', async () => {
      const findings = await asked({ ready: true });
      expect(toldOf(findings, WHAT)).toEqual([`ok: process ${process.pid} has it open, in ${place}`]);
      expect(toldOf(findings, 'bot')).toEqual([
        expect.stringMatching(/^ok: is ready, as http:.*\/readyz says$/),
      ]);
    });

    test('which has troubles', async () => {
      const troubles = [
        { where: 'shop', says: 'the webhook is not signed', todo: 'set its secret' },
        { where: null, says: 'the disk is full', todo: 'make room' },
      ];
      const findings = await asked({ ready: false, why: 'starting', troubles }, 503);
      expect(toldOf(findings, 'bot')).toEqual([
        'wrong: is not ready: starting. To do: see its log, and /readyz again in a minute',
        'wrong: the disk is full. To do: make room',
      ]);
      expect(toldOf(findings, 'bot: shop')).toEqual([
        'wrong: the webhook is not signed. To do: set its secret',
      ]);
    });

    test('which is degraded', async () => {
      expect(toldOf(await asked({ ready: true, degraded: 'slow' }), 'bot')).toEqual([
        'wrong: is ready, but slow. To do: see its log',
      ]);
    });

    test.each(['<html>', '{}', '[1]'])('where something else answers: %s', async (text) => {
      expect(toldOf(await asked(text), 'bot')).toEqual([
        expect.stringMatching(/is not answered as by Slipway. To do: set PORT as for the bot/),
      ]);
    });

    test('where nobody answers, or nobody knows its port', async () => {
      expect(toldOf(await askStore(), 'bot')[0]).toContain('is not answered as by Slipway');
      expect(toldOf(await askStore(0), 'bot')[0]).toContain('PORT is 0');
    });
  });
});

test('on the services tier the directory alone is looked at', async () => {
  const ask = () => answersTo([directoryQuestion(place)], { eachMs: 5_000, stopMs: 5_000 });
  expect(toldOf(await ask(), 'DATA_DIR')).toEqual([`ok: can be written, or made: ${place}`]);
  writeFileSync(place, '');
  expect(toldOf(await ask(), 'DATA_DIR')).toEqual([
    expect.stringMatching(/^wrong: .* is no directory\. To do: set DATA_DIR/),
  ]);
});
