import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/server.ts';
import { NO_BROWSER, openBrowser } from '../../support/browser.ts';
import { CHANNEL, openSandbox, startBolt, type TestBot } from '../support.ts';

/** A workspace, a bot and the page, new for each test. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly bot: TestBot;
  readonly page: Page;
  /** The id of the channel, with or without `#`. */
  id(channel?: string): string;
  /** What a person wrote, without the page. Returns its `ts`. */
  say(person: string, text: string, where?: { channel?: string; thread?: string }): string;
  /** Opens the page. What it shows at first is there when this resolves. */
  open(): Promise<void>;
  actAs(name: string): Promise<unknown>;
}

/** A suite of the page in Chromium. A script error in the page fails the test. */
export function describePage(
  name: string,
  options: Partial<SandboxOptions>,
  body: (scene: Scene) => void,
): void {
  const skipped = NO_BROWSER ? ` (skipped: ${NO_BROWSER})` : '';
  (NO_BROWSER ? describe.skip : describe)(`${name}${skipped}`, () => {
    let browser: Browser;
    const now: { sandbox?: Sandbox; bot?: TestBot; page?: Page } = {};
    const problems: string[] = [];
    const there = <T>(value: T | undefined): T => {
      if (value === undefined) throw new TypeError('only within a test');
      return value;
    };
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser.close());
    beforeEach(async () => {
      problems.length = 0;
      now.sandbox = await openSandbox(options);
      now.bot = await startBolt(now.sandbox);
      now.page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      now.page.on('pageerror', (error) => problems.push(error.message));
    });
    afterEach(async () => {
      await now.page?.close();
      await now.bot?.close();
      await now.sandbox?.close();
      expect(problems).toEqual([]);
    });
    const id = (channel = CHANNEL) => there(now.sandbox).workspace.channel(channel)?.id ?? '';
    body({
      get sandbox() {
        return there(now.sandbox);
      },
      get bot() {
        return there(now.bot);
      },
      get page() {
        return there(now.page);
      },
      id,
      say(person, text, { channel, thread } = {}) {
        const content = { text, blocks: [], metadata: null };
        const reply = thread === undefined ? null : { ts: thread, broadcast: false };
        return there(now.sandbox).workspace.post(id(channel), person, content, reply).ts;
      },
      async open() {
        await there(now.page).goto(there(now.sandbox).url);
        await there(now.page).getByLabel('Act as').waitFor();
      },
      actAs: (person) => there(now.page).getByLabel('Act as').selectOption({ label: person }),
    });
  });
}

/** A `plain_text` object. */
export function plain(text: string): { type: 'plain_text'; text: string } {
  return { type: 'plain_text', text };
}

/** An option whose value is its text. */
export function option(text: string): { text: { type: 'plain_text'; text: string }; value: string } {
  return { text: plain(text), value: text };
}
