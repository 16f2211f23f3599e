import { readFile, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import {
  type ConfiguredSystem,
  configuredGitHub,
  configuredGitLab,
  configuredHttp,
  configuredJenkins,
  type Deed,
  keyIn,
} from '../../support/executors/configured.ts';
import type { RunState } from '../../support/executors/world.ts';
import type { Call, Fault } from '../../support/forges/server.ts';
import { type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { ADA, CHANNEL, openWorld, push, typed, type World, wordsOf } from '../../support/world.ts';

/** Of the call at which the process is killed: it has no effect; it has one, and the answer is not sent; or the answer is not read. */
type Moment = 'not heard' | 'not answered' | 'not read';

interface Row {
  /** When the process is killed. */
  killed: string;
  at: Deed;
  moment: Moment;
  /** What the run comes to elsewhere while no process lives. Absent: it goes on, and succeeds later. */
  meanwhile?: RunState;
  /** What people see in the end; by `find`: of a system that an attempt is asked for again. */
  becomes: string;
  /** How many runs were begun elsewhere. */
  starts: number;
  /** Of a system that begins an attempt that it never heard of when it is asked about it. */
  where?: { findBegins: Pick<Row, 'becomes' | 'starts'> };
}

const ACCEPTED = { becomes: 'Accepted', starts: 1 } as const;

const ROWS: Row[] = [
  {
    killed: 'before its request to start arrives',
    at: 'start',
    moment: 'not heard',
    becomes: 'Errored',
    starts: 0,
    where: { findBegins: ACCEPTED },
  },
  { killed: 'before the answer to its start', at: 'start', moment: 'not answered', ...ACCEPTED },
  { killed: 'before it has written that answer down', at: 'start', moment: 'not read', ...ACCEPTED },
  { killed: 'after that, while it follows', at: 'look', moment: 'not answered', ...ACCEPTED },
  {
    killed: 'and the run succeeds before the next start',
    at: 'look',
    moment: 'not heard',
    meanwhile: 'succeeded',
    ...ACCEPTED,
  },
  {
    killed: 'and the run fails before the next start',
    at: 'look',
    moment: 'not heard',
    meanwhile: 'failed',
    becomes: 'Failed',
    starts: 1,
  },
  {
    killed: 'before it has written the end down',
    at: 'look',
    moment: 'not read',
    meanwhile: 'succeeded',
    ...ACCEPTED,
  },
  {
    killed: 'before its request to cancel arrives',
    at: 'cancel',
    moment: 'not heard',
    becomes: 'Cancelled',
    starts: 1,
  },
  {
    killed: 'before the answer to its cancel',
    at: 'cancel',
    moment: 'not answered',
    becomes: 'Cancelled',
    starts: 1,
  },
  {
    killed: 'before it has written that the run was cancelled',
    at: 'cancel',
    moment: 'not read',
    meanwhile: 'cancelled',
    becomes: 'Cancelled',
    starts: 1,
  },
];

const KINDS: [name: string, open: () => Promise<ConfiguredSystem>, findBegins: boolean][] = [
  ['http', configuredHttp, true],
  ['github', configuredGitHub, false],
  ['gitlab', configuredGitLab, false],
  ['jenkins', configuredJenkins, false],
];

/** A fetch, a build and a start, on a machine that does much else. */
const PATIENCE_MS = 120_000;

const SILENT = { kind: 'silence' } as const;
const HELD = { kind: 'held', at: /./, body: {} } as const;

/** Each commit is deployed by the system, and the process is killed at one call about it. */
class Story {
  readonly #world: World;
  readonly #system: ConfiguredSystem;
  readonly #place: Awaited<ReturnType<typeof describeBot>>;
  #bot: BotProcess;

  private constructor(
    world: World,
    system: ConfiguredSystem,
    place: Awaited<ReturnType<typeof describeBot>>,
    bot: BotProcess,
  ) {
    this.#world = world;
    this.#system = system;
    this.#place = place;
    this.#bot = bot;
  }

  static async begin(world: World, system: ConfiguredSystem): Promise<Story> {
    const deploy = { ...system.block, timeout: '10m' };
    const place = await describeBot(world, [{ name: 'integration', mode: 'continuous', deploy }]);
    const file = parse(await readFile(place.config, 'utf8'));
    await writeFile(place.config, stringify({ ...file, forges: system.forges }));
    Object.assign(place.env, system.env);
    return new Story(world, system, place, await startProcess(world, place));
  }

  async end(): Promise<void> {
    await this.#bot.end('SIGKILL');
    await this.#system.world.close();
    await this.#world.close();
  }

  /** What came of a commit, and what was done for it. */
  async tell({ at, moment, meanwhile }: Row, what: string): Promise<Pick<Row, 'becomes' | 'starts'>> {
    const { world: stand } = this.#system;
    const { short, key } = await this.#untilKilled(at, moment, what, meanwhile);
    if (meanwhile !== undefined) stand.become(key, meanwhile);
    this.#bot = await startProcess(this.#world, this.#place);
    if (at === 'cancel') {
      await until('it is cancelled there', () => stand.cancels(key) > 0, PATIENCE_MS);
      stand.become(key, 'cancelled');
    } else if (meanwhile === undefined) {
      await until(
        'its run is known, or it is given up',
        () => this.#isFollowed(short) || this.#ended(short) !== null,
        PATIENCE_MS,
      );
      if (stand.starts(key) > 0) stand.become(key, 'succeeded');
    }
    const becomes = await until(
      () => `${short} comes to an end; the card says ${this.#card(short)?.text}`,
      () => this.#ended(short),
      PATIENCE_MS,
    );
    return { becomes, starts: stand.starts(key) };
  }

  async #untilKilled(
    at: Deed,
    moment: Moment,
    what: string,
    meanwhile: RunState | undefined,
  ): Promise<{ short: string; key: string }> {
    const { world: stand, deedOf } = this.#system;
    const { server } = stand;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let caught: Call | null = null;
    const fault: Fault = {
      ...{
        'not heard': SILENT,
        'not answered': at === 'look' ? SILENT : HELD,
        'not read': { kind: 'late', wait: () => answered } as const,
      }[moment],
      only(call) {
        if (caught === null && deedOf(call) === at) caught = call;
        return caught === call;
      },
    };
    if (at === 'start') server.fault = fault;
    const before = server.calls.length;
    const { short } = await push(this.#world, this.#bot.url, what);
    const started = await until(
      () => `it is started, ${what}; there is ${this.#cards().join(' | ')}`,
      () => server.calls.slice(before).find((call) => deedOf(call) === 'start'),
      PATIENCE_MS,
    );
    const key = keyIn(started);
    if (at !== 'start') {
      await until('it is followed', () => this.#isFollowed(short), PATIENCE_MS);
      stand.become(key, 'running');
      server.fault = fault;
      if (at === 'cancel') await typed(this.#world, ADA, 'cancel integration not now');
    }
    await until('the call at which it is killed', () => caught !== null, PATIENCE_MS);
    if (moment === 'not read') {
      // The answer comes, and its reader is stopped.
      process.kill(this.#bot.pid, 'SIGSTOP');
      if (at === 'look' && meanwhile !== undefined) stand.become(key, meanwhile);
      answer();
      await setImmediate();
    }
    await this.#bot.end('SIGKILL');
    server.fault = null;
    return { short, key };
  }

  #cards(): string[] {
    return this.#world.sandbox.messages(CHANNEL).map(({ text }) => text);
  }

  #card(short: string) {
    const cards = this.#world.sandbox.messages(CHANNEL).filter(({ threadTs }) => threadTs === null);
    return cards.findLast((message) => wordsOf(message).includes(short));
  }

  /** Its card links or names the run, so that is written down. */
  #isFollowed(short: string): boolean {
    const card = this.#card(short);
    return card !== undefined && wordsOf(card).includes('run at ');
  }

  /** null: not yet. */
  #ended(short: string): string | null {
    const [, word = null] =
      / (Accepted|Failed|Errored|Cancelled): /.exec(this.#card(short)?.text ?? '') ?? [];
    return word;
  }
}

describeTiers('kill -9 around a deploy that another system carries out', (tier) => {
  test.each(KINDS)(
    '%s: it is started once, and its end is told',
    async (_name, open, findBegins) => {
      const story = await Story.begin(await openWorld(tier), await open());
      try {
        const rows: unknown[] = [];
        const wanted: unknown[] = [];
        for (const { where, becomes, starts, ...row } of ROWS) {
          wanted.push({ killed: row.killed, becomes, starts, ...(findBegins ? where?.findBegins : {}) });
          rows.push({ killed: row.killed, ...(await story.tell({ ...row, becomes, starts }, row.killed)) });
        }
        expect(rows).toEqual(wanted);
      } finally {
        await story.end();
      }
    },
    1_200_000,
  );
});
