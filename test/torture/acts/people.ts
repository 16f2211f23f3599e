import { type ActionName, actionOf } from '../../../src/chat/blocks/actions.ts';
import type { StoredMessage } from '../../../src/sandbox/workspace/types.ts';
import { channelOf, PRODUCTS } from '../products.ts';
import { PEOPLE, type Stage } from '../stage.ts';
import type { Choices } from './choices.ts';
import { pause } from './pause.ts';

/** Buttons that bring a release on. */
const ONWARD: ReadonlySet<ActionName | null> = new Set<ActionName>([
  'approve',
  'deploy',
  'accept',
  'acceptAnyway',
  'promote',
  'retry',
  'retryVerification',
  'retryBuild',
  'rollback',
  'resume',
  'unlock',
]);

/** Buttons that open a dialog; Cancel does on the card of a release that waits. */
const OPENS_DIALOG: ReadonlySet<ActionName | null> = new Set<ActionName>([
  'rollback',
  'reject',
  'acceptAnyway',
  'testFailed',
  'cancel',
  'promote',
]);

/** How far back people look in a channel. */
const LOOKED_AT = 40;

const PATIENCE_MS = 3_000;

const NOT_NOW: ReadonlySet<ActionName | null> = new Set<ActionName>(['showDiff', 'showLog']);

/** Of what people type; `ENV`, `SHA` and `NUMBER` are filled in. */
const TYPED = {
  status: 3,
  'status ENV': 1,
  help: 1,
  'promote ENV': 6,
  'prepare ENV SHA': 4,
  'prepare ENV': 3,
  'approve ENV': 6,
  'deploy ENV': 6,
  'accept ENV': 5,
  'retry ENV': 4,
  'retry ENV#NUMBER': 2,
  'cancel ENV not now': 2,
  'reject ENV not this one': 1,
  'fail ENV vouchers charge twice': 2,
  'rollback ENV bad checkout': 5,
  'approve ENV#NUMBER': 2,
  'pause ENV flaky tests': 1,
  // Every rollback pauses: without these the rest of a run would be quiet.
  'resume ENV': 6,
  'lock ENV migration': 1,
  'takeover ENV it takes too long': 1,
  'unlock ENV': 4,
} as const;

/** People who use Slack, each act after the other, until they are stopped. */
export async function people(stage: Stage, choices: Choices, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const act = choices.act();
    const person = act.pick(PEOPLE) ?? '';
    const product = act.pick(PRODUCTS)?.name ?? '';
    const deed = act.weighted({ onward: 55, click: 12, late: 6, type: 27 });
    if (deed === 'type') await type(stage, act, person, product, stop);
    else await click(stage, act, { person, product, deed, stop });
    await pause(act.between(30, 350), stop);
  }
}

async function type(stage: Stage, choices: Choices, person: string, product: string, stop: AbortSignal) {
  const environments = PRODUCTS.find(({ name }) => name === product)?.environments ?? [];
  const environment = choices.pick(environments)?.name ?? '';
  const shas = stage.repositories.get(product)?.git('rev-list', '-n', '12', 'HEAD').split('\n') ?? [];
  const words = choices
    .weighted(TYPED)
    .replace('ENV', `${choices.chance(0.3) ? `${product}/` : ''}${environment}`)
    .replace('SHA', (choices.pick(shas) ?? '').slice(0, choices.chance(0.5) ? 10 : 40))
    .replace('NUMBER', String(choices.between(1, 40)));
  if (stop.aborted) return;
  const told = stage.sandbox.ephemerals(person).length;
  const at = Date.now();
  const answer = await stage.sandbox.command(person, channelOf(product), `/release ${words}`);
  if (answer.ok) {
    const seen = await patience(() => stage.sandbox.ephemerals(person).length > told, stop);
    stage.asked.push({ person, what: words, at, seen });
  }
  stage.timeline.did('commands', `${person} ${product}: ${words}: ${answer.ok ? 'ok' : answer.error}`);
}

interface Click {
  person: string;
  product: string;
  /** `late`: on a card as it was some versions ago. */
  deed: 'onward' | 'click' | 'late';
  stop: AbortSignal;
}

