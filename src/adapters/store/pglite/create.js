// Makes a database in the directory named by the first argument, and ends. A process of its own: initdb takes some 500 MB
// that only its end gives back. Plain JavaScript, so that the same file runs from `src` and from `dist`.
import { PGlite } from '@electric-sql/pglite';
import { startParams } from './parameters.js';

const [, , directory] = process.argv;
if (directory === undefined) throw new Error('create.js wants a directory');
const db = await PGlite.create({ dataDir: directory, startParams });
await db.close();
