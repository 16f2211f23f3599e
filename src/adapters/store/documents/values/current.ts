import * as z from 'zod';
import type {
  Current,
  CurrentAnswer,
  CurrentQuestion,
  Said,
} from '../../../../domain/documents/values/current.ts';
import { exact } from '../exact.ts';
import { count, sha, shaOrNull, text, time } from './basic.ts';

const words = { sha: shaOrNull, said: text };

export const said = exact<Said>()(z.object(words));

export const current = exact<Current>()(
  z.object({
    askAt: time,
    quietSince: time,
    heardAt: time.exactOptional(),
    answer: z.object({ ...words, at: time }).exactOptional(),
    before: sha.exactOptional(),
    unchanged: count.exactOptional(),
    silent: z.object({ since: time, reason: text }).exactOptional(),
    drift: z.object({ ...words, since: time, card: text }).exactOptional(),
  }),
);

export const currentQuestion = exact<CurrentQuestion>()(
  z.object({ attempt: count, revision: count, decides: z.enum(['drift', 'deploy', 'nothing']) }),
);

export const currentAnswer = exact<CurrentAnswer>()(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('said'), ...words }),
    z.object({ kind: z.literal('silent'), reason: text }),
  ]),
);
