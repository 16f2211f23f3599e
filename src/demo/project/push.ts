import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from './git.ts';
import { LIN } from './people.ts';
import { STOREFRONT } from './repository.ts';

const GREETINGS = [
  'Fresh apples, today only',
  'Free delivery until Sunday',
  'Two for one on everything green',
  'Now with vouchers',
  'Summer is here',
  'New: gift wrapping',
  'Everything must go',
  'Back in stock: blue mugs',
];

/** A commit that was pushed. */
export interface PushedChange {
  sha: string;
  subject: string;
}

/** Pushes changes one after the other, however fast the button is pressed. */
export class Pusher {
  readonly #directory: string;
  readonly #file: string;
  #last: Promise<unknown> = Promise.resolve();

  /** `directory`: the work tree. `file`: what is changed in it. */
  constructor(directory: string, file = STOREFRONT.greets) {
    this.#directory = directory;
    this.#file = file;
  }

  /**
   * Commits a new greeting and pushes it, like a person at the working copy. An uncommitted change of the greeting is
   * used as it is. Resolves when git has pushed, and therefore the webhook was delivered.
   */
  pushChange(author = LIN.name): Promise<PushedChange> {
    const pushed = this.#last.then(() => this.#push(author));
    this.#last = pushed.catch(() => {});
    return pushed;
  }

  async #push(author: string): Promise<PushedChange> {
    const directory = this.#directory;
    const file = this.#file;
    const edited = await git(directory, ['status', '--porcelain', '--', file]);
    let subject = 'Change the greeting';
    if (edited === '') {
      const count = Number(await git(directory, ['rev-list', '--count', 'HEAD']));
      const greeting = GREETINGS[(count - 1) % GREETINGS.length] ?? '';
      subject = `Greet with “${greeting}”`;
      await writeFile(join(directory, file), `${greeting}\n`);
    }
    // The commit is empty when the working copy already contains the same greeting.
    const commit = ['commit', '--quiet', '--allow-empty', '--message', subject, '--', file];
    await git(directory, commit, { name: author });
    await git(directory, ['push', '--quiet', 'origin', 'HEAD']);
    return { sha: await git(directory, ['rev-parse', 'HEAD']), subject };
  }
}
