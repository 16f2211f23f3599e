import type { Refusal } from '../../domain/documents/refusal.ts';
import { commandSha } from '../../domain/ids.ts';
import { code, inline } from '../text/inline.ts';
import { commit } from '../text/references.ts';
import type { About, RefusalText } from './refusal-text.ts';

/** The refusal to build again: a commit is built once, so that what was tested is what is deployed (DESIGN §2). */
export function buildRefusalText(
  refusal: Extract<Refusal, { rule: 'buildSettled' }>,
  about: About,
): RefusalText {
  const { here, context } = about;
  const { product } = here.policy;
  const sha = commit(refusal.sha, context);
  const where = code(`/release where ${product} ${commandSha(refusal.sha)}`);
  switch (refusal.status) {
    case 'succeeded':
      return {
        not: inline`the build of ${sha} has succeeded, and a commit is built only once: what was tested is what is deployed.`,
        next: inline`Its build stays as it is. Progress: ${where}`,
      };
    case 'requested':
      return {
        not: inline`the build of ${sha} is already waiting for its turn.`,
        next: inline`It starts by itself. Progress: ${where}`,
      };
    case 'awaiting':
      return {
        not: inline`the checks of ${sha} are still awaited.`,
        next: inline`It counts as built once they have passed. Progress: ${where}`,
      };
    case 'building':
      return {
        not: inline`${sha} is already being built.`,
        next: inline`Wait for it to end. Progress: ${where}`,
      };
    case 'none':
      return {
        not: inline`${sha} never had a build of its own.`,
        next: inline`Nothing was changed. It is built once somebody prepares it for an environment. Progress: ${where}`,
      };
    case 'failed':
    case 'errored':
    case 'skipped':
      return {
        not: inline`the build of ${sha} ${refusal.status === 'skipped' ? 'was skipped' : `has ${refusal.status}`}.`,
        next: inline`Nothing was changed. Try again: ${code(`/release rebuild ${product} ${commandSha(refusal.sha)}`)}`,
      };
    default:
      return refusal.status satisfies never;
  }
}
