import { join, resolve } from 'node:path';
import * as z from 'zod';
import { type Holder, holderOf } from '../../../adapters/data-directory.ts';
import { readAnswer } from '../../../adapters/http/answers.ts';
import { type Finding, fine, wrong } from '../../online/finding.ts';
import type { Question } from '../../online/question.ts';
import { kindOf, unusableFinding } from './directory.ts';

export interface EmbeddedOptions {
  dataDirectory: string;
  /** Where a bot that runs listens; 0: any port. */
  port: number;
  timeoutMs: number;
}

const WHAT = 'store in DATA_DIR';

/** The database below the data directory. Where a bot has it open, that bot is asked. */
export function embeddedQuestion(options: EmbeddedOptions): Question {
  return { what: WHAT, ask: () => embeddedFindings(options) };
}

async function embeddedFindings(options: EmbeddedOptions): Promise<Finding[]> {
  const directory = resolve(options.dataDirectory);
  const unusable = await unusableFinding(WHAT, directory);
  if (unusable !== null) return [unusable];
  const holder = holderOf(directory);
  if (holder !== null) {
    const who = holder.pid === null ? 'a process' : `process ${holder.pid}`;
    return [fine(WHAT, `${who} has it open, in ${directory}`), ...(await botFindings(holder, options))];
  }
  const isThere = (await kindOf(join(directory, 'pglite'))) !== null;
  return [
    fine(WHAT, `${isThere ? 'is there' : 'is made at the first start'}, in ${directory}; no bot runs on it`),
  ];
}

/** The answer of `/readyz` to somebody on the same machine. */
const readiness = z.object({
  ready: z.boolean(),
  why: z.string().optional(),
  degraded: z.string().optional(),
  troubles: z
    .array(z.object({ where: z.string().nullable(), says: z.string(), todo: z.string() }))
    .optional(),
});

/** More than any list of troubles has. */
const BODY_LIMIT = 1024 * 1024;

async function botFindings(holder: Holder, { port, timeoutMs }: EmbeddedOptions): Promise<Finding[]> {
  const what = 'bot';
  if (port === 0)
    return [
      wrong(
        what,
        'is not asked how it is: PORT is 0, so it listens on any port',
        'set PORT to the port on which the bot listens; its log says which',
      ),
    ];
  const at = `http://127.0.0.1:${port}/readyz`;
  const answer = await askReadiness(at, timeoutMs);
  if (answer === null) {
    const who = holder.pid === null ? 'the bot' : `process ${holder.pid}`;
    return [
      wrong(
        what,
        `${at} is not answered as by Slipway`,
        `set PORT as for the bot; if it is so, see whether ${who} hangs, and its log`,
      ),
    ];
  }
  const { ready, why, degraded, troubles = [] } = answer;
  const state = ready
    ? degraded === undefined
      ? fine(what, `is ready, as ${at} says`)
      : wrong(what, `is ready, but ${degraded}`, 'see its log')
    : wrong(
        what,
        `is not ready: ${why ?? 'it does not say why'}`,
        'see its log, and /readyz again in a minute',
      );
  return [
    state,
    ...troubles.map(({ where, says, todo }) =>
      wrong(where === null ? what : `${what}: ${where}`, says, todo),
    ),
  ];
}

/** null: nobody answers there in time, or not as Slipway does. */
async function askReadiness(url: string, timeoutMs: number): Promise<z.infer<typeof readiness> | null> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const text = await readAnswer(response, BODY_LIMIT);
    return readiness.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}
