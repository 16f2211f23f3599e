import type { ForgeSettings, ProductSettings } from '../../flow/services/settings.ts';
import { plainAddress } from '../../git/names/repository-url.ts';
import { checksFinding } from './checks.ts';
import { type Finding, fine } from './finding.ts';
import { type AskProject, projectFindings } from './project.ts';
import type { RepositoryAnswer } from './repository.ts';

export interface AskProduct {
  /** Forges that answer; no other is asked about projects. */
  answering: readonly ForgeSettings[];
  project: (at: ProductSettings['forge']) => Promise<AskProject | null>;
  repository: (product: ProductSettings) => Promise<RepositoryAnswer>;
}

/** What is found of a product: its project, its repository and its checks. */
export async function productFindings(product: ProductSettings, ask: AskProduct): Promise<Finding[]> {
  const settings = ask.answering.find(({ name }) => name === product.forge?.name);
  const project = settings === undefined ? null : await ask.project(product.forge);
  const { head, ...answer } = await ask.repository(product);
  const finding = { what: `${product.name}: ${plainAddress(product.repository)}`, ...answer };
  if (settings === undefined || project === null) return [finding, ...unasked(product)];
  const { findings, showsChecks } = await projectFindings(product, settings, project);
  const checks = showsChecks && head !== null ? await checksFinding(product, project, head) : null;
  return [...findings, finding, ...(checks === null ? [] : [checks])];
}

function unasked({ name, forge, build }: ProductSettings): Finding[] {
  if (build.checks === undefined || forge !== undefined) return [];
  return [fine(`${name}: build.checks`, 'are reported to /hooks/build, which knows them when they come')];
}
