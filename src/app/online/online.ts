import type { ForgeSettings } from '../../flow/settings/forges.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import type { ForgeProject } from '../../ports/forge.ts';
import { openClients, projectsOf } from '../forges.ts';
import { sourceOf } from '../repositories.ts';
import type { Finding } from './finding.ts';
import { forgeFinding } from './forge.ts';
import { type AskProduct, productFindings } from './product.ts';
import type { AskProject } from './project.ts';
import { answersTo, type Question } from './question.ts';
import { recordsFinding } from './records.ts';
import { readRepository } from './repository.ts';
import { shared } from './shared.ts';

export interface OnlineOptions {
  settings: Settings;
  now: () => number;
  /** How long one request to a forge may take. Absent: 10 s. */
  forgeTimeoutMs?: number;
  /** How long git may take to read a repository. Absent: 30 s. */
  gitTimeoutMs?: number;
}

/** Long enough for each time limit of a product that names many projects and repositories. */
const BOUNDS = { eachMs: 5 * 60_000, stopMs: 15 * 60_000 };

/**
 * Asks every forge, repository and name of a check of the configuration, and changes nothing. What one does not answer keeps no
 * other from being asked. What is the same for several products is asked once. In the order of the file.
 */
export function askOnline(options: OnlineOptions): Promise<Finding[]> {
  return answersTo(onlineQuestions(options), BOUNDS);
}

/** A question for each forge and each product. */
export function onlineQuestions({
  settings,
  now,
  forgeTimeoutMs = 10_000,
  gitTimeoutMs = 30_000,
}: OnlineOptions): Question[] {
  const { forges = [], products } = settings;
  const clients = openClients({ settings, now, timeoutMs: forgeTimeoutMs });
  const askForge = shared(
    ({ name }: ForgeSettings) => name,
    async (settings) => {
      const client = await clients(settings.name);
      if (client === null) throw new TypeError(`${settings.name} is not configured`);
      return await forgeFinding(settings, client.forge);
    },
  );
  const forge = projectsOf(clients);
  const ask: AskProduct = {
    answering: async (name) => {
      const found = forges.find((forge) => forge.name === name);
      return found !== undefined && (await askForge(found)).answers ? found : undefined;
    },
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
  return [
    ...forges.map((forge) => ({ what: forge.name, ask: async () => [(await askForge(forge)).finding] })),
    ...products.map((product) => ({ what: product.name, ask: () => productFindings(product, ask) })),
  ];
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
