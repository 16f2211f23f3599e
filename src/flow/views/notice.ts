import type { EnvironmentView, NoticeView, ReleaseView } from '../../chat/view-model.ts';
import { namedInChanges } from '../../domain/approvals/who-may.ts';
import type { Card } from '../../domain/documents/card.ts';
import type { Notice } from '../../domain/documents/values/notice.ts';
import { isWaiting } from '../../domain/documents/values/release.ts';
import { environmentId, isEnvironmentId, releaseId } from '../../domain/ids.ts';
import { askerFor, groupsOf } from '../home/asker.ts';
import type { ViewServices } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import { renderContext } from './render-context.ts';
import { environmentView, productOf, releaseView } from './views.ts';

/** Everything that a notice about an environment or product is drawn from; null: its release no longer exists. */
export async function noticeView(
  services: ViewServices,
  productName: string,
  { place, notice }: Extract<Card['subject'], { kind: 'notice' }>,
): Promise<NoticeView | null> {
  const product = productOf(services, productName);
  const lowest = environmentId(productName, product.environments[0].policy.name);
  const here = await environmentView(services, isEnvironmentId(place) ? place : lowest);
  const waiting = here.environment.open.filter(isWaiting).map(({ number }) => number);
  const paused = notice.kind === 'paused' && notice.rollback !== null ? [notice.rollback] : [];
  const drifted = notice.kind === 'drift' && notice.deployed ? [notice.deployed.release] : [];
  const links = [...waiting, ...paused, ...drifted].map((number) => releaseId(here.environment.id, number));
  const about = await releaseAbout(services, product, here, notice);
  if (about === null) return null;
  const named = notice.kind === 'rules' ? namedInChanges(notice.changes) : [];
  const context = await renderContext(services, product, [here], links, { named });
  return { ...context, place, notice, here, ...(about ? { about } : {}) };
}

/** The release that a notice is about, drawn for its reader; undefined: it is about none; null: it no longer exists. */
async function releaseAbout(
  services: ViewServices,
  product: ProductSettings,
  { environment }: EnvironmentView,
  notice: Notice,
): Promise<ReleaseView | null | undefined> {
  switch (notice.kind) {
    case 'approvalAsked': {
      const view = await releaseView(services, environment.id, notice.release);
      if (view === null || notice.to.kind !== 'person') return view;
      // A reader is not told that they may not approve because Slack does not say now who is in a group.
      const groups = await groupsOf(services, product, true);
      return { ...view, by: await askerFor(services, notice.to, groups, view.here, view.release) };
    }
    case 'releaseEnded':
      return releaseView(services, environment.id, notice.release.number);
    case 'commitReached':
      return releaseView(services, environment.id, notice.release);
    default:
      return undefined;
  }
}
