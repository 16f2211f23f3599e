import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type GitWorld, gitWorld, isPush, VALUES } from '../../support/executors/git.ts';
import type { Call } from '../../support/forges/server.ts';
import { type BotProcess, describeBot, startProcess } from '../../support/process.ts';
import { describeTiers } from '../../support/services/tiers.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, openWorld, push, type World, wordsOf } from '../../support/world.ts';

/** Of the call at which the process is killed: what the host does with it. */
type Heard =
  /** Nothing. */
  | 'never'
  /** It does what it was asked only when the next process has looked at the branch. */
  | 'afterTheNextLook'
  /** It does what it was asked, and its answer is never sent. */
  | 'unanswered'
  /** It does what it was asked, and nobody reads its answer. */
  | 'unread';

interface Row {
  /** When the process is killed. */
  killed: string;
  at: (call: Call) => boolean;
  heard: Heard;
  becomes: 'Accepted' | 'Errored';
  /** How many commits of the deploy the branch has in the end. */
  commits: number;
}

const isFetch = ({ query, path }: Call) =>
  path.endsWith('/info/refs') && query.get('service') === 'git-upload-pack';

const ROWS: Row[] = [
  { killed: 'before it has fetched', at: isFetch, heard: 'never', becomes: 'Errored', commits: 0 },
  { killed: 'before its push arrives', at: isPush, heard: 'never', becomes: 'Errored', commits: 0 },
  {
    killed: 'and its push is taken after the next one looked',
    at: isPush,
    heard: 'afterTheNextLook',
    becomes: 'Accepted',
    commits: 1,
  },
  {
    killed: 'before the answer to its push',
    at: isPush,
    heard: 'unanswered',
    becomes: 'Accepted',
    commits: 1,
  },
  {
    killed: 'before it has written that answer down',
    at: isPush,
    heard: 'unread',
    becomes: 'Accepted',
    commits: 1,
  },
];

/** A fetch, a build, a start and a minute of looking, on a machine that does much else. */
const PATIENCE_MS = 180_000;

/** Each commit is deployed by a push, and the process is killed at one request of it. */
class Story {
  readonly #world: World;
  readonly #git: GitWorld;
  readonly #place: Awaited<ReturnType<typeof describeBot>>;
  #bot: BotProcess;

  private constructor(
    world: World,
    git: GitWorld,
    place: Awaited<ReturnType<typeof describeBot>>,
    bot: BotProcess,
  ) {
    this.#world = world;
    this.#git = git;
    this.#place = place;
    this.#bot = bot;
  }

  static async begin(world: World, git: GitWorld): Promise<Story> {
    const { repository, branch } = git.target;
    const deploy = {
      git: { repository, branch, file: VALUES, set: { 'image.tag': '{commit}' } },
      timeout: '10m',
    };
    const place = await describeBot(world, [{ name: 'integration', mode: 'continuous', deploy }]);
    return new Story(world, git, place, await startProcess(world, place));
  }

  async end(): Promise<void> {
    await this.#bot.end('SIGKILL');
    await this.#git.close();
    await this.#world.close();
  }

  /** What came of a commit, and what was pushed for it. */
  async tell({ at, heard, killed }: Row): Promise<Pick<Row, 'becomes' | 'commits'>> {
    const { server } = this.#git;
    let go = () => {};
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    let caught: Call | null = null;
    server.fault = {
      ...{
        never: { kind: 'silence' } as const,
        afterTheNextLook: { kind: 'late', wait: () => gone } as const,
        unanswered: { kind: 'slow', wait: () => new Promise<void>(() => {}) } as const,
        unread: { kind: 'slow', wait: () => gone } as const,
      }[heard],
      only(call) {
        if (caught === null && at(call)) caught = call;
        return caught === call;
      },
    };
    const { short } = await push(this.#world, this.#bot.url, killed);
    await until(
      () => `the request at which it is killed ${killed}; the card says ${this.#card(short)?.text}`,
      () => caught !== null,
      PATIENCE_MS,
    );
    if (heard === 'unanswered' || heard === 'unread')
      await until('the host took the push', () => this.#commits(short) === 1, PATIENCE_MS);
    if (heard === 'unread') {
      // The answer comes, and its reader is stopped.
      process.kill(this.#bot.pid, 'SIGSTOP');
      go();
      await setImmediate();
    }
    await this.#bot.end('SIGKILL');
    const before = server.calls.length;
    this.#bot = await startProcess(this.#world, this.#place);
    if (heard === 'afterTheNextLook') {
      const looks = () => server.calls.slice(before).filter(isFetch).length;
      await until('the next process looked once and again', () => looks() > 1, PATIENCE_MS);
      go();
    }
    const becomes = await until(
      () => `${short} comes to an end; the card says ${this.#card(short)?.text}`,
      () => this.#ended(short),
      PATIENCE_MS,
    );
    server.fault = null;
    return { becomes, commits: this.#commits(short) };
  }

  #commits(short: string): number {
    const subjects = this.#git.there('log', '--format=%s', 'main').split('\n');
    return subjects.filter((subject) => subject.startsWith(`Deploy ${short} of`)).length;
  }

  #card(short: string) {
    const cards = this.#world.sandbox.messages(CHANNEL).filter(({ threadTs }) => threadTs === null);
    return cards.findLast((message) => wordsOf(message).includes(short));
  }

  /** null: not yet. */
  #ended(short: string): Row['becomes'] | null {
    const [, word] = / (Accepted|Errored): /.exec(this.#card(short)?.text ?? '') ?? [];
    return (word as Row['becomes'] | undefined) ?? null;
  }
}

describeTiers('kill -9 around a deploy by a push', (tier) => {
  test('pushes one commit at most, and its end is told', async () => {
    const story = await Story.begin(await openWorld(tier), await gitWorld());
    try {
      const rows: unknown[] = [];
      for (const row of ROWS) rows.push({ killed: row.killed, ...(await story.tell(row)) });
      expect(rows).toEqual(ROWS.map(({ killed, becomes, commits }) => ({ killed, becomes, commits })));
    } finally {
      await story.end();
    }
  }, 1_200_000);
});
