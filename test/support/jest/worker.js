// Prepares Jest and its workers before they load a test: NODE_OPTIONS='--import <this file>' jest
import '../typescript.js';
import { makeOwnDirectory } from './temporary.js';

process.setSourceMapsEnabled(true);

if (process.send === undefined) makeOwnDirectory();
else {
  // Processes that tests start must not load this file.
  delete process.env.NODE_OPTIONS;
  // Handles left open by a failed test must not keep the worker alive.
  process.on('disconnect', () => process.exit());
}
