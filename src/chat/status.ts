import type { KnownBlock, SectionBlock } from '@slack/types';
import { findRelease } from '../domain/environment.ts';
import { locksOf } from '../domain/lock.ts';
import { isWaiting, type Release } from '../domain/release.ts';
import { type ButtonSpec, button, context, paragraph } from './blocks.ts';
import { shutGates, waitsFor } from './gates.ts';
import { statusOf, statusWord } from './no.ts';
import { revokedBelow, runningIn } from './offers.ts';
import { promoteButton } from './promote.ts';
import { fallback, line, many } from './text.ts';
import type { Said, StatusView } from './view.ts';
import {
  code,
  commit,
  foreign,
  isForeign,
  join,
  mrkdwn,
  NOTHING,
  person,
  plain,
  quote,
  releaseRef,
  say,
  since,
  sinceDay,
  time,
  type Words,
} from './words.ts';

type Row = StatusView['environments'][number];

/** Room for whole entries; the rest of a message's 12,000 characters is for its first and last lines. */
const ENTRIES_MAX = 10_500;

/** Waiting releases shown for each environment. */
export const WAITING_SHOWN = 2;

function runs(row: Row, view: StatusView): Words {
  const { environment, policy } = row;
  const { deployed, uncertain } = environment;
  if (!deployed) return say`nothing runs yet${uncertain ? ', a deploy has begun' : ''}`;
  const behind = row.behind && policy.below ? `, ${many(row.behind, 'commit')} behind ${policy.below}` : '';
  const unsure = uncertain ? ' · uncertain: a deploy has begun since, it may be half changed' : '';
  return say`runs ${commit(deployed.sha, view)} since ${sinceDay(deployed.at, view.now)}${behind}${unsure}`;
}

/** Deployed is not accepted. */
function accepted(row: Row, view: StatusView): Words {
  const { environment, policy } = row;
  const { deployed } = environment;
  const mode = policy.mode === 'continuous' ? ' · continuous' : '';
  if (!deployed) return say`⏳ nothing accepted yet${mode}`;
  const found = environment.accepted;
  if (found && found.sha === deployed.sha) {
    const by = found.by.kind === 'person' ? say`by ${person(found.by)}` : say`by the check`;
    return say`✅ accepted ${policy.verify || found.by.kind === 'person' ? by : NOTHING}${mode}`;
  }
  const release = findRelease(environment, deployed.release);
  const last = found ? say` · last accepted: ${commit(found.sha, view)}` : NOTHING;
  const is = release ? say`, ${statusOf(release, row, view)}` : NOTHING;
  return say`⚠️ not accepted yet${is}${last}`;
}

function waiting(row: Row): Release[] {
  return row.environment.open.filter((release) => isWaiting(release));
}

function shutWords(release: Release, row: Row, view: StatusView): Words | null {
  const order = row.orders[release.number] ?? null;
  // Nobody is mentioned in an answer that only the caller sees.
  return waitsFor(shutGates({ ...view, here: row, release, build: null, order }, true));
}

/** What holds everybody who waits here, or would: locks, a pause. */
function holds({ environment }: Row, view: StatusView): Words[] {
  const { productLock, paused } = environment;
  const locks = locksOf(environment).map((lock) => {
    const until = lock.until === null ? NOTHING : say`, until ${since(lock.until, view.now)}`;
    const all = lock.card === productLock?.card ? ', with all environments,' : '';
    return say`🔒 locked${all} by ${person(lock.owner)}, ${quote(lock.reason, 80)}${until}`;
  });
  if (!paused) return locks;
  const next = paused.newest ? say`; it would deploy ${commit(paused.newest.sha, view)}` : NOTHING;
  return [...locks, say`⏳ paused by ${person(paused.by)}, ${quote(paused.reason, 80)}${next}`];
}

function waitingWords(release: Release, row: Row, view: StatusView): Words {
  const ref = releaseRef(row.policy, release.number, view);
  const shut = shutWords(release, row, view);
  const far = shut ? say`: ${shut}` : NOTHING;
  return say`⏳ ${ref} ${commit(release.sha, view)} ${statusWord(release).toLowerCase()}${far}`;
}

/** Running, or ended so that a person must act; not what `accepted` tells already. */
function restless(row: Row, view: StatusView): Words[] {
  const { environment } = row;
  const running = runningIn(environment);
  const lines = running ? [say`⚙️ ${commit(running.sha, view)} is ${statusOf(running, row, view)}`] : [];
  const last = environment.desired ? findRelease(environment, environment.desired.release) : undefined;
  const bad = last && ['failed', 'errored', 'cancelled', 'faulty'].includes(last.status) ? last : null;
  if (bad && bad.number !== environment.deployed?.release) {
    lines.push(say`⚠️ ${commit(bad.sha, view)} is ${statusOf(bad, row, view)}`);
  }
  return lines;
}

