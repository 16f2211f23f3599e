// Runs an app for the demo's hosts and ends together with them: when the parent process is gone for any reason, the IPC
// channel closes. The app does not notice. Plain JavaScript, because it runs from src and from dist alike.
//
// node keeper.js <entry of the app>

import { pathToFileURL } from 'node:url';

process.on('disconnect', () => process.exit(0));
const [entry] = process.argv.slice(2);
if (entry === undefined) throw new TypeError('no app to run');
await import(pathToFileURL(entry).href);
