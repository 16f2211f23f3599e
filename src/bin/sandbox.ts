import { startSandbox } from '../sandbox/server.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { firstSignal } from './signals.ts';

/** Runs the local Slack workspace alone, until it is told to stop. */
export async function sandbox(options: { port: number }): Promise<ExitCode> {
  const stop = firstSignal();
  const running = await startSandbox({ port: options.port });
  console.log(`The sandbox workspace is at ${running.url}. Ctrl-C stops it.`);
  await stop;
  await running.stop();
  return EXIT.ok;
}
