// The baseline of acknowledgements: a Bolt app on its own receiver that only acknowledges. Plain JavaScript, so that its
// memory and its start are those of Bolt alone.
import { App, ExpressReceiver, LogLevel } from '@slack/bolt';

process.on('disconnect', () => process.exit(0));
process.on('message', async (/** @type {{ id: number, argument: { signingSecret: string } }} */ asked) => {
  const { signingSecret } = asked.argument;
  const receiver = new ExpressReceiver({
    signingSecret,
    endpoints: '/slack/events',
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    authorize: async () => ({ botToken: 'xoxb-bare' }),
  });
  app.command('/release', async ({ ack }) => {
    await ack();
  });
  const server = /** @type {import('node:http').Server} */ (await app.start(0));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ id: asked.id, answer: { url: `http://127.0.0.1:${port}` } });
});
