// Prepares Jest's workers before they load a test: NODE_OPTIONS='--import <this file>' jest
import '../typescript.js';

process.setSourceMapsEnabled(true);

if (process.send !== undefined) {
  // Processes that tests start must not load this file.
  delete process.env.NODE_OPTIONS;
  // Handles left open by a failed test must not keep the worker alive.
  process.on('disconnect', () => process.exit());
}
