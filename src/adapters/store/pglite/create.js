// Creates a database in the directory given as the first argument, and exits. It runs in a process of its own, since
// initdb takes about 500 MB that only the end of the process frees. Plain JavaScript, so that the same file runs from
// `src` and from `dist`.
import { PGlite } from '@electric-sql/pglite';
import { startParams } from './parameters.js';

const [, , directory] = process.argv;
if (directory === undefined) throw new Error('create.js wants a directory');
const db = await PGlite.create({ dataDir: directory, startParams });
await db.close();
