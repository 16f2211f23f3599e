import type { KnownBlock } from '@slack/types';
import { findRelease, isAdopted, runningIn } from '../../domain/documents/environment.ts';
import { isWaiting, type Release } from '../../domain/documents/values/release.ts';
import { releaseId } from '../../domain/ids.ts';
import {
  type ButtonSpec,
  button,
  contextBlock,
  ENTRIES_MAX,
  openCard,
  paragraph,
  richLine,
  richText,
} from '../blocks/blocks.ts';
import { promoteButton } from '../blocks/promote-button.ts';
import { shutGates, shutSummary } from '../gates/summary.ts';
import { holdLines } from '../locks/status.ts';
import { statusOf, statusWord } from '../refusals/refusal-text.ts';
import { bytesText, capital, fallback, line, plural } from '../text/clean.ts';
import { currentLines } from '../text/current.ts';
import { code, foreign, type Inline, inline, isForeign, join, NOTHING } from '../text/inline.ts';
import { commit, person, releaseRef } from '../text/references.ts';
import { mrkdwn, plain } from '../text/render.ts';
import { dayTime, sinceDay, time } from '../text/times.ts';
import type { Message, StatusView } from '../view-model.ts';
import { leftOutLine } from './left-out.ts';

type Row = StatusView['environments'][number];

/** Waiting releases shown per environment. */
export const WAITING_SHOWN = 2;

function runs(row: Row, view: StatusView): Inline {
  const { environment, policy } = row;
  const { deployed, uncertain } = environment;
  if (!deployed) return inline`nothing runs yet${uncertain ? ', a deploy has begun' : ''}`;
  const behind = row.behind && policy.below ? `, ${plural(row.behind, 'commit')} behind ${policy.below}` : '';
  const unsure = uncertain ? ' · uncertain: a deploy has begun since, so it may be half changed' : '';
  const verb = environment.current?.drift ? 'should run' : 'runs';
  return inline`${verb} ${commit(deployed.sha, view)} (since ${sinceDay(deployed.at, view.now)})${behind}${unsure}`;
}

/** Which commit is accepted: a deployed commit is not necessarily accepted. */
function accepted(row: Row, view: StatusView): Inline {
  const { environment, policy } = row;
  const { deployed } = environment;
  const back = policy.onFailure === 'rollback' ? ' · rolls back by itself after a failure' : '';
  const mode = `${policy.mode === 'continuous' ? ' · continuous' : ''}${back}`;
  if (!deployed) return inline`⏳ nothing accepted yet${mode}`;
  const found = environment.accepted;
  if (found && found.sha === deployed.sha) {
    if (isAdopted(environment, found)) {
      return inline`✅ adopted by ${person(found.by)}, never deployed there${mode}`;
    }
    const by = found.by.kind === 'person' ? inline`by ${person(found.by)}` : inline`by verification`;
    return inline`✅ accepted ${policy.verify || found.by.kind === 'person' ? by : NOTHING}${mode}`;
  }
  const release = findRelease(environment, deployed.release);
  const last = found ? inline` · last accepted: ${commit(found.sha, view)}` : NOTHING;
  const is = release ? inline`, ${statusOf(release, row, view)}` : NOTHING;
  return inline`⚠️ not accepted${release?.status === 'faulty' ? '' : ' yet'}${is}${last}`;
}

/** The releases that wait for their deploy. */
export function waiting({ environment }: Pick<Row, 'environment'>): Release[] {
  return environment.open.filter((release) => isWaiting(release));
}

/** How many releases wait for their deploy, or for somebody to test what was deployed. */
export function countWaiting({ environments }: Pick<StatusView, 'environments'>): number {
  const open = environments.flatMap(({ environment }) => environment.open);
  return open.filter((release) => isWaiting(release) || release.status === 'testing').length;
}

function shutWords(release: Release, row: Row, view: StatusView): Inline | null {
  const order = row.orders[release.number] ?? null;
  // This answer is ephemeral, so nobody is mentioned in it.
  return shutSummary(shutGates({ ...view, here: row, release, build: null, order }, true));
}

