import {
  inspectRedis,
  type RedisFacts,
  RedisFailed,
  type RedisFault,
} from '../../../adapters/queue/inspect.ts';
import { type Finding, fine, warning, wrong } from '../../online/finding.ts';
import type { Question } from '../../online/question.ts';
import { versionFinding } from '../machine.ts';
import { hostsOf, unreachableWords } from './address.ts';

/** What BullMQ needs. */
const LEAST = [5, 0] as const;

/** The policy by which nothing is evicted. */
const KEEPS = 'noeviction';

export function redisQuestion(url: string, timeoutMs: number): Question {
  const what = `Redis at ${hostsOf(url)}`;
  return {
    what,
    async ask() {
      try {
        const facts = await inspectRedis(url, timeoutMs);
        return [versionFinding(what, facts.version ?? '', LEAST), evictionFinding(what, facts)];
      } catch (error) {
        if (!(error instanceof RedisFailed)) throw error;
        const [said, todo] = wordsOf(error.fault);
        return [wrong(what, said, todo)];
      }
    },
  };
}

function evictionFinding(server: string, { policy }: RedisFacts): Finding {
  const what = `${server}: eviction`;
  if (policy === KEEPS) return fine(what, 'it evicts nothing, and takes writes');
  const todo = `set maxmemory-policy to ${KEEPS} there`;
  return policy === null
    ? warning(what, 'it does not tell whether it evicts', todo)
    : wrong(what, `it evicts wake-ups when its memory is full (${policy}): they come late then`, todo);
}

function wordsOf(fault: RedisFault): [said: string, todo: string] {
  switch (fault.kind) {
    case 'unreachable':
      return unreachableWords(fault.how, 'REDIS_URL');
    case 'login':
      return ['does not believe the user and the password, or wants some', 'correct them in REDIS_URL'];
    case 'forbidden':
      return ['the user may not do what Slipway does', 'give it all keys and commands (~* +@all)'];
    case 'readOnly':
      return ['is a copy that takes no writes', 'name the primary in REDIS_URL'];
    case 'full':
      return ['its memory is full, so it takes no writes', 'give it more memory'];
    case 'loading':
      return ['is still reading its data after a start', 'ask again in a minute'];
    case 'other':
      return [`failed: ${fault.says}`, 'see its log'];
    default:
      return fault satisfies never;
  }
}
