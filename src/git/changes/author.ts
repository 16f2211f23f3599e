import type { Author } from './types.ts';

/** Who makes the commits of Slipway. Nobody reads mail at this address. */
export const SLIPWAY: Author = { name: 'Slipway', email: 'noreply@slipway.invalid' };