function waitingWords(release: Release, row: Row, view: StatusView): Inline {
  const ref = releaseRef(row.policy, release.number, view);
  const shut = shutWords(release, row, view);
  const far = shut ? inline`: ${shut}` : NOTHING;
  return inline`⏳ ${ref} ${commit(release.sha, view)} ${statusWord(release).toLowerCase()}${far}`;
}

/** The environment runs a commit whose acceptance below was revoked, perhaps after it was deployed here. */
function revoked(
  { environment, policy, revokedBelow }: Row,
  below: Row | undefined,
  view: StatusView,
): Inline[] {
  const { deployed } = environment;
  if (!deployed || !revokedBelow || !below) return [];
  const { by, at, release } = revokedBelow;
  const see = release === null ? NOTHING : inline`, see ${releaseRef(below.policy, release, view)}`;
  return [
    inline`⚠️ ${policy.name} runs ${commit(deployed.sha, view)}, which ${person(by)} revoked in ${below.policy.name} ${dayTime(at)}${see}`,
  ];
}

/** What runs, and the last deploy if it ended so that a person must act. Leaves out what `accepted` says. */
function unfinished(row: Row, view: StatusView): Inline[] {
  const { environment } = row;
  const running = runningIn(environment);
  const lines = running ? [inline`⚙️ ${commit(running.sha, view)} is ${statusOf(running, row, view)}`] : [];
  const last = environment.desired ? findRelease(environment, environment.desired.release) : undefined;
  const bad = last && ['failed', 'errored', 'cancelled', 'faulty'].includes(last.status) ? last : null;
  if (bad && bad.number !== environment.deployed?.release) {
    lines.push(inline`⚠️ ${commit(bad.sha, view)} is ${statusOf(bad, row, view)}`);
  }
  return lines;
}

/** At most one button: Promote to the environment above, else Why, else the card of the newest open release. */
function rowButton(row: Row, above: Row | undefined, view: StatusView): ButtonSpec | null {
  const offer = above ? promoteButton(above, row, view.now) : null;
  if (offer) return offer;
  const [waits] = waiting(row);
  if (waits && shutWords(waits, row, view)) {
    const value = { environment: row.environment.id, release: waits.number };
    return {
      label: 'Why',
      action: 'why',
      value,
      says: `Why ${releaseId(row.environment.id, waits.number)} waits`,
    };
  }
  const newest = waits ?? runningIn(row.environment);
  if (!newest) return null;
  return openCard(row.environment.id, newest.number, view)[0] ?? null;
}

function entry(row: Row, view: StatusView): KnownBlock[] {
  const at = view.environments.indexOf(row);
  const [below, above] = [view.environments[at - 1], view.environments[at + 1]];
  const { policy } = row;
  const name: Inline = policy.url
    ? [{ kind: 'link', text: policy.name, url: policy.url }]
    : inline`${policy.name}`;
  const waits = waiting(row);
  const hidden = waits.length - WAITING_SHOWN;
  const lines = [
    inline`${name} ${runs(row, view)}`,
    ...currentLines(row, view),
    accepted(row, view),
    ...revoked(row, below, view),
    ...unfinished(row, view),
    ...waits.slice(0, WAITING_SHOWN).map((release) => waitingWords(release, row, view)),
    ...(hidden > 0 ? [inline`+${hidden} more: ${code(`/release status ${row.environment.id}`)}`] : []),
    ...(waits.length === 0 && policy.mode === 'approval' ? [inline`nothing waits`] : []),
  ];
  const spec = rowButton(row, above, view);
  const text = { type: 'mrkdwn', text: mrkdwn(join(lines, '\n')) } as const;
  const holds = holdLines(row, view);
  return [
    { type: 'section', text, ...(spec ? { accessory: button(spec) } : {}) },
    ...(holds.length > 0 ? [richText([richLine(join(holds, '\n'))])] : []),
  ];
}

