/** Bytes of a log that are read at all, and those of its end that are kept. */
const LOG_MAX = 128 * 1024 * 1024;
const KEPT = 1024 * 1024;

/** What GitHub writes before each line of a log. */
const TIMESTAMPS = /^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z /gm;

/**
 * The end of a job's log, from the storage that GitHub names for it. The address is all that it takes: no login goes there. null:
 * the storage does not give it.
 */
export async function endOfLog(url: URL, signal: AbortSignal): Promise<string | null> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  try {
    const response = await fetch(url, { headers: { 'user-agent': 'slipway' }, signal });
    if (!response.ok || response.headers.get('content-type')?.includes('html')) return null;
    return (await endOf(response))?.replace(TIMESTAMPS, '') ?? null;
  } catch {
    return null;
  }
}

/** null: it is too long to be read to its end. */
async function endOf(response: Response): Promise<string | null> {
  let kept: Uint8Array[] = [];
  let size = 0;
  let read = 0;
  for await (const chunk of response.body ?? []) {
    kept.push(chunk);
    size += chunk.length;
    read += chunk.length;
    if (size > 2 * KEPT) {
      kept = [Buffer.concat(kept).subarray(-KEPT)];
      size = KEPT;
    }
    if (read > LOG_MAX) return null;
  }
  return Buffer.concat(kept).subarray(-KEPT).toString('utf8');
}
