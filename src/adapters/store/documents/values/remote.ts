import * as z from 'zod';
import {
  type CancelAnswer,
  REMOTE_SYSTEMS,
  type Remote,
  type RemoteRun,
  type Sight,
} from '../../../../domain/documents/values/remote.ts';
import { exact } from '../exact.ts';
import { text, textOrNull, time } from './basic.ts';

export const remoteSystem = z.enum(REMOTE_SYSTEMS);

export const remoteRun = exact<RemoteRun>()(z.object({ id: text, url: textOrNull }));

export const remote = exact<Remote>()(
  z.object({
    system: remoteSystem,
    key: text,
    place: text.exactOptional(),
    run: remoteRun.nullable(),
    lookAt: time.nullable(),
    deadline: time,
    timeoutMs: z.number(),
    waits: text.exactOptional(),
    silent: z.object({ since: time, reason: text }).exactOptional(),
    missing: time.exactOptional(),
    rungAt: time.exactOptional(),
    cancel: z
      .object({
        at: time,
        why: z.enum(['wished', 'timeout']),
        open: z.literal(true).exactOptional(),
        refused: text.exactOptional(),
      })
      .exactOptional(),
  }),
);

const unknown = z.object({ kind: z.literal('unknown'), reason: text, until: time.nullable() });

export const sight = exact<Sight>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('running'), run: remoteRun, waits: textOrNull, lastLine: textOrNull }),
    z.object({ kind: z.literal('notFound') }),
    unknown,
  ]),
);

export const cancelAnswer = exact<CancelAnswer>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('asked') }),
    z.object({ kind: z.literal('impossible'), reason: text }),
    unknown,
  ]),
);
