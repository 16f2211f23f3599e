import { ADA, card, dialog, LIN, typed, type World } from './world.ts';

/** Two people bring what integration accepted last to its tests in prod. */
export async function deployToProd(world: World, short: string): Promise<void> {
  await approvedForProd(world, short);
  await typed(world, ADA, 'deploy prod');
}

/** Ada asks for it, Lin approves: only Deploy is left to press. */
export async function approvedForProd(world: World, short: string): Promise<void> {
  await card(world, `${short} accepted in shop/integration`);
  await typed(world, ADA, 'promote integration');
  await card(world, `Deploy ${short} to shop/prod`, 'Prepared');
  await typed(world, LIN, 'approve prod');
  await card(world, `Deploy ${short} to shop/prod`, 'Approved');
}

/** Presses a button that asks for a reason, and gives it. */
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
