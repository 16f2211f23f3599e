import { type Environment, findRelease, releasesOf } from '../../../documents/environment.ts';
import { saysOf } from '../../../reports/says.ts';
import { type Draft, sendTo } from './draft.ts';

/** Has the forge told of every release that now says something else, if the product tells its forge anything. */
export function tellForge(before: Environment, draft: Draft): void {
  const { environment, context } = draft;
  if (!context.reports) return;
  for (const release of releasesOf(environment)) {
    const was = findRelease(before, release.number) ?? known(context.past, release.number);
    const changed =
      was?.status !== release.status ||
      JSON.stringify(saysOf(before, was)) !== JSON.stringify(saysOf(environment, release));
    if (changed) tell(draft, release.number);
  }
  // It may have left the document long before it was replaced.
  const left = before.deployed?.release;
  if (left === undefined || left === environment.deployed?.release) return;
  if (!findRelease(environment, left)) tell(draft, left);
}

/** Has what is deployed and accepted here written down, once either has changed, if the product keeps records. */
export function keepRecord(before: Environment, draft: Draft): void {
  const { environment, context } = draft;
  if (!context.records || said(before) === said(environment)) return;
  const { id, product } = environment;
  sendTo(draft, { kind: 'records', id }, { type: 'keepRecord', product });
}

function said({ deployed, accepted }: Environment): string {
  return JSON.stringify([deployed, accepted]);
}

function known<R extends { number: number }>(past: R | null, number: number): R | undefined {
  return past?.number === number ? past : undefined;
}

function tell(draft: Draft, release: number): void {
  const { id, product } = draft.environment;
  sendTo(draft, { kind: 'reports', id }, { type: 'tellForge', product, release });
}
