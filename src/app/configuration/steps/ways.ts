/** In which ways a step can be carried out: by a command of ours, or by another system. */
export const WAYS = ['run', 'github', 'gitlab', 'jenkins', 'http', 'git'] as const;

/** The ways of each step: nothing is verified by a change in a repository. */
export const WAYS_OF = { deploy: WAYS, verify: WAYS.filter((way) => way !== 'git') };
