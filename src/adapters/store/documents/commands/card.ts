import * as z from 'zod';
import type { CardCommand } from '../../../../domain/documents/commands/card.ts';
import { CARD_FAULTS } from '../../../../domain/documents/values/card-subject.ts';
import { exact } from '../exact.ts';
import { count, flag, text, time } from '../values/basic.ts';
import { cardSubject } from '../values/build.ts';
import { reply } from '../values/replies.ts';
import { carried, command, workersGone } from './base.ts';

export const cardCommand = exact<CardCommand>()(
  z.discriminatedUnion('type', [
    command('show', {
      product: text,
      subject: cardSubject.nullable(),
      progress: flag,
      quietUntil: time.exactOptional(),
    }),
    command('reply', { product: text, subject: cardSubject, reply }),
    command('claimCard', { worker: text, until: time }),
    command('cardShown', { worker: text, wanted: count, channel: text, ts: text, until: time }),
    command('replied', { worker: text, reply: text, until: time }),
    command('cardDeferred', {
      worker: text,
      until: time,
      failed: flag,
      why: z.object({ fault: z.enum(CARD_FAULTS), reason: text }).optional(),
    }),
    command('cardUndeliverable', { worker: text, fault: z.enum(CARD_FAULTS), reason: text }),
    command('cardGone', { worker: text, ts: text }),
    command('cardLeftOut', { worker: text, wanted: count }),
    command('releaseCard', { worker: text }),
    command('cardLookedThrough', { worker: text }),
    command('deliverAgain', {}),
    workersGone,
    command('carried', carried),
  ]),
);
