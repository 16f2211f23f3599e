// Prepares Jest and its workers before they load a test: NODE_OPTIONS='--import <this file>' jest
import { isMainThread } from 'node:worker_threads';
import '../typescript.js';
import { makeOwnDirectory } from './temporary.js';

process.setSourceMapsEnabled(true);

if (process.send === undefined) {
  // Threads and programs that tests start in Jest's own process load this file, too.
  if (isMainThread && process.env.SLIPWAY_TEST_RUN === undefined) makeOwnDirectory();
  process.env.SLIPWAY_TEST_RUN = 'true';
} else {
  // Processes that tests start must not load this file.
  delete process.env.NODE_OPTIONS;
  // Handles left open by a failed test must not keep the worker alive.
  process.on('disconnect', () => process.exit());
}
