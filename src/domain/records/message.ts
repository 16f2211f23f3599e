import type { Environment, Reference } from '../documents/environment.ts';
import type { Approval } from '../documents/values/approval.ts';
import type { Release } from '../documents/values/release.ts';
import { releaseName, shortSha } from '../ids.ts';

/** An environment that something is deployed to. */
export type Recorded = Pick<Environment, 'id' | 'name' | 'accepted'> & { deployed: Reference };

/** What is known of the release that brought what is deployed; null: nothing. */
export type Bringing = Pick<Release, 'kind' | 'status' | 'revoked' | 'approvals'> | null;

/**
 * The message of the commit after which the file says this. `changed` false: nothing has changed here, and the file said something
 * else all the same. People read it, and programs its trailers.
 */
export function recordMessage(recorded: Recorded, release: Bringing, changed: boolean): string {
  const { id, name, deployed } = recorded;
  const trailers = [
    `Slipway-Release: ${releaseName(name, deployed.release)}`,
    ...approvers(release?.approvals ?? []).map((approver) => `Approved-by: ${approver}`),
  ];
  const became = changed ? becameOf(recorded, release) : 'runs, as Slipway has it';
  return `${id}: ${shortSha(deployed.sha)} ${became}\n\n${trailers.join('\n')}`;
}

function becameOf({ deployed, accepted }: Recorded, release: Bringing): string {
  if (deployed.adopted) return 'adopted';
  if (accepted?.release === deployed.release) return 'accepted';
  if (release?.status === 'faulty' || (release && release.revoked !== null)) return 'found faulty';
  return release?.kind === 'rollback' ? 'deployed by a rollback' : 'deployed';
}

/** The name of the tag on the commit that says that a release was accepted. */
export function acceptedTag({ id }: Pick<Recorded, 'id'>, { release }: Pick<Reference, 'release'>): string {
  return `${id}/${release}`;
}

/** The message of that tag. */
export function tagMessage({ id, name }: Pick<Recorded, 'id' | 'name'>, accepted: Reference): string {
  const { sha, release, by } = accepted;
  return `${id}: ${shortSha(sha)} accepted by ${oneLine(by.name)}\n\nSlipway-Release: ${releaseName(name, release)}`;
}

/** Each once, as git writes people, with Slack's id in place of an address. */
function approvers(approvals: readonly Pick<Approval, 'by'>[]): string[] {
  const people = approvals.flatMap(({ by }) => (by.kind === 'person' ? [by] : []));
  return [...new Map(people.map(({ id, name }) => [id, `${oneLine(name)} <${id}>`])).values()];
}

/** A name that can neither end its line nor pass for an address. */
function oneLine(name: string): string {
  return name.replace(/[\s<>\p{C}]+/gu, ' ').trim();
}
