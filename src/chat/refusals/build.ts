import type { Refusal } from '../../domain/documents/refusal.ts';
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
  const where = code(`/release where ${product} ${refusal.sha.slice(0, 12)}`);
  switch (refusal.status) {
    case 'succeeded':
      return {
        not: inline`the build of ${sha} has succeeded, and a commit is built once: what was tested is what is deployed.`,
        next: inline`Its build stays as it is. How far it came: ${where}`,
      };
    case 'requested':
      return {
        not: inline`the build of ${sha} waits for its turn already.`,
        next: inline`It begins by itself. How far it came: ${where}`,
      };
    case 'building':
      return {
        not: inline`${sha} is being built already.`,
        next: inline`Wait for its end. How far it came: ${where}`,
      };
    case 'none':
      return {
        not: inline`${sha} was never built by itself.`,
        next: inline`Nothing was changed. It is built once somebody prepares it for an environment. How far it came: ${where}`,
      };
    case 'failed':
    case 'errored':
    case 'skipped':
      return {
        not: inline`the build of ${sha} is ${refusal.status}.`,
        next: inline`Nothing was changed. Try again: ${code(`/release rebuild ${product} ${refusal.sha.slice(0, 12)}`)}`,
      };
    default:
      return refusal.status satisfies never;
  }
}
