import * as z from 'zod';
import type { ReportsCommand } from '../../../../domain/documents/commands/reports.ts';
import { REPORT_USES } from '../../../../domain/documents/values/report.ts';
import { exact } from '../exact.ts';
import { count, flag, text, time } from '../values/basic.ts';
import { deployment } from '../values/report.ts';
import { carried, command, workersGone } from './base.ts';

export const reportsCommand = exact<ReportsCommand>()(
  z.discriminatedUnion('type', [
    command('tellForge', { product: text, release: count }),
    command('claimReports', { worker: text, until: time }),
    command('reported', {
      worker: text,
      until: time,
      release: count,
      use: z.enum(REPORT_USES),
      wanted: count,
      deployment: deployment.nullable(),
      over: flag,
    }),
    command('reportsDeferred', { worker: text, until: time, failed: flag }),
    command('reportRefused', { worker: text, use: z.enum(REPORT_USES), until: time }),
    command('releaseReports', { worker: text }),
    command('reportAgain', {}),
    command('reportNothing', {}),
    workersGone,
    command('carried', carried),
  ]),
);
