import { HTTPModuleFunctions, type ReceiverProcessEventErrorHandlerArgs } from '@slack/bolt';

/** In seconds. */
const RETRY_AFTER = '5';

/**
 * A request that cannot be taken now, and is not acknowledged. Slack sends an event again; of anything else it tells the
 * person that it failed.
 */
export class NotTaken extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'NotTaken';
  }
}

/** Answers an HTTP request that was not taken, or could not be processed. Returns whether Bolt need not answer it. */
export async function answerFailed(failed: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  const { error, response } = failed;
  if (!(error instanceof NotTaken) || response.headersSent) {
    return HTTPModuleFunctions.defaultProcessEventErrorHandler(failed);
  }
  response.writeHead(503, { 'retry-after': RETRY_AFTER });
  response.end();
  return true;
}
