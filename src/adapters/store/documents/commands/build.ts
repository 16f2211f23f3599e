import * as z from 'zod';
import type { BuildCommand } from '../../../../domain/documents/commands/build.ts';
import { exact } from '../exact.ts';
import { count, environmentIdText, leftovers, text, textOrNull, time } from '../values/basic.ts';
import { buildOutcome, buildStep, pushRequest } from '../values/build.ts';
import { attemptKey, check, saidCheck } from '../values/checks.ts';
import { carried, command, tick, workersGone } from './base.ts';

export const buildCommand = exact<BuildCommand>()(
  z.discriminatedUnion('type', [
    command('requestBuild', { push: pushRequest.nullable(), watcher: environmentIdText.nullable() }),
    command('skipBuild', { newer: text, head: count }),
    command('holdBuild', { why: text }),
    command('beginBuild', { worker: text, leaseUntil: time }),
    command('renewBuild', { attempt: count, leaseUntil: time, step: buildStep, lastLine: textOrNull }),
    command('reportBuild', {
      attempt: count,
      outcome: buildOutcome,
      log: text,
      leftovers: leftovers.exactOptional(),
    }),
    command('retryBuild', { lost: z.boolean().exactOptional(), again: z.array(attemptKey).exactOptional() }),
    command('discardBuild', { attempt: count }),
    command('lookAtChecks', {}),
    command('sawChecks', { look: count, named: z.array(check), others: z.array(text) }),
    command('checksUnread', { look: count, reason: text, until: time.nullable() }),
    command('ringChecks', {}),
    command('reportCheck', { check: saidCheck }),
    tick,
    workersGone,
    command('carried', carried),
  ]),
);
