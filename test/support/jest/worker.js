// NODE_OPTIONS='--import <this file>' jest: what its workers need before they load a test.
import '../typescript.js';

process.setSourceMapsEnabled(true);

// What a test starts is no worker of Jest’s.
if (process.send !== undefined) delete process.env.NODE_OPTIONS;
