import * as z from 'zod';
import type { RequestRecord } from '../../../ports/store.ts';
import { exact } from './exact.ts';
import { count, text, time } from './values/basic.ts';

export const requestRecord = exact<RequestRecord>()(
  z.object({ id: text, at: time, until: time, taken: count, body: text }),
);
