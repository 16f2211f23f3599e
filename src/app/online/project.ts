import type { ForgeSettings, ProductSettings } from '../../flow/services/settings.ts';
import type { ForgeProject, Lack } from '../../ports/forge.ts';
import { andList, type Finding, fine, forgeFailure, wrong } from './finding.ts';
import { MAY, usesOf } from './uses.ts';

/** What is asked of a project. */
export type AskProject = Pick<ForgeProject, 'lacks' | 'checks'>;

export interface ProjectFindings {
  findings: Finding[];
  /** The forge shows the project's checks. */
  showsChecks: boolean;
}

/** Whether the forge knows a product's project, and what the account lacks for what Slipway does there. */
export async function projectFindings(
  product: ProductSettings,
  settings: ForgeSettings,
  project: AskProject,
): Promise<ProjectFindings> {
  const what = `${product.name}: ${product.forge?.project} at ${settings.name}`;
  const uses = usesOf(product, settings);
  let lacks: Lack[];
  try {
    lacks = await project.lacks(uses);
  } catch (error) {
    return { findings: [forgeFailure(what, error, () => SEES[settings.access.kind])], showsChecks: false };
  }
  const lacking = new Set(lacks.map(({ use }) => use));
  const may = uses.filter((use) => !lacking.has(use)).map((use) => MAY[use]);
  return {
    findings: [
      ...(may.length === 0 ? [] : [fine(what, `the account may ${andList(may)}`)]),
      ...lacks.map((lack) => lackFinding(what, lack, settings)),
    ],
    showsChecks: !lacking.has('checks'),
  };
}

function lackFinding(what: string, { use, scope }: Lack, { access }: ForgeSettings): Finding {
  const said = `the account may not ${MAY[use]}`;
  if (scope === null)
    return wrong(what, said, 'give the account the right to, in the settings of the project');
  const to = access.kind === 'app' ? 'the App, and accept it where it is installed' : 'the token';
  return wrong(what, `${said}: it lacks ${scope}`, `give ${scope} to ${to}`);
}

const SEES: Record<ForgeSettings['access']['kind'], string> = {
  app: 'install the App in the repository; if the project has another name there, write forge: { name, project }',
  token:
    'let the account of the token see the project; if it has another name there, write forge: { name, project }',
  none: 'add a token that sees the project; if it has another name there, write forge: { name, project }',
};
