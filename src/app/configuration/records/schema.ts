import { z } from 'zod';
import { checked, described, text } from '../field-schemas.ts';
import { readKnownHosts, readLogin, readSshKey } from '../values/git-values.ts';
import type { Variables } from '../values/given.ts';
import { readToken } from '../values/remote-values.ts';
import { branchProblem, repositoryProblem, type Spared } from '../values/values.ts';
import { formatProblem, recordPathProblem } from './values.ts';

/** Where the commits of a product's environments are recorded. Only processes that deploy need the login. */
export function recordsSchema(variables: Variables, spared: Spared) {
  return described('records', {
    repository: checked(repositoryProblem),
    branch: checked(branchProblem).prefault('main'),
    path: checked(recordPathProblem).prefault('{product}/{environment}.json'),
    tags: z.boolean().default(false),
    formats: z.array(checked(formatProblem)).min(1).max(20).meta({ uniqueItems: true }).optional(),
    user: text((written) => readLogin(written, variables, spared)).optional(),
    token: text((written) => readToken(written, variables, spared)).optional(),
    sshKey: text((written) => readSshKey(written, variables, spared)).optional(),
    knownHosts: text((written) => readKnownHosts(written, variables, spared)).optional(),
  }).optional();
}
