import type { Problem } from '../../chat/answers/problems/problem.ts';
import type { Request } from '../../chat/command/request.ts';
import { awaiting } from '../../chat/eligibility/awaiting.ts';
import { isTaken } from '../../chat/refusals/advice.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import type { ReleaseVerb } from '../../domain/eligibility/release.ts';
import { environmentId } from '../../domain/ids.ts';
import type { Person } from '../../domain/people/people.ts';
import { barredBefore } from '../commands/context/people-context.ts';
import type { ChatServices } from '../services/services.ts';
import { emptyContext } from '../views/render-context.ts';
import { environmentView } from '../views/views.ts';
import { adviceContextOf } from './advice-context.ts';
import { findCommit, namedAmong } from './find-commit.ts';

/** A request about one release. */
type ReleaseRequest = Extract<Request, { kind: ReleaseVerb }>;

/** The release that a person meant, or the problem to report. */
type Which = { kind: 'found'; release: number } | { kind: 'problem'; problem: Problem };

/** The release that is meant: by its number, by its commit, or as the only one that awaits the verb. */
export async function whichRelease(
  services: ChatServices,
  by: Person,
  asked: ReleaseRequest,
): Promise<Which> {
  const { kind: verb, release, reason } = asked;
  if (release !== null && asked.commit === undefined) return { kind: 'found', release };
  const here = await environmentView(services, environmentId(asked.product, asked.environment));
  const all = awaiting(verb, here, services.now()).filter(
    ({ number }) => release === null || number === release,
  );
  const shas = all.map(({ sha }) => sha);
  const { commit } = asked;
  const named = commit === undefined ? shas : namedAmong(services, asked.product, commit, shas);
  if (named.length > 0) return oneOf(all.filter(({ sha }) => named.includes(sha)));
  // Only people who may prepare a commit may have it looked for.
  const barred = await barredBefore(services, here.policy, 'prepare', by);
  if (commit === undefined || barred !== null)
    return { kind: 'problem', problem: { kind: 'noneAwaits', verb, here } };
  const found = await findCommit(services, asked.product, commit, asked);
  if (found.kind === 'problem') return found;
  const { sha } = found;
  const releases = all.filter((each) => each.sha === sha);
  if (releases.length > 0) return oneOf(releases);
  const context = emptyContext(services);
  const about = { here, adviceContext: await adviceContextOf(services, here, sha), context };
  const mayFollow = verb === 'deploy' || verb === 'approve';
  const prepare = mayFollow && isTaken(about, { type: 'prepare', sha, ref: null, note: null });
  return { kind: 'problem', problem: { kind: 'noneAwaitsOf', verb, here, sha, prepare } };

  function oneOf(releases: Release[]): Which {
    const [only] = releases;
    return releases.length === 1 && only
      ? { kind: 'found', release: only.number }
      : { kind: 'problem', problem: { kind: 'twoAwait', verb, here, releases, reason } };
  }
}
