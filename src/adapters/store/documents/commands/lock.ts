import * as z from 'zod';
import { flag, person, text, time } from '../values/basic.ts';
import { command } from './base.ts';

const ofLock = { card: text.exactOptional(), since: time.exactOptional() };

export const lockCommands = [
  command('lock', { reason: text, forMs: z.number().nullable() }),
  command('unlock', { ...ofLock, ownerGone: flag, owner: text.exactOptional() }),
  command('takeOver', { ...ofLock, reason: text, forMs: z.number().nullable() }),
  command('extendLock', { ...ofLock, forMs: z.number() }),
  command('editLock', { ...ofLock, reason: text }),
  command('askToUnlock', ofLock),
  command('handOver', { ...ofLock, to: person }),
  command('keepLock', ofLock),
] as const;
