import type { ProductSettings, Settings } from '../../flow/settings/settings.ts';
import type { ForgeProject } from '../../ports/forge.ts';
import { openClients, projectsOf } from '../forges.ts';
import { sourceOf } from '../repositories.ts';
import type { Finding } from './finding.ts';
import { forgeFinding } from './forge.ts';
import { type AskProduct, productFindings } from './product.ts';
import type { AskProject } from './project.ts';
import { recordsFinding } from './records.ts';
import { readRepository } from './repository.ts';
import { shared } from './shared.ts';

/** Products that are asked about at a time. */
const AT_A_TIME = 8;

export interface OnlineOptions {
  settings: Settings;
  now: () => number;
  /** How long one request to a forge may take. Absent: 10 s. */
  forgeTimeoutMs?: number;
  /** How long git may take to read a repository. Absent: 30 s. */
  gitTimeoutMs?: number;
}

/**
 * Asks every forge, repository and name of a check of the configuration, and changes nothing. What one does not answer keeps no
 * other from being asked. What is the same for several products is asked once. In the order of the file.
 */
export async function askOnline({
  settings,
  now,
  forgeTimeoutMs = 10_000,
  gitTimeoutMs = 30_000,
}: OnlineOptions): Promise<Finding[]> {
  const { forges = [], products } = settings;
  const clients = openClients({ settings, now, timeoutMs: forgeTimeoutMs });
  const ofForges = await Promise.all(
    forges.map(async (forge) => {
      const client = await clients(forge.name);
      if (client === null) throw new TypeError(`${forge.name} is not configured`);
      return { forge, ...(await forgeFinding(forge, client.forge)) };
    }),
  );
  const forge = projectsOf(clients);
  const ask: AskProduct = {
    answering: ofForges.filter(({ answers }) => answers).map(({ forge }) => forge),
    project: shared(
      (at) => at,
      async (at) => {
        const project = await forge(at);
        return project === null ? null : askedOnce(project);
      },
    ),
    repository: shared(
      (source) => [sourceOf(source, forges), source.branch],
      (source) => readRepository(source, { forges, forge, gitTimeoutMs }),
    ),
    records: async (product) =>
      product.records === undefined
        ? null
        : recordsFinding(product, product.records, { forges, forge, gitTimeoutMs }),
  };
  return [...ofForges.map(({ finding }) => finding), ...(await ofProducts(products, ask))];
}

/** Products of one project ask the same of it. */
function askedOnce(project: ForgeProject): AskProject {
  return {
    lacks: shared(
      (uses) => uses,
      (uses) => project.lacks(uses),
    ),
    checks: shared(
      (commit) => commit,
      (commit) => project.checks(commit),
    ),
  };
}

async function ofProducts(products: readonly ProductSettings[], ask: AskProduct): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let at = 0; at < products.length; at += AT_A_TIME) {
    const some = products.slice(at, at + AT_A_TIME).map((product) => productFindings(product, ask));
    findings.push(...(await Promise.all(some)).flat());
  }
  return findings;
}
