import type { Which } from '../../src/sandbox/members/elements.ts';
import { until } from './until.ts';
import { ADA, card, dialog, LIN, typed, type World } from './world.ts';

/** Deploys to prod what was last accepted in integration. `short`: the commit's short SHA. */
export async function deployToProd(world: World, short: string): Promise<void> {
  await approvedForProd(world, short);
  await typed(world, ADA, 'deploy prod');
}

/** Ada prepares the release and Lin approves it, so that it can be deployed. */
export async function approvedForProd(world: World, short: string): Promise<void> {
  await card(world, `${short} accepted in shop/integration`);
  await typed(world, ADA, 'promote integration');
  await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
  await typed(world, LIN, 'approve prod');
  await card(world, `Deploy ${short} to shop/prod`, 'Approved');
}

/** Presses a button whose dialog asks for a reason, and submits the dialog. */
export async function withReason(
  world: World,
  person: string,
  ts: string,
  button: string,
  reason: string,
  target?: string,
): Promise<void> {
  await world.sandbox.click(person, ts, { text: button });
  const { id } = await dialog(world, person);
  const values: Record<string, Record<string, string>> = { reason: { reason } };
  if (target !== undefined) values.target = { target };
  const sent = await world.sandbox.submit(person, id, values);
  if (!sent.ok) throw new Error(sent.error);
}

/** Presses a button, and waits for the dialog that it opens, whatever was open before. */
export async function pressedDialog(
  world: World,
  person: string,
  ts: string,
  button: Which,
): Promise<{ id: string; words: string }> {
  const before = world.sandbox.views(person).map(({ id }) => id);
  const pressed = await world.sandbox.click(person, ts, button);
  if (!pressed.ok) throw new Error(pressed.error);
  await until('a new dialog', () => world.sandbox.views(person).some(({ id }) => !before.includes(id)));
  return dialog(world, person);
}

/** Presses Promote, and submits the dialog that it opens as it is. */
export async function promote(world: World, person: string, ts: string, to: string): Promise<void> {
  const { id } = await pressedDialog(world, person, ts, { text: `Promote to ${to}` });
  const sent = await world.sandbox.submit(person, id, {});
  if (!sent.ok) throw new Error(`${sent.error} ${JSON.stringify(sent.errors)}`);
}
