import express, { type Router } from 'express';
import { checkMessage } from '../limits/limits.ts';
import type { Faults } from '../workspace/faults.ts';
import { type Fields, fieldsOf, textOf } from '../workspace/json.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { answerFault, answerIsLost } from './fault-answer.ts';
import { contentOf, flagOf, refuse, SlackError } from './method.ts';

/** Where a response through a response URL goes. */
export interface ResponseTarget {
  person: string;
  channel: string;
  /** Message whose button was pressed. null: a slash command. */
  messageTs: string | null;
}

/** Limits of a response URL: five uses within thirty minutes (SLACK, "Time"). */
const USES = 5;
const LIFE_MS = 30 * 60_000;

/** The issued response URLs and their remaining uses. */
export class ResponseUrls {
  readonly #workspace: Workspace;
  readonly #faults: Faults;
  readonly #now: () => number;
  readonly #issued = new Map<string, ResponseTarget & { at: number; uses: number }>();

  constructor(workspace: Workspace, faults: Faults, now: () => number) {
    this.#workspace = workspace;
    this.#faults = faults;
    this.#now = now;
  }

  /** Issues a response URL and returns its path. */
  issue(target: ResponseTarget): string {
    const id = this.#workspace.ids.next('R');
    this.#issued.set(id, { ...target, at: this.#now(), uses: 0 });
    return `/response/${id}`;
  }

  router(): Router {
    const router = express.Router();
    router.post('/:id', express.json({ limit: '4mb' }), async (request, response) => {
      const args = fieldsOf(request.body);
      this.#faults.record('response_url', args);
      const fault = this.#faults.take('response_url');
      if (fault && (await answerFault(fault, response))) return;
      try {
        this.#use(request.params.id, args);
        if (!answerIsLost(fault, response)) response.send('ok');
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        response.status(404).json({ ok: false, error: error.code, messages: error.details });
      }
    });
    return router;
  }

  #use(id: string, args: Fields): void {
    const issued = this.#issued.get(id);
    if (!issued) throw new SlackError('unknown_response_url');
    if (this.#now() - issued.at > LIFE_MS || issued.uses >= USES) throw new SlackError('used_url');
    const workspace = this.#workspace;
    const original = issued.messageTs === null ? undefined : this.#find(issued);
    if (original && flagOf(args.delete_original)) workspace.remove(original);
    else {
      refuse(checkMessage(args, workspace.refusedBlocks));
      if (original && flagOf(args.replace_original)) {
        workspace.update(original, { ...contentOf(args), metadata: original.metadata });
      } else if (args.response_type === 'in_channel') {
        workspace.post(issued.channel, workspace.bot.userId, contentOf(args), null);
      } else {
        workspace.postEphemeral(
          issued.person,
          issued.channel,
          contentOf(args),
          textOf(args.thread_ts) || null,
        );
      }
    }
    issued.uses += 1;
  }

  #find({ person, channel, messageTs }: ResponseTarget) {
    const ts = messageTs ?? '';
    return (
      this.#workspace.message(channel, ts) ??
      this.#workspace.ephemerals(person).find((message) => message.ts === ts)
    );
  }
}
