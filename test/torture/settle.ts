import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shortSha } from '../../src/domain/ids.ts';
import type { StoredMessage } from '../../src/sandbox/workspace/types.ts';
import { until } from '../support/until.ts';
import { buttonsOf, wordsOf } from '../support/world.ts';
import { Choices } from './acts/choices.ts';
import type { Forge } from './acts/forge.ts';
import { pause } from './acts/pause.ts';
import { marked } from './fleet/processes.ts';
import { channelOf, PRODUCTS } from './products.ts';
import { PEOPLE, type Stage } from './stage.ts';

/** How long the last change of a product may take to reach its topmost environment. */
const STORY_MS = 300_000;

const QUIET_WITHIN_MS = 240_000;

/** After all the trouble everything must still work: a last change of each product reaches its topmost environment. */
export async function lastStory(stage: Stage, forge: Forge): Promise<void> {
  await openAll(stage);
  await Promise.all(
    PRODUCTS.map(async ({ name, environments }) => {
      const sha = forge.push(name, Choices.named(stage.seed, `last ${name}`), 'good');
      const top = `${name}/${environments.at(-1)?.name}`;
      try {
        await until(
          () =>
            `${shortSha(sha)} is accepted in ${top}; there is: ${cardsOf(stage, name, sha)
              .map(({ text }) => text)
              .join(' | ')}`,
          () => onward(stage, name, sha, top),
          STORY_MS,
        );
      } catch (error) {
        stage.timeline.find('unsettled', String(error), Date.now());
      }
    }),
  );
}

/** Whatever people held goes on: pauses, and locks of whoever has them. */
async function openAll({ sandbox }: Stage): Promise<void> {
  const [person = ''] = PEOPLE;
  for (const { name: product, environments } of PRODUCTS) {
    for (const { name } of environments) {
      for (const verb of ['takeover', 'unlock', 'resume']) {
        const text = `/release ${verb} ${product}/${name} the end`;
        await until(`${text} is taken`, async () => {
          return (await sandbox.command(person, channelOf(product), text)).ok;
        });
      }
    }
  }
}

function cardsOf(stage: Stage, product: string, sha: string) {
  const messages = stage.sandbox.messages(channelOf(product));
  return messages.filter((message) => message.threadTs === null && wordsOf(message).includes(shortSha(sha)));
}

/** Presses whatever brings the commit on; true when it has come to the top. */
async function onward(stage: Stage, product: string, sha: string, top: string): Promise<boolean> {
  const cards = cardsOf(stage, product, sha);
  if (cards.some(({ text }) => text.startsWith(`${top}#`) && text.includes(` Accepted: ${shortSha(sha)}`)))
    return true;
  for (const message of cards) {
    const label = buttonsOf(message).find((each) =>
      /^(Approve|Deploy to|Accept$|Promote to|Retry)/.test(each),
    );
    if (label === undefined) continue;
    for (const person of PEOPLE.slice(0, 3)) await press(stage, person, message, label);
  }
  await pause(300);
  return false;
}

/** Waits until nothing has moved for so long: no message, no line of a ledger, no command. */
export async function quiet(stage: Stage, forMs: number): Promise<void> {
  let before = '';
  let since = Date.now();
  const look = async () => {
    const now = `${stage.sandbox.workspace.version} ${await ledgerSize(stage.ledger)}`;
    if (now !== before || marked(stage.mark).length > 0) since = Date.now();
    before = now;
    await pause(200);
    return Date.now() - since > forMs;
  };
  await until('everything has come to rest', look, QUIET_WITHIN_MS).catch((error: unknown) =>
    stage.timeline.find('unsettled', String(error), Date.now()),
  );
}

async function ledgerSize(directory: string): Promise<number> {
  const files = await readdir(directory);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(directory, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Presses, submits the dialog that opens, if one does, and waits for what comes of it. */
async function press(stage: Stage, person: string, message: StoredMessage, label: string): Promise<void> {
  const { sandbox } = stage;
  const [edited, told] = [message.edited, sandbox.ephemerals(person).length];
  if (!buttonsOf(message).includes(label)) return;
  const before = new Set(sandbox.views(person).map(({ id }) => id));
  await sandbox.click(person, message.ts, { text: label });
  const end = Date.now() + 5_000;
  while (message.edited === edited && sandbox.ephemerals(person).length === told && Date.now() < end) {
    const dialog = sandbox.views(person).find(({ id, view }) => !before.has(id) && view.submit !== undefined);
    if (dialog) {
      before.add(dialog.id);
      // Somebody else may have done it meanwhile: then it is refused, and the dialog stays open.
      if (!(await sandbox.submit(person, dialog.id, {})).ok) return;
    }
    await pause(50);
  }
}
