import * as z from 'zod';
import { DEPLOYMENT_STATES } from '../../../../domain/documents/values/report.ts';
import { text } from './basic.ts';

/** A deployment as the forge has it. */
export const deployment = z.object({ id: text, state: z.enum(DEPLOYMENT_STATES) });
