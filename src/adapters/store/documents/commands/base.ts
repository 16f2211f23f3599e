import * as z from 'zod';
import type { Command } from '../../../../domain/documents/commands/commands.ts';
import { actor, text } from '../values/basic.ts';

export function command<T extends Command['type'], S extends z.ZodRawShape>(type: T, content: S) {
  return z.object({ id: text, actor, type: z.literal(type), ...content });
}

export const tick = command('tick', {});
export const workersGone = command('workersGone', { except: text });
export const carried = { effects: z.array(text), settled: z.array(text) };
