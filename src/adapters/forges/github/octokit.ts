import { ForgeError } from '../../../ports/forge.ts';
import type { ForgeHttp, HttpRequest } from '../http/http.ts';

/** The version of GitHub's REST API that the schemas here read. */
export const VERSION = '2022-11-28';

/** Carries Octokit's requests, so that bounds, limits and conditional requests are the same as at every other forge. */
export function octokitRequest(
  http: ForgeHttp,
  asked: string,
  how: Pick<HttpRequest, 'handsOn' | 'signal'> = {},
) {
  const fetch = async (url: string, { method, headers, body }: OctokitInit): Promise<Response> => {
    const answer = await http.send(asked, { method, url, headers, body: body ? body : null, ...how });
    return new Response(answer.text === '' ? null : answer.text, answer);
  };
  return { fetch, log: SILENT };
}

/** What Octokit gives to `fetch`. */
interface OctokitInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
}

const silent = () => {};
/** Octokit would write to the console. */
export const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** What our transport threw, which Octokit wraps; null: it was not our transport. */
export function forgeErrorOf(error: unknown): ForgeError | null {
  if (error instanceof ForgeError) return error;
  return error instanceof Error && error.cause instanceof ForgeError ? error.cause : null;
}
