import { releaseId } from '../../../src/domain/ids.ts';
import { type Facts, runsIn } from './facts.ts';

/** `deployed` changes only after a success, and what is not uncertain is what really ran last. */
export function checkReferences(facts: Facts): void {
  const { timeline } = facts.stage;
  for (const { id, deployed, uncertain } of facts.environments) {
    const deploys = runsIn(facts, id).filter(({ step }) => step === 'deploy');
    if (deployed) {
      const name = releaseId(id, deployed.release);
      const success = deploys.find(({ release, sha, end }) => {
        return release === name && sha === deployed.sha && end?.code === 0 && end.at <= deployed.at;
      });
      if (!success)
        timeline.find('untrue references', `${id} names ${name} as deployed; no such deploy succeeded`);
    }
    const last = deploys.at(-1);
    if (
      !uncertain &&
      last &&
      (last.release !== releaseId(id, deployed?.release ?? 0) || last.end?.code !== 0)
    ) {
      const what = `${id} is sure to run #${deployed?.release}; the last deploy was ${last.release}, ended with ${last.end?.code}`;
      timeline.find('untrue references', what, last.begunAt);
    }
  }
  for (const [name, { deployedAt, sha, number }] of facts.releases) {
    if (deployedAt === null) continue;
    const id = name.slice(0, -`#${number}`.length);
    const success = runsIn(facts, id).some(
      (run) => run.release === name && run.sha === sha && run.step === 'deploy' && run.end?.code === 0,
    );
    if (!success)
      timeline.find('untrue references', `${name} says that it was deployed; no deploy of it succeeded`);
  }
}
