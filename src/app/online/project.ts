import type { ForgeSettings } from '../../flow/settings/forges.ts';
import type { ForgeProject, ForgeUse, Lack } from '../../ports/forge.ts';
import { andList, type Finding, fine, forgeFailure, wrong } from './finding.ts';
import { MAY } from './uses.ts';

/** What is asked of a project. */
export type AskProject = Pick<ForgeProject, 'lacks' | 'checks'>;

export interface ProjectFindings {
  findings: Finding[];
  /** The forge shows the project's checks. */
  showsChecks: boolean;
}

/** A project, and what Slipway does there. */
interface Asked {
  what: string;
  uses: readonly ForgeUse[];
  project: AskProject;
  /** What people write if the project has another name there. */
  otherwise: string;
}

/** Whether the forge knows the project, and what the account lacks for what Slipway does there. */
export async function projectFindings(
  { what, uses, project, otherwise }: Asked,
  settings: ForgeSettings,
): Promise<ProjectFindings> {
  let lacks: Lack[];
  try {
    lacks = await project.lacks(uses);
  } catch (error) {
    const todo = () =>
      `${SEES[settings.access.kind]}; if the project has another name there, write ${otherwise}`;
    return { findings: [forgeFailure(what, error, todo)], showsChecks: false };
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
  app: 'install the App in the repository',
  token: 'let the account of the token see the project',
  none: 'add a token that sees the project',
};
