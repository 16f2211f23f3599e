import { REPORT_USES, type ReportUse } from '../../domain/documents/values/report.ts';
import { environmentId } from '../../domain/ids.ts';
import type { ForgeError } from '../../ports/forge.ts';
import { skipDamaged } from '../services/damaged.ts';
import type { Services } from '../services/services.ts';
import type { ProductSettings } from '../settings/settings.ts';
import type { Lacking } from './failure.ts';

/** After this many failures in a row people are told; short outages are not shown. */
const SHOWN_AFTER = 5;

const WORDS: Readonly<Record<ReportUse, string>> = {
  statuses: 'commit statuses',
  deployments: 'deployments',
};

type Known = Pick<Services, 'troubles'>;

/** The account may not tell the forge of releases. Releases go on. */
export function sayRefused(
  { troubles }: Known,
  { name, forge }: ProductSettings,
  { use, forge: at, lack }: { use: ReportUse; forge: string; lack: Lacking },
): void {
  const { says, act } = wordsOf(lack, { at, what: WORDS[use], project: forge?.project ?? name });
  troubles.set(refusedKey(name, use), {
    where: name,
    says,
    todo: `${act}, or leave ${use} out of the report of forges.${at}`,
  });
}

function wordsOf(
  lack: Lacking,
  { at, what, project }: { at: string; what: string; project: string },
): { says: string; act: string } {
  switch (lack.what) {
    case 'credentials':
      return {
        says: `${at} is not told of ${what} of ${project}: it does not accept the token, or the key of the App`,
        act: `replace the login of forges.${at}`,
      };
    case 'project':
      return {
        says: `${at} is not told of ${what} of ${project}: it has no such repository, or does not show it to the account`,
        act: `write its present name into the configuration, or let the account see ${project}`,
      };
    case 'scope': {
      const lacks = lack.name ?? 'the right to write them';
      return {
        says: `${at} is not told of ${what} of ${project}: the account lacks ${lacks}`,
        act: `give ${lacks} to the account of forges.${at}`,
      };
    }
    default:
      return lack satisfies never;
  }
}

/** The forge does not answer. Nothing is lost: the last state of each release is told when it does. */
export function sayUnreachable(
  { troubles }: Known,
  { name }: ProductSettings,
  error: ForgeError,
  failures: number,
): void {
  if (failures < SHOWN_AFTER) return;
  troubles.set(awayKey(name), {
    where: name,
    says: `${error.forge} is not told of releases: ${error.message}`,
    todo: 'nothing, if it is down: it is told when it answers; else check forges in the configuration',
  });
}

/** The forge took it. */
export function sayTold({ troubles }: Known, { name }: ProductSettings, use: ReportUse): void {
  troubles.clear(refusedKey(name, use));
  troubles.clear(awayKey(name));
}

/** Ends the problems that another process has overcome. */
export async function watchReports(
  services: Pick<Services, 'troubles' | 'settings' | 'store' | 'log'>,
): Promise<void> {
  const { troubles, settings } = services;
  for (const product of settings.products) {
    const { name } = product;
    const keys = [awayKey(name), ...REPORT_USES.map((use) => refusedKey(name, use))];
    if (keys.some((key) => troubles.has(key)))
      await skipDamaged(services, () => endOvercome(services, product));
  }
}

async function endOvercome(
  { troubles, store }: Pick<Services, 'troubles' | 'store'>,
  { name, environments }: ProductSettings,
): Promise<void> {
  const all = await Promise.all(
    environments.map(({ policy }) => store.load('reports', environmentId(name, policy.name))),
  );
  if (all.every((reports) => !reports?.failures)) troubles.clear(awayKey(name));
  for (const use of REPORT_USES) {
    const isRefused = all.some((reports) => reports?.refused.some((entry) => entry.use === use));
    if (!isRefused) troubles.clear(refusedKey(name, use));
  }
}

function refusedKey(product: string, use: ReportUse): string {
  return `report-${use}:${product}`;
}

function awayKey(product: string): string {
  return `report:${product}`;
}