function headline(view: StatusView): Inline {
  const waits = countWaiting(view);
  const count = waits > 0 ? `${plural(waits, 'release')} waiting` : 'nothing waits';
  return inline`${line(view.product, 60)} · ${plural(view.environments.length, 'environment')} · ${count}`;
}

/** Standing problems shown per product. */
const TROUBLES_SHOWN = 5;

function troubles(view: StatusView): Inline[] {
  const words: Inline[] = [];
  if (view.fetchError) {
    const { reason, at } = view.fetchError;
    words.push(inline`⚠️ Errored: the repository could not be read at ${time(at)}: ${foreign(reason, 200)}`);
  }
  for (const { says, todo } of view.troubles.slice(0, TROUBLES_SHOWN)) {
    words.push(inline`⚠️ ${foreign(`${capital(says)}. ${capital(todo)}.`, 500)}`);
  }
  const others = view.troubles.length - TROUBLES_SHOWN;
  if (others > 0) words.push(inline`+${others} more in /readyz`);
  for (const sentence of view.undeliverable.slice(0, 3)) words.push(inline`⚠️ ${foreign(sentence, 200)}`);
  const more = view.undeliverable.length - 3;
  if (more > 0) words.push(inline`+${more} more that could not be delivered`);
  return words;
}

/** Characters left in the message, its blocks so far, and the names of the entries that did not fit. */
interface Room {
  left: number;
  blocks: KnownBlock[];
  hidden: string[];
}

/** Adds an entry whole or not at all; for one that does not fit, the command that shows it is listed. */
function addEntry(room: Room, blocks: readonly KnownBlock[], instead: string): void {
  const size = JSON.stringify(blocks).length + 1;
  if (size > room.left || room.blocks.length + blocks.length > 46) {
    room.hidden.push(instead);
    return;
  }
  room.left -= size;
  room.blocks.push(...blocks);
}

/** How much is kept of the products that are shown, in bytes. `logs`: of all products; null: nobody can say. */
export interface Kept {
  builds: number;
  bytes: number;
  logs: number | null;
}

/** "kept: what 31 builds made, 6.2 GB, and logs, 310 MB" */
function keptWords({ builds, bytes, logs }: Kept): string {
  const made = `what ${plural(builds, 'build')} made, ${bytesText(bytes)}`;
  return `kept: ${made}${logs === null ? '' : `, and logs, ${bytesText(logs)}`}`;
}

/**
 * `/release status`: one view per product. `environment`: name of the only one that was asked for; null: all. `kept` null: not
 * told.
 */
export function statusMessage(
  views: StatusView[],
  environment: string | null = null,
  kept: Kept | null = null,
): Message {
  const room: Room = { left: ENTRIES_MAX, blocks: [], hidden: [] };
  for (const view of views) {
    const rows = view.environments.filter(
      ({ policy }) => environment === null || policy.name === environment,
    );
    const title = { type: 'mrkdwn', text: `*${mrkdwn(headline(view))}*` } as const;
    addEntry(room, [{ type: 'section', text: title }], view.product);
    for (const row of rows) addEntry(room, entry(row, view), row.environment.id);
    if (view.leftOut) addEntry(room, [paragraph(leftOutLine(view.leftOut, view))], view.product);
    for (const words of troubles(view)) addEntry(room, [paragraph(words)], view.product);
  }
  const [first] = room.hidden;
  const more = first ? inline`+${room.hidden.length}: ${code(`/release status ${first}`)} · ` : NOTHING;
  const now = views[0]?.now;
  const asOf =
    now === undefined ? inline`No product is configured.` : inline`As of ${time(now)} · only you see this`;
  const last = inline`${more}${asOf}${kept === null || now === undefined ? '' : ` · ${keptWords(kept)}`}`;
  room.blocks.push(isForeign(last) ? paragraph(last) : contextBlock(last));
  return {
    text: fallback(views.map((view) => plain(headline(view))).join('; ') || plain(asOf)),
    blocks: room.blocks,
  };
}
