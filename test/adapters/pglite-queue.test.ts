import { queueContract } from '../contract/queue.contract.ts';
import { embedded } from '../support/services.ts';

queueContract('BullMQ on PGlite', embedded);
