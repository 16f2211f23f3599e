/** In which ways a step can be carried out: by a command of ours, or by another system. */
export const WAYS = ['run', 'github', 'gitlab', 'jenkins', 'http'] as const;
