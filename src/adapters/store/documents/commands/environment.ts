import * as z from 'zod';
import type { EnvironmentCommand } from '../../../../domain/documents/commands/environment.ts';
import { exact } from '../exact.ts';
import {
  attemptOutcome,
  count,
  flag,
  leftovers,
  sha,
  shaOrNull,
  step,
  text,
  textOrNull,
  time,
} from '../values/basic.ts';
import { currentAnswer, currentQuestion } from '../values/current.ts';
import { lock } from '../values/holds.ts';
import { cancelAnswer, remoteRun, remoteSystem, sight } from '../values/remote.ts';
import { carried, command, tick, workersGone } from './base.ts';
import { lockCommands } from './lock.ts';

export const environmentCommand = exact<EnvironmentCommand>()(
  z.discriminatedUnion('type', [
    command('prepare', { sha, ref: textOrNull, note: textOrNull }),
    command('approve', { release: count, shown: count.exactOptional() }),
    command('reject', { release: count, reason: text }),
    command('deploy', { release: count }),
    command('accept', { release: count, reason: textOrNull }),
    command('fail', { release: count, reason: text }),
    command('cancel', { release: count, reason: textOrNull, onlyWaiting: z.literal(true).exactOptional() }),
    command('retry', { release: count }),
    command('rollback', {
      to: z.object({ sha, ref: textOrNull }).nullable(),
      reason: text,
      leaves: sha.exactOptional(),
      past: z.union([z.literal('unchecked'), z.object({ newest: text, count })]).exactOptional(),
    }),
    command('redeploy', { sha: shaOrNull, reason: textOrNull }),
    command('hotfix', { sha, ref: textOrNull, reason: text }),
    command('adopt', { sha, ref: textOrNull, reason: text }),
    command('override', { release: count, reason: text, freeze: time.exactOptional() }),
    command('pause', { reason: text }),
    command('resume', { reason: textOrNull, pause: text.exactOptional() }),
    ...lockCommands,
    command('productLock', { lock: lock.nullable() }),
    command('retire', {}),
    command('makeRelease', { sha, ref: textOrNull, head: count, card: textOrNull }),
    command('buildEnded', { sha, succeeded: flag, again: z.literal(true).exactOptional() }),
    command('revokedBelow', { sha, environment: text }),
    command('redraw', { sha: shaOrNull }),
    command('begin', {
      release: count,
      step,
      worker: text,
      leaseUntil: time,
      remote: z
        .object({ system: remoteSystem, key: text, place: text.exactOptional(), timeoutMs: z.number() })
        .exactOptional(),
    }),
    command('renew', { attempt: count, leaseUntil: time, lastLine: textOrNull }),
    command('report', {
      attempt: count,
      outcome: attemptOutcome,
      log: text,
      leftovers: leftovers.exactOptional(),
      run: remoteRun.exactOptional(),
      rungAt: time.exactOptional(),
    }),
    command('sawRemote', { attempt: count, seen: sight, rungAt: time.exactOptional() }),
    command('askedToEnd', { attempt: count, answer: cancelAnswer }),
    command('ringRemote', { key: text }),
    command('sawCurrent', { asked: currentQuestion, answer: currentAnswer }),
    tick,
    workersGone,
    command('carried', {
      ...carried,
      releases: z.array(z.object({ number: count, revision: count })),
      acceptances: z.array(z.object({ sha, revision: count })),
    }),
  ]),
);
