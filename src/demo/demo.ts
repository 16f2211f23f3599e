import { join, relative } from 'node:path';
import { DataDirectoryInUse } from '../adapters/data-directory.ts';
import { DEMO_DIRECTORY } from './directory.ts';
import { onInterrupt } from './interrupt.ts';
import { type DemoStage, LETTER_BUTTON, PUSH_BUTTON, setStage } from './stage.ts';
import { playStory } from './story/auto.ts';
import { StoryBroke } from './story/member.ts';

export interface DemoOptions {
  /** True: the story is played without a browser, and the exit code says whether it succeeded. */
  auto: boolean;
  /** Port of the page. null: any free port. */
  port: number | null;
  /** Whether the bot connects to the workspace (Socket Mode), and is not called. */
  socket: boolean;
}

/** Exit codes of the command line: another process uses the directory; the server cannot listen on the port. */
const DIRECTORY_IN_USE = 3;
const PORT_UNAVAILABLE = 4;

/** Limit for a stop. Commands that still run afterwards are ended by their guards. */
const STOP_MS = 3_000;

/** Runs everything on this machine: a workspace, a product, its servers and the bot. Resolves with the exit code. */
export async function runDemo({ auto, port, socket }: DemoOptions): Promise<number> {
  const began = performance.now();
  const clock = () => `[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s]`;
  const interrupt = onInterrupt();
  let stage: DemoStage | null = null;
  try {
    say('Slipway demo: a Slack workspace, a product and its three environments, all on this machine.\n');
    stage = await setStage({ directory: DEMO_DIRECTORY, port, socket });
    say(`${clock()}  The workspace is open at ${stage.url}`);
    const over = auto ? play(stage, clock) : invite(stage, clock);
    return await Promise.race([over, interrupt.asked, stage.lost.then(printLost)]);
  } catch (error) {
    return printFault(error, port);
  } finally {
    if (stage) await atMost(STOP_MS, stage.close());
    interrupt.off();
  }
}

async function play(stage: DemoStage, clock: () => string): Promise<number> {
  await stage.ready;
  say(`${clock()}  Slipway is ready`);
  const { url, head, production } = stage;
  await playStory({ url, pushButton: PUSH_BUTTON, head, production, say, clock });
  return 0;
}

/** Never resolves: people try the demo until they press Ctrl-C. */
async function invite(stage: DemoStage, clock: () => string): Promise<never> {
  say('\nSlipway is starting, which takes some seconds the first time …');
  await stage.ready;
  say(`${clock()}  Slipway is ready\n\n${whatNext(stage)}`);
  return new Promise(() => {});
}

function whatNext({ url, directory, addresses, log }: DemoStage): string {
  const here = (path: string) => relative(process.cwd(), path) || '.';
  return `  Open  ${url}

  1. Press “${PUSH_BUTTON}” in the page, or change, commit and push yourself:
       cd ${here(directory)} && echo "Hello from me" > greeting.txt && git commit -am "Say hello" && git push
  2. The channel shows the build and the deploy to integration. Click “Promote to preprod” on the card: the dialog shows
     what would happen, and what it waits for. Submit it.
  3. Nobody approves their own request: choose Lin at “You are”, then click “Approve” and “Deploy to preprod”.
  4. Choose Mo, the tester, who accepts what was deployed: click “Accept”.
  5. Do the same for prod, and production serves your commit.

  Then try
     Home, in the list beside the channels: what waits for you, and the board of both products
     /release alone, and “Prepare…” on the board: any commit, found while you type
     @Slipway why, in the thread of a card: commands do not run there, a mention does
     “Where is this commit?” in the menu (⋯) of a message that names a commit
     “${LETTER_BUTTON}”: a second product with a channel of its own, where only Lin approves
     Pat, a partner, or Gus, a guest, at “You are”: they see the cards, and may do nothing

  /release help lists all commands. The environments:
${addresses.map(({ environment, url: address }) => `       ${environment.padEnd(12)} ${address}`).join('\n')}

  Slipway's own log is ${here(log)}. Ctrl-C stops everything.
`;
}

function printFault(error: unknown, port: number | null): number {
  if (error instanceof DataDirectoryInUse) {
    const who = error.pid === null ? '' : ` (process ${error.pid})`;
    say(`A demo is already running here${who}. Stop it first, or start this one in another folder.`);
    return DIRECTORY_IN_USE;
  }
  if (port !== null && isListenFault(error)) {
    say(`Port ${port} is not available. Choose another one, or leave --port out to use any free one.`);
    return PORT_UNAVAILABLE;
  }
  if (error instanceof StoryBroke) say(`\nThe story stopped early.\n${error.message}`);
  else say(`The demo could not continue: ${error instanceof Error ? error.message : String(error)}`);
  say(`Slipway's own log: ${join(DEMO_DIRECTORY, 'slipway.log')}`);
  return 1;
}

function isListenFault(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function printLost(error: Error): number {
  say(`Slipway lost its store: ${error.message}`);
  return 1;
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
