import type { CardFault, CardSubject } from '../values/card-subject.ts';
import type { Reply } from '../values/replies.ts';
import type { Base } from './base.ts';

/** What workers and other documents send to a card. */
export type CardCommand = Base &
  /** `subject` null: the card keeps its subject; a card that was never posted stays unposted. */
  (
    | {
        type: 'show';
        product: string;
        subject: CardSubject | null;
        progress: boolean;
        /** A card that is not posted yet is held back until then, and may be left out. */
        quietUntil?: number;
      }
    | { type: 'reply'; product: string; subject: CardSubject; reply: Reply }
    | { type: 'claimCard'; worker: string; until: number }
    /** Each post that is known to have happened extends the claim to `until`. */
    | { type: 'cardShown'; worker: string; wanted: number; channel: string; ts: string; until: number }
    | { type: 'replied'; worker: string; reply: string; until: number }
    /** `failed`: the call may have posted all the same. `why`: the reason that `status` shows; absent: none. */
    | {
        type: 'cardDeferred';
        worker: string;
        until: number;
        failed: boolean;
        why?: { fault: CardFault; reason: string } | undefined;
      }
    | { type: 'cardUndeliverable'; worker: string; fault: CardFault; reason: string }
    /** The post no longer exists; the card is posted again. */
    | { type: 'cardGone'; worker: string; ts: string }
    | { type: 'releaseCard'; worker: string }
    /** A push that was overtaken has no card: what it would show is on that of a later push. */
    | { type: 'cardLeftOut'; worker: string; wanted: number }
    /** Posts that were made twice were searched for and removed. */
    | { type: 'cardLookedThrough'; worker: string }
    /** What Slack refused may work now, for example because the bot was invited or the channel unarchived. */
    | { type: 'deliverAgain' }
    | { type: 'workersGone'; except: string }
    | { type: 'carried'; effects: string[]; settled: string[] }
  );
