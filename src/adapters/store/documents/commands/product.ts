import * as z from 'zod';
import type { ProductCommand } from '../../../../domain/documents/commands/product.ts';
import { exact } from '../exact.ts';
import { count, flag, shaOrNull, text, textOrNull } from '../values/basic.ts';
import { headTag, leftOut, seenTags } from '../values/build.ts';
import { whoMay } from '../values/rules.ts';
import { carried, command, tick } from './base.ts';
import { lockCommands } from './lock.ts';

export const productCommand = exact<ProductCommand>()(
  z.discriminatedUnion('type', [
    ...lockCommands,
    tick,
    command('configured', { fingerprint: text, rules: z.array(whoMay) }),
    command('look', {
      delivery: z
        .object({
          id: text,
          after: textOrNull,
          pushedBy: textOrNull,
          forced: flag.nullable().optional(),
          tag: text.optional(),
        })
        .nullable(),
    }),
    command('fetched', {
      sha: shaOrNull,
      branch: text,
      asked: count,
      contains: z.array(text).optional(),
      leftOut: leftOut.optional(),
      tags: seenTags.optional(),
      tag: headTag.optional(),
    }),
    command('glance', {}),
    command('fetchFailed', { reason: text }),
    command('channelFound', { configured: text, channel: text }),
    command('carried', { ...carried, concluded: z.array(text) }),
  ]),
);
