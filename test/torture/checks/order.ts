import { environmentId, releaseName } from '../../../src/domain/ids.ts';
import { environmentOf } from '../products.ts';
import { accepted, begins, type Facts, runOf, runsIn } from './facts.ts';

/** Nothing was deployed anywhere that was not accepted below before; a rollback only to what was accepted there. */
export function checkOrder(facts: Facts): void {
  for (const { id, product } of facts.environments) {
    const { below } = environmentOf(id);
    for (const run of runsIn(facts, id)) {
      if (run.step !== 'deploy') continue;
      const from = run.kind === 'rollback' ? id : below && environmentId(product, below.name);
      if (from === null || acceptedAt(facts, from, run.sha, 0, run.begunAt)) continue;
      const what = `${run.release} deployed ${run.sha}, which was not accepted in ${from}`;
      facts.stage.timeline.find('deployed unaccepted', what, run.begunAt);
    }
    checkRevoked(facts, id);
  }
}

/** By the ledger and by what people said: whether a release of the commit was accepted there between these times. */
function acceptedAt(facts: Facts, environment: string, sha: string, after: number, before: number): boolean {
  const { verify } = environmentOf(environment);
  const within = (at: number | undefined) => at !== undefined && at > after && at <= before;
  const runs = runsIn(facts, environment).filter((run) => run.sha === sha && run.end?.code === 0);
  const deployed = runs.filter(({ step, end }) => step === 'deploy' && end && end.at <= before);
  return deployed.some(({ release, kind, end }) => {
    const saidByPeople = accepted(facts, environment, 'accept').some(
      (record) => releaseName(environment, record.release) === release && within(record.at),
    );
    const saidByVerification = verify
      ? runs.some((run) => run.release === release && run.step === 'verify' && within(run.end?.at))
      : within(end?.at);
    return saidByPeople || (kind !== 'promotion' && saidByVerification);
  });
}

/**
 * RULES 22: a begin that came after a revocation below was made known here needs an acceptance that is later than the
 * revocation. Both are in the audit with the revision they were decided at.
 */
function checkRevoked(facts: Facts, environment: string): void {
  for (const told of accepted(facts, environment, 'revokedBelow')) {
    // The id of an effect names the document that sent it, and its revision then.
    const [below = '', revision] = told.id.split(':');
    const cause = facts.audit.find(
      ({ place, revision: decided }) => place.id === below && decided === Number(revision),
    );
    const release = cause?.answer.kind === 'accepted' ? cause.answer.release : undefined;
    const named = release === undefined ? undefined : facts.releases.get(releaseName(below, release));
    if (!cause || !named) {
      facts.stage.timeline.find(
        'lost',
        `${environment} heard of a revocation that is not in the audit: ${told.id}`,
      );
      continue;
    }
    const sha = named.leaves && cause.type !== 'fail' ? named.leaves.sha : named.sha;
    for (const begun of begins(facts, environment)) {
      const here = facts.releases.get(releaseName(environment, begun.release));
      if (here?.sha !== sha || here.kind === 'rollback' || begun.revision < told.revision) continue;
      if (runOf(facts, environment, begun.attempt)?.step !== 'deploy') continue;
      if (acceptedAt(facts, below, sha, cause.at, begun.at)) continue;
      const what = `${environment}#${begun.release} began with ${sha}, whose acceptance in ${below} was revoked`;
      facts.stage.timeline.find('deployed unaccepted', what, begun.at);
    }
  }
}
