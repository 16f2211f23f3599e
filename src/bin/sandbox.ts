import { randomBytes } from 'node:crypto';
import { manifest } from '../app/manifest.ts';
import { GRID, OUTSIDERS, PEOPLE } from '../demo/project/people.ts';
import { hasCode } from '../runner/files/errno.ts';
import { appOf } from '../sandbox/manifest.ts';
import { startSandbox } from '../sandbox/server.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { printConfigurationErrors } from './print-errors.ts';
import { firstSignal } from './signals.ts';

/** Options of `slipway sandbox`. */
export interface SandboxCommand {
  port: number;
  /** Address of the bot; `/slack/events` is added. */
  bot: string;
  /** Channel names, with or without `#`. */
  channel: string[];
  /** Whether the bot connects to the workspace (Socket Mode), and is not called at its address. */
  socket?: true;
}

/** Runs only the local Slack workspace, for a bot with its own configuration, until it receives a stop signal. */
export async function sandbox({ port, bot, channel, socket }: SandboxCommand): Promise<ExitCode> {
  if (!URL.canParse(bot) || !/^https?:\/\//i.test(bot)) {
    const todo = 'give the address of the bot, as in --bot http://127.0.0.1:3000';
    return printConfigurationErrors([
      { path: '--bot', what: `"${bot}" is not an http or https address`, todo },
    ]);
  }
  const asked = firstSignal();
  // Valid for this workspace only, which keeps nothing after its end.
  const botToken = `xoxb-${randomBytes(12).toString('hex')}`;
  const signingSecret = randomBytes(16).toString('hex');
  const appToken = socket ? `xapp-${randomBytes(12).toString('hex')}` : null;
  const requestUrl = new URL('/slack/events', bot).href;
  try {
    const running = await startSandbox({
      port,
      requestUrl,
      botToken,
      signingSecret,
      ...(appToken === null ? {} : { socketMode: { appToken } }),
      people: [...PEOPLE, ...OUTSIDERS],
      enterprise: GRID,
      app: appOf(manifest({ kind: 'http', url: null })),
      channels: channel,
    });
    const { url, apiUrl } = running;
    console.log(welcome({ url, apiUrl, requestUrl, botToken, signingSecret, appToken, channel }));
    await asked;
    await running.close();
    return EXIT.ok;
  } catch (error) {
    if (!hasCode(error, 'EADDRINUSE') && !hasCode(error, 'EACCES')) throw error;
    console.error(`Port ${port} is not available. Stop what listens there, or choose another with --port.`);
    return EXIT.portUnavailable;
  }
}

function welcome(given: {
  url: string;
  apiUrl: string;
  requestUrl: string;
  botToken: string;
  signingSecret: string;
  appToken: string | null;
  channel: readonly string[];
}): string {
  const { appToken } = given;
  const secret =
    appToken === null ? `SLACK_SIGNING_SECRET=${given.signingSecret}` : `SLACK_APP_TOKEN=${appToken}`;
  const reached =
    appToken === null
      ? `It is called at ${given.requestUrl} (--bot URL for another address, --socket for Socket Mode).`
      : 'It connects to this workspace (Socket Mode).';
  return `A Slack workspace to try a bot in: ${given.url}

  Start the bot in another terminal:
    export SLACK_API_URL=${given.apiUrl}
    export SLACK_BOT_TOKEN=${given.botToken}
    export ${secret}
    slipway start

  ${reached}
  Channels: ${given.channel.map((name) => `#${name.replace(/^#/, '')}`).join(', ')} (--channel NAME for others).
  People: ${PEOPLE.map(({ id, name }) => `${name} ${id}`).join(', ')}.
  Not members: ${OUTSIDERS.map(({ id, name }) => `${name} ${id}`).join(', ')}.

Ctrl-C stops it, and everything is lost.`;
}
