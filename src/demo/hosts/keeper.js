// Runs an app for the demo's hosts and ends with them: when the process that started it is gone, however it went,
// the channel to it closes. The app knows nothing of this. Plain JavaScript: it runs from src and from dist alike.
//
// node keeper.js <entry of the app>

import { pathToFileURL } from 'node:url';

process.on('disconnect', () => process.exit(0));
const [entry] = process.argv.slice(2);
if (entry === undefined) throw new TypeError('no app to run');
await import(pathToFileURL(entry).href);
