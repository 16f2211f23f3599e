import { howUnreachable } from '../../adapters/forges/http/http.ts';
import { within } from '../../flow/services/within.ts';
import type { EnvironmentSettings, Settings } from '../../flow/settings/settings.ts';
import { isRemote } from '../../flow/settings/steps.ts';
import { UNREACHABLE, type Unreachable } from '../../ports/forge.ts';
import { type Finding, fine, wrong } from '../online/finding.ts';
import type { Question } from '../online/question.ts';
import { type ClockReading, type Clocks, readDate } from './clock.ts';

/** A question for each server that carries out deploys, or is asked what runs, beside the forges. Each once. */
export function serverQuestions(
  { products }: Settings,
  clocks: Clocks,
  ms: number,
  now: () => number,
): Question[] {
  const addresses = products.flatMap(({ environments }) => environments.flatMap(addressesOf));
  const origins = new Set(
    addresses.flatMap((address) => (URL.canParse(address) ? new URL(address).origin : [])),
  );
  return [...origins].map((origin) => ({
    what: origin,
    async ask() {
      const answer = await askServer(origin, ms, now);
      if ('status' in answer) clocks.saw(new URL(origin).host, answer.reading);
      return [serverFinding(origin, answer)];
    },
  }));
}

/** A host may be named by words in braces, which only a deploy fills in: such an address is no URL. */
function addressesOf({ deploy, verify, current }: EnvironmentSettings): string[] {
  const steps = [deploy, verify].flatMap((step) => {
    if (step === null || !isRemote(step)) return [];
    const { remote } = step;
    if (remote.system === 'jenkins') return [remote.job];
    return remote.system === 'http' ? [remote.url] : [];
  });
  return [...steps, ...(current !== undefined && 'address' in current.ask ? [current.ask.address.url] : [])];
}

type ServerAnswer = { status: number; reading: ClockReading | null } | { how: Unreachable };

function serverFinding(origin: string, answer: ServerAnswer): Finding {
  if ('how' in answer)
    return wrong(origin, UNREACHABLE[answer.how], 'see whether it runs and this machine reaches it');
  if (answer.status >= 500)
    return wrong(origin, `answers that it is broken (HTTP ${answer.status})`, 'ask who runs it');
  return fine(origin, 'answers; whether it takes the login, the next deploy shows');
}

/** Asks without a login, and reads no more than the headers of whatever it answers. */
export async function askServer(url: string, ms: number, now: () => number): Promise<ServerAnswer> {
  const ended = new AbortController();
  try {
    const sentAt = now();
    const response = await within(ms, fetch(url, { redirect: 'manual', signal: ended.signal }));
    if (response === null) return { how: 'silence' };
    return { status: response.status, reading: readDate(response.headers, sentAt, now()) };
  } catch (error) {
    return { how: howUnreachable(error) };
  } finally {
    ended.abort();
  }
}
