import { HTTPModuleFunctions, type ReceiverProcessEventErrorHandlerArgs } from '@slack/bolt';

/** In seconds. */
const RETRY_AFTER = '5';

/** An event that cannot be taken now. It is not acknowledged, so Slack sends it again. */
export class NotTaken extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NotTaken';
  }
}

/** Answers an HTTP request whose event was not taken, or could not be processed. Returns whether Bolt need not answer it. */
export async function answerFailed(failed: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  const { error, response } = failed;
  if (!(error instanceof NotTaken) || response.headersSent) {
    return HTTPModuleFunctions.defaultProcessEventErrorHandler(failed);
  }
  response.writeHead(503, { 'retry-after': RETRY_AFTER });
  response.end();
  return true;
}
