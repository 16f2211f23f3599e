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
