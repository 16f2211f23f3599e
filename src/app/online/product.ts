import type { ForgeSettings } from '../../flow/settings/forges.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import { sourceOfRun } from '../changes.ts';
import { checksFinding } from './checks.ts';
import { type Finding, fine } from './finding.ts';
import { type AskProject, projectFindings } from './project.ts';
import type { ReadSource, RepositoryAnswer } from './repository.ts';
import { changedBy, isOwn, type Place, placesOfRuns, usesOf } from './uses.ts';

export interface AskProduct {
  /** The forge with this name, if it answers; no other is asked about projects. */
  answering: (name: string | undefined) => Promise<ForgeSettings | undefined>;
  project: (at: Place | undefined) => Promise<AskProject | null>;
  repository: (source: ReadSource) => Promise<RepositoryAnswer>;
  /** null: the product keeps no records. */
  records: (product: ProductSettings) => Promise<Finding | null>;
}

/** What is found of a product: its project, its repository and its checks. */
export async function productFindings(product: ProductSettings, ask: AskProduct): Promise<Finding[]> {
  const settings = await ask.answering(product.forge?.name);
  const project = settings === undefined ? null : await ask.project(product.forge);
  const { head, ...answer } = await ask.repository(product);
  const finding = { what: `${product.name}: ${plainAddress(product.repository)}`, ...answer };
  const records = await ask.records(product);
  const elsewhere = [
    ...(await elsewhereFindings(product, ask)),
    ...(await changedFindings(product, ask)),
    ...(records === null ? [] : [records]),
  ];
  if (settings === undefined || project === null) return [finding, ...unasked(product), ...elsewhere];
  const what = whatOf(product, { name: settings.name, project: product.forge?.project ?? '' });
  const uses = usesOf(product, settings);
  const asked = { what, uses, project, otherwise: 'forge: { name, project }' };
  const { findings, showsChecks } = await projectFindings(asked, settings);
  const checks = showsChecks && head !== null ? await checksFinding(product, project, head) : null;
  return [...findings, finding, ...(checks === null ? [] : [checks]), ...elsewhere];
}

/** What is found of other projects, whose workflows or pipelines carry out steps of the product. */
async function elsewhereFindings(product: ProductSettings, ask: AskProduct): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const place of placesOfRuns(product)) {
    const settings = await ask.answering(place.name);
    const project = settings === undefined || isOwn(product, place) ? null : await ask.project(place);
    if (settings === undefined || project === null) continue;
    const what = whatOf(product, place);
    const asked = { what, uses: ['runs'], project, otherwise: 'it as project of the step' } as const;
    found.push(...(await projectFindings(asked, settings)).findings);
  }
  return found;
}

/** What is found of the repositories that deploys of the product change. */
function changedFindings(product: ProductSettings, ask: AskProduct): Promise<Finding[]> {
  return Promise.all(
    changedBy(product).map(async (run) => {
      const { head: _, ...answer } = await ask.repository({ ...sourceOfRun(run), branch: run.branch });
      return { what: `${product.name}: ${plainAddress(run.repository)}`, ...answer };
    }),
  );
}

const whatOf = (product: ProductSettings, { name, project }: Place) =>
  `${product.name}: ${project} at ${name}`;

function unasked({ name, forge, build }: ProductSettings): Finding[] {
  if (build.checks === undefined || forge !== undefined) return [];
  return [fine(`${name}: build.checks`, 'are reported to /hooks/build, which knows them when they come')];
}
