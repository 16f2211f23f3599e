import type { Aggregate } from '../../../src/domain/documents/document.ts';
import { isRunning } from '../../../src/domain/documents/values/release.ts';
import { nextWork } from '../../../src/domain/gates/gates.ts';
import { buildId, releaseId } from '../../../src/domain/ids.ts';
import { accepted, type Facts } from './facts.ts';

/** Nothing is lost on the way: commands, releases, webhooks, the newest commit. */
export function checkSettled(facts: Facts): void {
  checkAudit(facts);
  checkReleases(facts);
  checkDeliveries(facts);
  checkHeads(facts);
  checkRest(facts);
  checkAsked(facts);
}

/** The clocks of people and of the processes differ by this much. */
const CLOCKS_MS = 1_000;

/** Every request of a person that was acknowledged was done, or its person was told. */
function checkAsked({ stage, requests, asked, told, audit }: Facts): void {
  for (const { id, at } of requests) stage.timeline.find('lost', `the request ${id} is not finished`, at);
  for (const { person, what, at, seen } of asked) {
    if (seen) continue;
    const done = audit.some(({ actor, at: when }) => {
      return actor.kind === 'person' && actor.id === person && when >= at - CLOCKS_MS;
    });
    const isTold = told.get(person)?.some((when) => when >= at - CLOCKS_MS) ?? false;
    if (!done && !isTold) stage.timeline.find('lost', `nothing came of a request of ${person}: ${what}`, at);
  }
}

function documents(facts: Facts): [kind: string, aggregate: Aggregate][] {
  const { environments, builds, products, cards } = facts;
  return [
    ...environments.map((one): [string, Aggregate] => ['environments', one]),
    ...builds.map((one): [string, Aggregate] => ['builds', one]),
    ...products.map((one): [string, Aggregate] => ['products', one]),
    ...cards.map((one): [string, Aggregate] => ['cards', one]),
  ];
}

/** Every settled command has one audit record, of the same answer and in the same document. */
function checkAudit(facts: Facts): void {
  const { timeline } = facts.stage;
  const byId = new Map(facts.audit.map((record) => [record.id, record]));
  if (byId.size !== facts.audit.length) timeline.find('settled twice', 'the audit has two records of one id');
  const homes = new Map(facts.audit.map(({ id, place }) => [id, `${place.kind} ${place.id}`]));
  for (const [kind, aggregate] of documents(facts)) {
    for (const settled of aggregate.settled) {
      const record = byId.get(settled.id);
      const what = `${settled.type} ${settled.id} of ${kind} ${aggregate.id}`;
      if (!record) {
        timeline.find('lost', `${what} has no audit record`, settled.at);
      } else if (homes.get(settled.id) !== `${kind} ${aggregate.id}`) {
        timeline.find('settled twice', `${what} was settled in ${homes.get(settled.id)} too`, settled.at);
      } else if (record.revision !== settled.revision) {
        const both = `${settled.revision} and ${record.revision}`;
        timeline.find('settled twice', `${what} was settled under two revisions: ${both}`, settled.at);
      }
    }
  }
}

/** Commands that make a release; a resume does where something newer came while it was paused. */
const MAKE_RELEASES = ['prepare', 'hotfix', 'rollback', 'adopt', 'resume', 'makeRelease'] as const;

/** Numbers without gaps, each asked for by exactly one command; nobody approved one twice. */
function checkReleases(facts: Facts): void {
  const { timeline } = facts.stage;
  for (const { id, releases } of facts.environments) {
    const made = MAKE_RELEASES.flatMap((type) => accepted(facts, id, type));
    for (let number = 1; number <= releases; number += 1) {
      const name = releaseId(id, number);
      if (!facts.releases.has(name))
        timeline.find('lost', `${name} is neither in its document nor in the history`);
      const by = made.filter(({ release }) => release === number);
      const people = by.filter(({ type }) => type !== 'makeRelease');
      if (by.length === 0) timeline.find('lost', `${name} has no command in the audit that made it`);
      if (people.length > 1) {
        const ids = people.map((record) => record.id).join(' and ');
        timeline.find('settled twice', `${name} was made by ${ids}`);
      }
      const approvers = facts.releases.get(name)?.approvals.map(({ by: who }) => JSON.stringify(who)) ?? [];
      if (new Set(approvers).size !== approvers.length) {
        timeline.find('settled twice', `${name} was approved twice by one person`);
      }
    }
  }
}

/** Every verified webhook ends in a build or in a stated reason. */
function checkDeliveries(facts: Facts): void {
  const { timeline } = facts.stage;
  for (const { id, product, taken, record } of facts.deliveries) {
    if (!taken) {
      timeline.find('lost', `delivery ${id} of ${product} was never taken`);
    } else if (!record) {
      timeline.find('lost', `delivery ${id} of ${product} was taken and is not known`);
    } else if (record.outcome === null) {
      timeline.find('unsettled', `delivery ${id} of ${product} came to nothing`, record.at);
    } else {
      const sha = /^build of ([0-9a-f]{40})/.exec(record.outcome)?.[1];
      const build = sha && facts.builds.find((known) => known.id === buildId(product, sha));
      if (sha && !build)
        timeline.find('lost', `delivery ${id} of ${product} led to a build that is not there`);
    }
  }
}

/** The newest commit of each branch was seen and built, and is on its way. */
function checkHeads(facts: Facts): void {
  const { timeline, repositories } = facts.stage;
  for (const [name, repository] of repositories) {
    const product = facts.products.find(({ id }) => id === name);
    const head = product?.heads.at(-1);
    if (head?.sha !== repository.head()) {
      timeline.find('lost', `the head of ${name} is ${repository.head()}, known is ${head?.sha}`);
      continue;
    }
    const build = facts.builds.find(({ id }) => id === buildId(name, head.sha));
    if (!build || build.status === 'none') timeline.find('lost', `${head.sha} of ${name} was not built`);
  }
}

/** Nothing runs, and nothing is due. */
function checkRest(facts: Facts): void {
  const { timeline } = facts.stage;
  for (const { kind, id } of facts.due) timeline.find('unsettled', `${kind} ${id} is due`);
  for (const environment of facts.environments) {
    const running = environment.open.find(isRunning);
    if (running)
      timeline.find('unsettled', `${releaseId(environment.id, running.number)} is ${running.status}`);
    const work = nextWork(environment);
    if (work)
      timeline.find('unsettled', `${releaseId(environment.id, work.release.number)} waits for a worker`);
  }
  for (const { id, status } of facts.builds) {
    if (status === 'building' || status === 'requested')
      timeline.find('unsettled', `the build ${id} is ${status}`);
  }
  for (const { id, asked, looked } of facts.products) {
    if (asked !== looked) timeline.find('unsettled', `a look at the branch of ${id} is owed`);
  }
}
