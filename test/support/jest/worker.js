// NODE_OPTIONS='--import <this file>' jest: what its workers need before they load a test.
import '../typescript.js';

process.setSourceMapsEnabled(true);

if (process.send !== undefined) {
  // What a test starts is no worker of Jest’s.
  delete process.env.NODE_OPTIONS;
  // What a failed test left open keeps no worker alive.
  process.on('disconnect', () => process.exit());
}
