import type { KnownBlock } from '@slack/types';
import { findRelease, runningIn } from '../../domain/documents/environment.ts';
import { locksOf } from '../../domain/documents/values/lock.ts';
import type { Release } from '../../domain/documents/values/release.ts';
import { approvalsGate } from '../../domain/gates/gates.ts';
import { frozenAt } from '../../domain/time/freeze.ts';
import { type ButtonSpec, button, contextBlock, fitting, paragraph } from '../blocks/blocks.ts';
import { statusWord } from '../refusals/refusal-text.ts';
import { fallback, line, plural } from '../text/clean.ts';
import { driftMark } from '../text/current.ts';
import { code, type Inline, inline, isForeign, join, NOTHING } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { mrkdwn, plain } from '../text/render.ts';
import { since, sinceDay, time } from '../text/times.ts';
import type { Message, RenderContext, StatusView } from '../view-model.ts';
import { countWaiting, waiting } from './status.ts';

type Row = Pick<StatusView['environments'][number], 'policy' | 'environment' | 'behind'>;

/** Waiting releases named per environment. */
const WAITING_NAMED = 2;

/** Products shown at most: each is a block. */
const PRODUCTS = 45;

/** `/release` alone: what runs where, what holds it and what waits, in one line an environment. */
export function boardMessage(views: readonly StatusView[], isOwnChannel: boolean): Message {
  const entries = views.slice(0, PRODUCTS).map(productBlock);
  const shown = fitting(entries);
  const hidden = views[shown.length];
  const more = hidden
    ? inline`+${views.length - shown.length}: ${code(`/release status ${hidden.product}`)} · `
    : NOTHING;
  const [first] = views;
  const asOf = first
    ? inline`As of ${time(first.now)} · only you see this · more: ${code('/release status')}, ${code('/release help')}`
    : inline`No product is configured.`;
  const where =
    isOwnChannel || !first ? NOTHING : inline`No product posts in this channel, so all are shown. `;
  const last = inline`${more}${where}${asOf}`;
  return {
    text: fallback(views.map((view) => plain(headline(view))).join('; ') || plain(asOf)),
    blocks: [...shown, isForeign(last) ? paragraph(last) : contextBlock(last)],
  };
}

/** "storefront · 1 release waits" */
function headline(view: StatusView): Inline {
  const waits = countWaiting(view);
  const words = waits > 0 ? `${plural(waits, 'release')} ${waits === 1 ? 'waits' : 'wait'}` : 'nothing waits';
  return inline`${line(view.product, 60)} · ${words}`;
}

/** A product as one block, with the button that prepares a release of it. */
function productBlock(view: StatusView): KnownBlock {
  const problems = view.troubles.length + view.undeliverable.length + (view.fetchError ? 1 : 0);
  const lines = [
    ...view.environments.map((row) => boardLine(row, view)),
    ...(problems > 0
      ? [inline`⚠️ ${plural(problems, 'problem')}: ${code(`/release status ${view.product}`)}`]
      : []),
  ];
  const text = `*${mrkdwn(headline(view))}*\n${mrkdwn(join(lines, '\n'))}`;
  const spec = prepareButton(view);
  if (text.length > SECTION_MAX) return paragraph(inline`${headline(view)}\n${join(lines, '\n')}`);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text },
    ...(spec ? { accessory: button(spec) } : {}),
  };
}

/** Slack's limit for the text of a section. */
const SECTION_MAX = 3_000;

/** Opens the dialog that prepares a release of this product; null: no environment of it is deployed to with approvals. */
export function prepareButton({
  product,
  environments,
}: {
  product: string;
  environments: readonly Pick<Row, 'policy'>[];
}): ButtonSpec | null {
  if (!environments.some(({ policy }) => policy.mode === 'approval' && !policy.retired)) return null;
  return {
    label: 'Prepare…',
    action: 'prepare',
    value: { environment: product },
    says: `Prepare a release of ${product}`,
  };
}

/** One environment: "prod 9f8e7d6 since 21 Nov · 212 behind preprod · 🔒 locked by Ada until 16:02 · ⏳ prod#42 …". */
export function boardLine(row: Row, view: RenderContext): Inline {
  const { policy } = row;
  const name: Inline = policy.url
    ? [{ kind: 'link', text: policy.name, url: policy.url }]
    : inline`${line(policy.name, 40)}`;
  const parts = [
    inline`${name} ${runs(row, view)}`,
    ...behind(row),
    ...holds(row, view),
    ...moves(row, view),
  ];
  return join(parts, ' · ');
}

function runs({ environment }: Row, view: RenderContext): Inline {
  const { deployed, accepted, uncertain } = environment;
  if (!deployed) return inline`nothing runs yet`;
  const unsure = uncertain ? ' · ⚠️ perhaps half changed' : '';
  const is = accepted?.sha === deployed.sha || uncertain ? '' : ' · ⚠️ not accepted';
  return inline`${commit(deployed.sha, view)} since ${sinceDay(deployed.at, view.now)}${driftMark({ environment }, view)}${unsure}${is}`;
}

function behind({ behind: commits, policy }: Row): Inline[] {
  return commits && policy.below ? [inline`${commits.toLocaleString('en')} behind ${policy.below}`] : [];
}

/** What keeps deploys out, without the reasons. */
function holds({ environment, policy }: Row, { now }: RenderContext): Inline[] {
  const locks = locksOf(environment).filter(({ until }) => until === null || until > now);
  const freeze = frozenAt(policy.freeze, now);
  return [
    ...locks.map(({ owner, until }) => {
      const ends = until === null ? NOTHING : inline` until ${since(until, now)}`;
      return inline`🔒 locked by ${person(owner)}${ends}`;
    }),
    ...(environment.paused ? [inline`⏳ paused by ${person(environment.paused.by)}`] : []),
    ...(freeze ? [inline`⏳ frozen until ${since(freeze.until, now)}`] : []),
  ];
}

/** What runs, waits, or ended so that somebody must act. */
function moves(row: Row, view: RenderContext): Inline[] {
  const { environment, policy } = row;
  const ref = ({ number }: Release) => releaseRef(policy, number, view);
  const running = runningIn(environment);
  const testing = environment.open.filter(({ status }) => status === 'testing');
  const last = environment.desired ? findRelease(environment, environment.desired.release) : undefined;
  const isBad = last && ['failed', 'errored', 'unverified', 'cancelled', 'faulty'].includes(last.status);
  const waits = waiting(row);
  const hidden = waits.length - WAITING_NAMED;
  return [
    ...(running ? [inline`⚙️ ${ref(running)} ${commit(running.sha, view)} ${running.status}`] : []),
    ...testing.map((release) => inline`🔍 ${ref(release)} in testing`),
    ...(last && isBad ? [inline`⚠️ ${ref(last)} ${statusWord(last).toLowerCase()}`] : []),
    ...waits.slice(0, WAITING_NAMED).map((release) => {
      const { open, count, required } = approvalsGate(release, policy, view.now);
      const far = open ? '' : `, ${count} of ${plural(required, 'approval')}`;
      return inline`⏳ ${ref(release)} ${commit(release.sha, view)} ${statusWord(release).toLowerCase()}${far}`;
    }),
    ...(hidden > 0 ? [inline`+${hidden} more`] : []),
  ];
}
