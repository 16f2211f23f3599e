import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Check, CheckState } from '../../../domain/checks/checks.ts';
import type { CommitStatus } from '../../../ports/forge.ts';
import { shortened } from '../http/text.ts';

const STATES = new Map<string, CheckState>(
  Object.entries({
    SUCCESSFUL: 'passed',
    FAILED: 'failed',
    INPROGRESS: 'pending',
    // In the cloud, and in the data center.
    STOPPED: 'cancelled',
    CANCELLED: 'cancelled',
  } as const),
);

const TOLD = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED', error: 'FAILED' } as const;

/** What the cloud and the data center call a build of which nothing was found. */
export type Stopped = 'STOPPED' | 'CANCELLED';

/** In characters. The cloud takes no longer key. */
const KEY_MAX = 40;
const HASHED = 8;

export const buildStatus = z.object({
  key: z.string(),
  state: z.string(),
  url: z.string().nullish(),
  description: z.string().nullish(),
});

/** Bitbucket keeps the latest status of each key. Its name is for people only. */
export function checkOf(status: z.infer<typeof buildStatus>): Check {
  return {
    name: status.key,
    state: STATES.get(status.state) ?? 'pending',
    url: status.url ?? null,
    description: status.description ?? null,
    group: 'builds',
    attempt: 0,
  };
}

/** `page`: where people are sent if the status leads nowhere, as Bitbucket takes none without an address. */
export function buildStatusOf(
  status: CommitStatus,
  { page, stopped }: { page: string; stopped: Stopped },
): Record<string, string> {
  return {
    key: keyOf(status.name),
    name: status.name,
    state: status.state === 'neutral' ? stopped : TOLD[status.state],
    description: shortened(status.description, 255),
    url: status.url ?? page,
  };
}

/** What a pull request is called that brought nothing. */
const GIVEN_UP = new Set<unknown>(['DECLINED', 'SUPERSEDED']);

/** Those that brought a commit, or still may. */
export function stillMeant<T extends { state?: string | null | undefined }>(pulls: readonly T[]): T[] {
  return pulls.filter(({ state }) => !GIVEN_UP.has(state));
}

function keyOf(name: string): string {
  if (name.length <= KEY_MAX) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASHED);
  return `${name.slice(0, KEY_MAX - HASHED - 1)}-${hash}`;
}
