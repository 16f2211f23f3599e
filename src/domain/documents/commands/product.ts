import type { WhoMay } from '../../approvals/who-may.ts';
import type { LeftOut } from '../values/build/run.ts';
import type { ConcludedDelivery, PendingDelivery } from '../values/delivery.ts';
import type { HeadTag, SeenTags } from '../values/tag.ts';
import type { Base } from './base.ts';
import type { LockCommand } from './lock.ts';

export type ProductCommand = LockCommand | ProductReport;

/** What workers, webhooks and the passage of time report to a product. */
export type ProductReport = Base &
  /** Time has passed: a lock may have ended, or its owner must be reminded. */
  (
    | { type: 'tick' }
    /** A process has taken this configuration; the configuration recorded last decides (DESIGN §7). */
    | { type: 'configured'; fingerprint: string; rules: WhoMay[] }
    | { type: 'look'; delivery: Omit<PendingDelivery, 'asked'> | null }
    /**
     * The branch as fetched. `sha` null: the branch does not exist. `asked`: the value of `Product.asked` read before the
     * fetch. `contains`: the announced commits that are part of the branch; absent: none. `leftOut`: why the commit needs no
     * build; absent: it needs one. `tags`: all tags that are followed, instead of a branch; `sha` is then that of the newest one
     * that is new or has moved, which is `tag`, and null: there is none. `branch` is what is followed, in words.
     */
    | {
        type: 'fetched';
        sha: string | null;
        branch: string;
        asked: number;
        contains?: string[] | undefined;
        leftOut?: LeftOut | undefined;
        tags?: SeenTags | undefined;
        tag?: HeadTag | undefined;
      }
    /** A fetch is due that nobody requested; the process whose command is accepted does it. */
    | { type: 'glance' }
    | { type: 'fetchFailed'; reason: string }
    /** The channel of the configuration was found, or is a different one now. */
    | { type: 'channelFound'; configured: string; channel: string }
    | { type: 'carried'; effects: string[]; settled: string[]; concluded: ConcludedDelivery['id'][] }
  );