async function click(stage: Stage, choices: Choices, { person, product, deed, stop }: Click): Promise<void> {
  const { sandbox, timeline } = stage;
  const message = chooseMessage(stage, choices, product, deed);
  if (!message) return;
  const version =
    deed === 'late' ? choices.between(0, message.versions.length - 1) : message.versions.length - 1;
  const buttons = buttonsIn(message.versions[version] ?? message).filter(
    ({ action }) => deed !== 'onward' || ONWARD.has(action),
  );
  const button = choices.pick(buttons);
  if (button === undefined) return;
  const { label, action } = button;
  const open = new Set(sandbox.views(person).map(({ id }) => id));
  const [edited, told] = [message.edited, sandbox.ephemerals(person).length];
  const at = Date.now();
  const answer = await sandbox.click(person, message.ts, { text: label, version });
  const what = `${person} ${label} on ${message.text.slice(0, 60)}`;
  timeline.did(deed === 'late' ? 'late clicks' : 'clicks', `${what}: ${answer.ok ? 'ok' : answer.error}`);
  if (OPENS_DIALOG.has(action)) await fillIn(stage, choices, person, open, stop);
  else if (answer.ok && action !== 'openCard') {
    const isTold = () => sandbox.ephemerals(person).length > told;
    const seen = await patience(() => message.edited !== edited || isTold(), stop);
    stage.asked.push({ person, what, at, seen: seen || NOT_NOW.has(action) });
  }
}

/** A message's buttons, known by their action whatever their label; action null: none of Slipway's. */
function buttonsIn({ blocks }: { blocks: unknown[] }): { label: string; action: ActionName | null }[] {
  return blocks.flatMap((block) => {
    const { type, elements = [] } = block as {
      type?: string;
      elements?: { text?: { text?: string }; action_id?: string }[];
    };
    if (type !== 'actions') return [];
    return elements.map(({ text, action_id = '' }) => ({
      label: text?.text ?? '',
      action: actionOf(action_id),
    }));
  });
}

/** People look at what came of an act before the next one, for a while. False: nothing did. */
async function patience(isAnswered: () => boolean, stop: AbortSignal): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS;
  while (!isAnswered() && Date.now() < end && !stop.aborted) await pause(30, stop);
  return isAnswered();
}

function chooseMessage(
  stage: Stage,
  choices: Choices,
  product: string,
  deed: Click['deed'],
): StoredMessage | undefined {
  const cards = stage.sandbox.messages(channelOf(product)).filter(({ threadTs }) => threadTs === null);
  const useful = cards.slice(-LOOKED_AT).filter((message) => {
    const buttons = buttonsIn(message);
    if (deed === 'onward') return buttons.some(({ action }) => ONWARD.has(action));
    if (deed === 'late') return message.versions.length > 1;
    return buttons.some(({ action }) => !NOT_NOW.has(action));
  });
  return choices.pick(useful);
}

/** Submits the dialog that a button opens, if it comes. */
async function fillIn(
  stage: Stage,
  choices: Choices,
  person: string,
  before: ReadonlySet<string>,
  stop: AbortSignal,
): Promise<void> {
  const { sandbox, timeline } = stage;
  const reason = choices.pick(['vouchers charge twice', 'wrong commit', 'not translated yet']) ?? '';
  const twice = choices.chance(0.2);
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end && !stop.aborted) {
    const open = sandbox
      .views(person)
      .findLast(({ id, view }) => !before.has(id) && view.submit !== undefined);
    if (open) {
      const values = { reason: { reason }, target: { target: targetOf(open.view.blocks, choices) } };
      const [answer] = await Promise.all([
        sandbox.submit(person, open.id, values),
        ...(twice ? [sandbox.submit(person, open.id, values)] : []),
      ]);
      timeline.did('dialogs', `${person} ${open.id}: ${answer.ok ? 'ok' : answer.error}`);
      return;
    }
    await pause(40, stop);
  }
}

/** One of the commits that a rollback offers; null: it is no rollback. */
function targetOf(blocks: unknown, choices: Choices): string | null {
  if (!Array.isArray(blocks)) return null;
  const values = blocks.flatMap((block: { element?: { options?: { value?: unknown }[] } }) =>
    (block.element?.options ?? []).map(({ value }) => String(value)),
  );
  return choices.pick(values) ?? null;
}
