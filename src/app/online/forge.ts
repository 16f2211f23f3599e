import type { ForgeSettings } from '../../flow/settings/forges.ts';
import type { Forge, Refusal } from '../../ports/forge.ts';
import { type Finding, fine, forgeFailure } from './finding.ts';

export interface ForgeFinding {
  finding: Finding;
  answers: boolean;
}

/** Whether a forge can be reached and believes its login, and who Slipway is there. */
export async function forgeFinding(settings: ForgeSettings, forge: Forge): Promise<ForgeFinding> {
  const { name, access } = settings;
  let account: string | null;
  try {
    account = await forge.account();
  } catch (error) {
    return { finding: forgeFailure(name, error, (why) => adviceOf(access.kind, why)), answers: false };
  }
  return { finding: answered(settings, account), answers: true };
}

function answered({ name, access }: ForgeSettings, account: string | null): Finding {
  if (access.kind === 'none') return fine(name, 'answers; without a login it is told nothing');
  return fine(name, account === null ? 'accepts the login' : `accepts the login, of ${account}`);
}

function adviceOf(access: ForgeSettings['access']['kind'], { how }: Refusal): string {
  // Of an App whose id is wrong GitHub says that there is none.
  const isAddress = how === 'request' || (how === 'missing' && access !== 'app');
  return isAddress ? 'check its kind and api: there is no such API' : ADVICE[access];
}

/** What to do about a login that is refused. */
const ADVICE: Record<ForgeSettings['access']['kind'], string> = {
  app: 'check the id of app, and make a new key on the page of the App',
  token: 'make a new token, and give it here as token',
  none: 'add a token: it shows nothing without a login',
};