/** One button at most: the offer to the environment above, else Why or the card of what waits. */
function rowButton(row: Row, above: Row | undefined, view: StatusView): ButtonSpec | null {
  const offer = above ? promoteButton(above, row) : null;
  if (offer) return offer;
  const [waits] = waiting(row);
  if (waits && shutWords(waits, row, view)) {
    const value = { environment: row.environment.id, release: waits.number };
    return { label: 'Why', action: 'why', value, says: `Why ${row.environment.id}#${waits.number} waits` };
  }
  const newest = waits ?? runningIn(row.environment);
  if (!newest) return null;
  const id = `${row.environment.id}#${newest.number}`;
  const url = Object.hasOwn(view.cards, id) ? view.cards[id] : undefined;
  if (!url) return null;
  const value = { environment: row.environment.id, release: newest.number };
  return { label: 'Open Card', action: 'openCard', value, says: `Open the card of ${id}`, url };
}

/** What runs here was taken back below since: it stays, and somebody should look. */
function revokedWords(row: Row, view: StatusView): Words[] {
  const { deployed } = row.environment;
  const below = view.environments.find(({ policy }) => policy.name === row.policy.below);
  const revoked = deployed ? revokedBelow(below, deployed.sha) : null;
  if (!deployed || !below || !revoked) return [];
  const see =
    revoked.release === null ? NOTHING : say`, see ${releaseRef(below.policy, revoked.release, view)}`;
  return [
    say`⚠️ ${commit(deployed.sha, view)} was revoked in ${below.policy.name} by ${person(revoked.by)}${see}`,
  ];
}

/** A section; what holds words of people follows in a block of its own, where nothing is parsed. */
function entry(row: Row, above: Row | undefined, view: StatusView): KnownBlock[] {
  const { policy } = row;
  const name: Words = policy.url
    ? [{ kind: 'link', text: policy.name, url: policy.url }]
    : say`${policy.name}`;
  const waits = waiting(row);
  const hidden = waits.length - WAITING_SHOWN;
  const lines = [
    say`${name} ${runs(row, view)}`,
    accepted(row, view),
    ...revokedWords(row, view),
    ...restless(row, view),
  ];
  const below = [
    ...holds(row, view),
    ...waits.slice(0, WAITING_SHOWN).map((release) => waitingWords(release, row, view)),
    ...(hidden > 0 ? [say`+${hidden} more: ${code(`/release status ${row.environment.id}`)}`] : []),
    ...(waits.length === 0 && policy.mode === 'approval' ? [say`nothing waits`] : []),
  ];
  const spec = rowButton(row, above, view);
  const apart = below.some(isForeign);
  const section: SectionBlock = {
    type: 'section',
    text: { type: 'mrkdwn', text: mrkdwn(join(apart ? lines : [...lines, ...below], '\n')) },
    ...(spec ? { accessory: button(spec) } : {}),
  };
  return apart ? [section, paragraph(join(below, '\n'))] : [section];
}

function headline(view: StatusView): Words {
  const waits = view.environments.flatMap(waiting).length;
  const count = waits > 0 ? `${many(waits, 'release')} waiting` : 'nothing waits';
  return say`${line(view.product, 60)} · ${many(view.environments.length, 'environment')} · ${count}`;
}

function troubles(view: StatusView): Words[] {
  const words: Words[] = [];
  if (view.fetchError) {
    const { reason, at } = view.fetchError;
    words.push(say`⚠️ Errored: the repository could not be read at ${time(at)}: ${foreign(reason, 200)}`);
  }
  for (const sentence of view.undeliverable.slice(0, 3)) words.push(say`⚠️ ${foreign(sentence, 200)}`);
  const more = view.undeliverable.length - 3;
  if (more > 0) words.push(say`+${more} more that could not be told`);
  return words;
}

interface Room {
  left: number;
  blocks: KnownBlock[];
  hidden: string[];
}

/** Whole entries only; what does not fit is named as the command that shows it. */
function put(room: Room, blocks: readonly KnownBlock[], instead: string): void {
  const size = JSON.stringify(blocks).length;
  if (size > room.left || room.blocks.length + blocks.length > 46) {
    room.hidden.push(instead);
    return;
  }
  room.left -= size;
  room.blocks.push(...blocks);
}

/** `/release status`: one view a product; `environment` names the only one that was asked for. */
export function statusMessage(views: StatusView[], environment: string | null = null): Said {
  const room: Room = { left: ENTRIES_MAX, blocks: [], hidden: [] };
  for (const view of views) {
    const rows = view.environments.filter(
      ({ policy }) => environment === null || policy.name === environment,
    );
    put(
      room,
      [{ type: 'section', text: { type: 'mrkdwn', text: `*${mrkdwn(headline(view))}*` } }],
      view.product,
    );
    for (const row of rows) {
      const above = view.environments[view.environments.indexOf(row) + 1];
      put(room, entry(row, above, view), row.environment.id);
    }
    for (const words of troubles(view)) put(room, [paragraph(words)], view.product);
  }
  const [first] = room.hidden;
  const more = first ? say`+${room.hidden.length}: ${code(`/release status ${first}`)} · ` : NOTHING;
  const now = views[0]?.now;
  const asOf =
    now === undefined ? say`No product is configured.` : say`As of ${time(now)} · only you see this`;
  const last = say`${more}${asOf}`;
  room.blocks.push(isForeign(last) ? paragraph(last) : context(last));
  return {
    text: fallback(views.map((view) => plain(headline(view))).join('; ') || plain(asOf)),
    blocks: room.blocks,
  };
}
