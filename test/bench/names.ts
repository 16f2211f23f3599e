export const SIGNING_SECRET = 'bench-signing-secret';
export const WEBHOOK_SECRET = 'bench-webhook-secret';
export const BOT_TOKEN = 'xoxb-bench';
export const BENCH_USER = 'U0BENCH';
/** Somebody else: requesters do not accept their own. */
export const OTHER_USER = 'U0OTHER';
