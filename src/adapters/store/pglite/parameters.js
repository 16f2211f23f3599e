import { PGlite } from '@electric-sql/pglite';

/** The default of 128 MB (160 MB with its bookkeeping) has no benefit here; 8 MB saves 140 MB of memory. */
const SHARED_BUFFERS = '8MB';

/**
 * How PostgreSQL is started; of repeated options the last one wins. The queue's statements name no schema, the store's
 * do.
 */
export const startParams = [
  ...PGlite.defaultStartParams,
  ...['-c', 'search_path=bullmq'],
  ...['-c', `shared_buffers=${SHARED_BUFFERS}`],
];
